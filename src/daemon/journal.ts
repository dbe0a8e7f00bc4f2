/** What happened, kept for `status`, `top` and `events`: the last events with their time, written to the log as they come. */

import type {FarmEvent} from '../core/model/event.js';
import type {Clock} from '../edge/clock/clock.js';
import type {Log} from '../edge/log/log.js';
import {createFlood} from './flood.js';

/** Events kept in memory. */
export const journalEventsMax = 200;

export type JournalEntry = FarmEvent & {
	/** ISO 8601 wall time. */
	readonly at: string;
};

export type Journal = {
	record: (event: FarmEvent) => void;
	/** Oldest first. */
	entries: () => readonly JournalEntry[];
	/** Calls the listener for each event from now on; returns how to stop. */
	follow: (listener: (entry: JournalEntry) => void) => () => void;
};

export function createJournal(log: Log, clock: Pick<Clock, 'wall' | 'now'>): Journal {
	const flood = createFlood(clock);
	const entries: JournalEntry[] = [];
	const listeners = new Set<(entry: JournalEntry) => void>();
	const recordOne = (event: FarmEvent): void => {
		log(event);
		const entry = {at: clock.wall().toISOString(), ...event};
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
		entries: () => entries,
		follow(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
	};
}

/** Part of what was put into the kernel could not be taken away again. */
export const recordFailedUndo = (journal: Journal, what: string, cause: unknown): void => {
	journal.record({
		level: 'error', name: 'undo-failed', message: `could not ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, fields: {what},
	});
};
