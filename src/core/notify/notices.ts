/**
What people are still to be told of. Events that come within a while are one message, and so many messages an hour at most: what comes above that waits and becomes part
of the next. The rule it keeps: nothing that was noted is lost, but where there is more of it than anybody reads it is counted and not listed.

Times are milliseconds since 1970, for they outlive the daemon; a clock that is set costs at most an early or a late message.
*/

import type {Level} from '../model/event.js';
import type {Notify} from '../model/application.js';

export const notifyChannels = ['webhook', 'mail'] as const;

export type NotifyChannel = typeof notifyChannels[number];

/** Messages within an hour. */
export const messagesPerHourMax = 10;
const hourMs = 3_600_000;

/** Events of one message that are listed, the first ones; the rest is counted. */
export const noticesListedMax = 50;

/** Messages that wait for a channel that fails; above that the oldest are joined, and only counted. */
export const messagesWaitingMax = 50;

/** A channel that failed is tried again after so long, then after twice that, and so on. */
export const notifyRetryMs = 30_000;
export const notifyRetryMaxMs = 15 * 60_000;

export type Notice = {
	/** ISO 8601. */
	readonly at: string;
	readonly level: Level;
	readonly name: string;
	readonly message: string;
};

export type Gathered = {
	/** When the first of them was noted. */
	readonly since: number;
	readonly notices: readonly Notice[];
	/** Of those that are not listed. */
	readonly more: number;
	/** The worst of all. */
	readonly level: Level;
};

export type Message = Gathered & {
	/** From 1; grows for the life of the state folder. */
	readonly sequence: number;
	/** By which it has not gone out yet. */
	readonly owed: readonly NotifyChannel[];
};

/** Of a channel that failed. */
export type Trouble = {readonly failures: number; readonly retryAt: number};

export type NotifyState = {
	readonly sequence: number;
	readonly gathered: Gathered | undefined;
	/** When messages were made within the last hour. */
	readonly madeAt: readonly number[];
	/** Oldest first. */
	readonly messages: readonly Message[];
	readonly troubles: Readonly<Partial<Record<NotifyChannel, Trouble>>>;
};

export const nothingToNotify: NotifyState = {
	sequence: 0, gathered: undefined, madeAt: [], messages: [], troubles: {},
};

const levels: readonly Level[] = ['debug', 'info', 'warning', 'error'];

const worst = (a: Level, b: Level): Level => levels.indexOf(a) > levels.indexOf(b) ? a : b;

/** Whether an event is told. That a message did not go out is not: it would never end. */
export const isNotified = ({level, name}: Pick<Notice, 'level' | 'name'>, {level: lowest}: Pick<Notify, 'level'>): boolean =>
	levels.indexOf(level) >= levels.indexOf(lowest) && !name.startsWith('notify-');

/** One more to tell. */
export function noteNotice(state: NotifyState, notice: Notice, now: number): NotifyState {
	const {since, notices, more, level} = state.gathered ?? {since: now, notices: [], more: 0, level: notice.level};
	const isListed = notices.length < noticesListedMax;
	const isWorst = worst(level, notice.level) !== level;
	return {
		...state, gathered: {
			since, level: worst(level, notice.level), more: more + (isListed ? 0 : 1),
			// One that is worse than all takes the place of the last that is listed.
			notices: isListed ? [...notices, notice] : (isWorst ? [...notices.slice(0, -1), notice] : notices),
		},
	};
}

/** When what was gathered becomes a message; undefined where there is nothing. Moments after now were told by a clock that has been set back, and count for nothing. */
export function messageDueAt({gathered, madeAt}: NotifyState, groupMs: number, now: number): number | undefined {
	if (gathered === undefined) {
		return undefined;
	}

	const made = madeAt.filter(at => at <= now);
	const freeAt = made.length < messagesPerHourMax ? 0 : made.at(-messagesPerHourMax)! + hourMs;
	return Math.max(gathered.since > now ? now : gathered.since + groupMs, freeAt);
}

/** What was gathered is a message, for these channels. */
export function makeMessage(state: NotifyState, channels: readonly NotifyChannel[], now: number): NotifyState {
	if (state.gathered === undefined) {
		return state;
	}

	const sequence = state.sequence + 1;
	return {
		...state, sequence, gathered: undefined,
		madeAt: [...state.madeAt.filter(at => at <= now && now - at < hourMs), now],
		messages: joined([...state.messages, {...state.gathered, sequence, owed: channels}]),
	};
}

/** Of too many the two oldest become one, for whoever is owed one of them. */
function joined(messages: readonly Message[]): readonly Message[] {
	const [first, second, ...rest] = messages;
	if (messages.length <= messagesWaitingMax || first === undefined || second === undefined) {
		return messages;
	}

	const all = [...first.notices, ...second.notices];
	return [{
		...second, since: first.since, level: worst(first.level, second.level), owed: [...new Set([...first.owed, ...second.owed])],
		notices: all.slice(0, noticesListedMax), more: first.more + second.more + Math.max(0, all.length - noticesListedMax),
	}, ...rest];
}

/** The next for the channel, and when it may go out; no later than a retry can be, whatever the clock was set to. */
export function nextMessage({messages, troubles}: NotifyState, channel: NotifyChannel, now: number): {readonly message: Message; readonly at: number} | undefined {
	const message = messages.find(({owed}) => owed.includes(channel));
	return message && {message, at: Math.min(troubles[channel]?.retryAt ?? 0, now + notifyRetryMaxMs)};
}

/** It went out. */
export function messageSent(state: NotifyState, sequence: number, channel: NotifyChannel): NotifyState {
	const {[channel]: _, ...troubles} = state.troubles;
	return {
		...state, troubles,
		messages: state.messages.map(message => message.sequence === sequence ? {...message, owed: message.owed.filter(one => one !== channel)} : message).filter(({owed}) => owed.length > 0),
	};
}

/** It did not; the channel is tried again later. */
export function messageFailed(state: NotifyState, channel: NotifyChannel, now: number): NotifyState {
	const failures = (state.troubles[channel]?.failures ?? 0) + 1;
	const waitMs = Math.min(notifyRetryMs * (2 ** (failures - 1)), notifyRetryMaxMs);
	return {...state, troubles: {...state.troubles, [channel]: {failures, retryAt: now + waitMs}}};
}

/** What the next daemon goes on with: channels are tried anew, and those that are no more are owed nothing. */
export function resumeNotify(state: NotifyState, channels: readonly NotifyChannel[]): NotifyState {
	return {
		...state, troubles: {},
		messages: state.messages.map(message => ({...message, owed: message.owed.filter(channel => channels.includes(channel))})).filter(({owed}) => owed.length > 0),
	};
}
