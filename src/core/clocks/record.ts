/**
What this node writes down of its peers' clocks: enough to say later when on its own clock something happened on a peer. A new line is written where a clock has
drifted, not each time it is measured.
*/

import type {LifeTime} from '../events/kept-event.js';
import type {ClockMeasurement} from './measurement.js';

/** Of one peer so many are kept, the newest. */
export const clockRecordsMax = 256;

/** A clock that has moved by so much since the last line gets a new one. */
export const clockMovedMs = 2;

export type ClockRecord = ClockMeasurement & LifeTime & {
	/** The name of the peer. */
	readonly peer: string;
	/** This node's clock on the wall then, milliseconds since 1970. */
	readonly wallMs: number;
};

/** The records with this one, where it says something new; the same list otherwise. */
export function noteClock(records: readonly ClockRecord[], next: ClockRecord): readonly ClockRecord[] {
	const last = records.findLast(({peer}) => peer === next.peer);
	const isSameLife = last?.peerLife === next.peerLife && last.life === next.life;
	if (isSameLife && !hasMoved(last, next) && !isSurer(last, next)) {
		return records;
	}

	// One that is only surer takes the place of the last.
	const kept = isSameLife && !hasMoved(last, next) ? records.filter(record => record !== last) : records;
	const old = new Set(kept.filter(({peer}) => peer === next.peer).slice(0, -clockRecordsMax + 1));
	return [...kept.filter(record => !old.has(record)), next];
}

const hasMoved = (last: ClockRecord, next: ClockRecord): boolean =>
	Math.abs(next.offsetMs - last.offsetMs) > clockMovedMs + last.errorMs + next.errorMs || Math.abs(next.wallOffsetMs - last.wallOffsetMs) > wallMovedMs + last.errorMs + next.errorMs;

/** The clock on the wall is read in whole milliseconds, and is corrected a little all the time. */
const wallMovedMs = 50;

const isSurer = (last: ClockRecord, next: ClockRecord): boolean => next.errorMs < last.errorMs / 2;

/** As text, for a file. */
export const renderClocks = (records: readonly ClockRecord[]): string => `[\n${records.map(record => JSON.stringify(record)).join(',\n')}\n]\n`;

/** What `renderClocks` wrote; none for anything else: clocks are measured anew. Never throws. */
export function parseClocks(text: string): readonly ClockRecord[] {
	try {
		const records = JSON.parse(text) as unknown;
		return Array.isArray(records) ? records.filter((record: unknown) => isRecord(record)) : [];
	} catch {
		return [];
	}
}

const numbers = ['peerLife', 'life', 'ms', 'offsetMs', 'errorMs', 'wallOffsetMs', 'wallMs'] as const;

function isRecord(value: unknown): value is ClockRecord {
	const record = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
	return typeof record.peer === 'string' && numbers.every(name => Number.isFinite(record[name]));
}
