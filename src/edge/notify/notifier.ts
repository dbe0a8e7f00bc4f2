/**
Tells people what happened, by webhook and by mail, as `core/notify` groups it. Each channel goes its own way, one message at a time and in their order: one that fails
holds no other back. What is owed is kept on the disk. Nothing of it is waited for by anybody.
*/

import type {FarmEvent} from '../../core/model/event.js';
import type {Notify} from '../../core/model/application.js';
import {
	isNotified, makeMessage, messageDueAt, messageFailed, messageSent, nextMessage, noteNotice, nothingToNotify, notifyChannels, resumeNotify,
	type Message, type Notice, type NotifyChannel, type NotifyState,
} from '../../core/notify/notices.js';
import {parseNotify, renderNotify} from '../../core/notify/stored.js';
import {readState, writeStateBeside} from '../state/state-folder.js';

export const notifyFileName = 'notify.json';

/** When the daemon ends, what is owed goes out within this time, or by the next daemon. */
export const notifyLeftMs = 3000;

/** A timer's longest wait; a moment further away is looked at again. */
const waitMsMax = 60_000;

/** Sends one message; rejects with why it did not go out. */
export type Send = (message: Message, signal: AbortSignal) => Promise<void>;

export type NotifierParts = {
	readonly stateDir: string;
	readonly notify: Notify;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	readonly record: (event: FarmEvent) => void;
	/** One for each channel that is configured. */
	readonly sends: Readonly<Partial<Record<NotifyChannel, Send>>>;
};

export type Notifier = {
	/** An event happened; those below the level are passed over. */
	note: (notice: Notice) => void;
	/** Sends what is owed now, for at most `notifyLeftMs`; what was gathered becomes a message. */
	close: () => Promise<void>;
	/** Ends at once: all is owed by the next daemon. */
	leave: () => Promise<void>;
};

/** Goes on with what an earlier daemon owes. */
export function createNotifier({stateDir, notify, now, record, sends}: NotifierParts): Notifier {
	const channels = notifyChannels.filter(channel => sends[channel] !== undefined);
	const stopping = new AbortController();
	const busy = new Map<NotifyChannel, Promise<void>>();
	let state = resumeNotify(restored(stateDir, record), channels);
	let timer: NodeJS.Timeout | undefined;
	let writing: Promise<void> | undefined;
	let written = state;
	let isClosed = false;

	const write = async (): Promise<void> => {
		while (written !== state) {
			written = state;
			// eslint-disable-next-line no-await-in-loop -- one at a time; what comes meanwhile is written with the next
			await writeStateBeside(stateDir, notifyFileName, `${renderNotify(state)}\n`).catch(() => {
				// That the disk fails is told of the events, which are on it too.
			});
		}

		writing = undefined;
	};

	const change = (next: NotifyState): void => {
		state = next;
		writing ??= state === written ? undefined : write();
	};

	const deliver = async (channel: NotifyChannel, message: Message): Promise<void> => {
		try {
			await sends[channel]!(message, stopping.signal);
			const trouble = state.troubles[channel];
			change(messageSent(state, message.sequence, channel));
			if (trouble !== undefined) {
				record({level: 'info', name: 'notify-mended', message: `the ${channel} takes messages again`, fields: {channel}});
			}
		} catch (error) {
			const isNew = state.troubles[channel] === undefined;
			change(messageFailed(state, channel, now()));
			if (isNew && !isClosed) {
				record({
					level: 'warning', name: 'notify-failed', message: `message ${message.sequence} did not go out by ${channel}: ${(error as Error).message}; it is sent again`, fields: {channel},
				});
			}
		}
	};

	const send = (channel: NotifyChannel): void => {
		const next = nextMessage(state, channel, now());
		if (next === undefined || busy.has(channel) || (next.at > now() && !isClosed)) {
			return;
		}

		busy.set(channel, deliver(channel, next.message).finally(() => {
			busy.delete(channel);
			// One that fails at the end is not tried again: it is owed by the next daemon.
			if (!isClosed || state.troubles[channel] === undefined) {
				work();
			}
		}));
	};

	const work = (): void => {
		clearTimeout(timer);
		const dueAt = messageDueAt(state, notify.groupMs, now());
		if (dueAt !== undefined && (dueAt <= now() || isClosed)) {
			change(makeMessage(state, channels, now()));
		}

		for (const channel of channels) {
			send(channel);
		}

		const idle = channels.filter(channel => !busy.has(channel));
		const moments = [messageDueAt(state, notify.groupMs, now()), ...idle.map(channel => nextMessage(state, channel, now())?.at)].filter(at => at !== undefined);
		if (moments.length === 0 || isClosed) {
			return;
		}

		timer = setTimeout(work, Math.min(waitMsMax, Math.max(0, Math.min(...moments) - now())));
		timer.unref();
	};

	const leave = async (): Promise<void> => {
		isClosed = true;
		clearTimeout(timer);
		await writing;
	};

	work();
	return {
		note(notice) {
			if (!(!isClosed && channels.length > 0 && isNotified(notice, notify))) {
				return;
			}

			change(noteNotice(state, notice, now()));
			work();
		},
		async close() {
			isClosed = true;
			work();
			const patience = setTimeout(() => {
				stopping.abort();
			}, notifyLeftMs);
			while (busy.size > 0) {
				// eslint-disable-next-line no-await-in-loop -- one message follows another
				await Promise.all(busy.values());
			}

			clearTimeout(patience);
			await leave();
		},
		leave,
	};
}

function restored(stateDir: string, record: NotifierParts['record']): NotifyState {
	try {
		const text = readState(stateDir, notifyFileName);
		const found = text === undefined ? nothingToNotify : parseNotify(text);
		if (found !== undefined) {
			return found;
		}

		record({level: 'warning', name: 'notify-lost', message: `'${stateDir}/${notifyFileName}' is not what farmctl wrote: messages that were owed are lost`});
	} catch (error) {
		record({level: 'warning', name: 'notify-lost', message: `messages that were owed are not known: ${(error as Error).message}`});
	}

	return nothingToNotify;
}
