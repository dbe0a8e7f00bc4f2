/** What happened, kept for `status`, `top` and `events`: the last events with their time, written to the log as they come. */

import type {KeptEvent} from '../core/events/kept-event.js';
import type {FarmEvent} from '../core/model/event.js';
import type {Clock} from '../edge/clock/clock.js';
import type {Log} from '../edge/log/log.js';
import {createFlood} from './flood.js';

/** Events kept in memory. */
export const journalEventsMax = 200;

export type Journal = {
	record: (event: FarmEvent) => void;
	/** To the log, and kept nowhere. */
	note: (event: FarmEvent) => void;
	/** Oldest first. */
	entries: () => readonly KeptEvent[];
	/** Calls the listener for each event from now on; returns how to stop. */
	follow: (listener: (entry: KeptEvent) => void) => () => void;
	/** Names this life of the daemon in its events. */
	readonly life: number;
};

export function createJournal(log: Log, clock: Pick<Clock, 'wall' | 'now' | 'nowFine'>): Journal {
	const life = clock.wall().getTime();
	const flood = createFlood(clock);
	const entries: KeptEvent[] = [];
	const listeners = new Set<(entry: KeptEvent) => void>();
	let sequence = 0;
	const recordOne = (event: FarmEvent): void => {
		log(event);
		const {level, name, message, fields} = event;
		const entry = {at: clock.wall().toISOString(), level, name, message, ...(fields !== undefined && {fields}), life, ms: microseconds(clock.nowFine()), sequence: ++sequence};
		entries.push(entry);
		entries.splice(0, entries.length - journalEventsMax);
		for (const listener of listeners) {
			listener(entry);
		}
	};

	return {
		record(event) {
			for (const admitted of flood.admit(event)) {
				recordOne(admitted);
			}
		},
		note: log,
		entries: () => entries,
		follow(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		life,
	};
}

/** Milliseconds with three digits of their fraction. */
const microseconds = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Part of what was put into the kernel could not be taken away again. */
export const recordFailedUndo = (journal: Journal, what: string, cause: unknown): void => {
	journal.record({
		level: 'error', name: 'undo-failed', message: `could not ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, fields: {what},
	});
};
