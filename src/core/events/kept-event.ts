/**
An event as its node keeps it: one JSON object a line. The rule it keeps: of one life of a daemon, events are in order by their sequence and by `ms`, however the
clock on the wall was set meanwhile.
*/

import type {StatusEvent} from '../status/status.js';

/** The clock that a daemon's events are stamped by besides the one on the wall; nobody sets it. */
export type LifeTime = {
	/** Names one life of a daemon: the milliseconds since 1970 at which it began, by its own clock. */
	readonly life: number;
	/** Milliseconds since then, with a fraction; monotonic. */
	readonly ms: number;
};

export type KeptEvent = StatusEvent & LifeTime & {
	/** From 1 in each life. */
	readonly sequence: number;
};

/** Shown where nobody asks for others. */
export const eventsShownDefault = 200;

/** More of the last at once are not asked for. */
export const eventsLastMax = 10_000;

/** A line is no longer: of what has more to say, the message is cut. */
export const keptCharactersMax = 8192;
const messageCharactersMax = 4096;

/** One line without its end. */
export function renderKept(event: KeptEvent): string {
	const line = JSON.stringify(event);
	if (line.length <= keptCharactersMax) {
		return line;
	}

	const {fields: _, ...rest} = event;
	return JSON.stringify({...rest, message: `${event.message.slice(0, messageCharactersMax)} (cut)`.slice(0, messageCharactersMax)});
}

const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u;
const levels: ReadonlySet<unknown> = new Set<StatusEvent['level']>(['debug', 'info', 'warning', 'error']);

/** The event in a line; undefined for what is none, such as a line that a crash left half. Never throws. */
export function parseKept(line: string): KeptEvent | undefined {
	try {
		const event = JSON.parse(line) as unknown;
		return isKept(event) ? event : undefined;
	} catch {
		return undefined;
	}
}

/** Whether it is one, of whomever it came from. */
export function isKept(value: unknown): value is KeptEvent {
	const {at, level, name, message, fields, life, ms, sequence} = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
	return typeof at === 'string' && instantPattern.test(at) && levels.has(level) && typeof name === 'string' && typeof message === 'string'
		&& (fields === undefined || (typeof fields === 'object' && fields !== null && Object.values(fields).every(field => ['string', 'number', 'boolean'].includes(typeof field))))
		&& [life, ms, sequence].every(number => typeof number === 'number' && Number.isFinite(number) && number >= 0);
}
