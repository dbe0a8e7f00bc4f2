/** What people are still to be told of, as a file keeps it. */

import {notifyChannels, nothingToNotify, type Message, type Notice, type NotifyState} from './notices.js';

export const renderNotify = ({sequence, gathered, madeAt, messages}: NotifyState): string => JSON.stringify({sequence, gathered, madeAt, messages}, undefined, '\t');

/** What `renderNotify` wrote; undefined for anything else. Never throws. */
export function parseNotify(text: string): NotifyState | undefined {
	try {
		const {sequence, gathered, madeAt, messages} = JSON.parse(text) as Readonly<Record<string, unknown>>;
		const isWhole = isNumber(sequence) && (gathered === undefined || isGathered(gathered)) && Array.isArray(madeAt) && madeAt.every(at => isNumber(at))
			&& Array.isArray(messages) && messages.every(message => isMessage(message));
		return isWhole ? {...nothingToNotify, sequence, gathered, madeAt, messages} : undefined;
	} catch {
		return undefined;
	}
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;

const isNotice = (value: unknown): value is Notice => {
	const {at, level, name, message} = recordOf(value);
	return [at, name, message].every(word => typeof word === 'string') && isLevel(level);
};

const isLevel = (level: unknown): boolean => ['debug', 'info', 'warning', 'error'].includes(level as string);

const isGathered = (value: unknown): value is NonNullable<NotifyState['gathered']> => {
	const {since, notices, more, level} = recordOf(value);
	return isNumber(since) && isNumber(more) && isLevel(level) && Array.isArray(notices) && notices.every(notice => isNotice(notice));
};

const isMessage = (value: unknown): value is Message => {
	const {sequence, owed} = recordOf(value);
	return isGathered(value) && isNumber(sequence) && Array.isArray(owed) && owed.every(channel => notifyChannels.includes(channel as (typeof notifyChannels)[number]));
};
