/** Keeps one thing that happens again and again, such as a peer that has lost its mind, from filling the log and pushing all else out of the journal. */

import type {FarmEvent} from '../core/model/event.js';
import type {MonoMs} from '../core/model/time.js';
import type {Clock} from '../edge/clock/clock.js';

/** Of one name and about one node, so many events are let through in each window. */
export const eventsPerWindowMax = 120;
export const floodWindowMs = 60_000;

export type Flood = {
	/** The event, none when there were too many like it, or after such a time first one that says how many were left out. */
	admit: (event: FarmEvent) => readonly FarmEvent[];
};

type Window = {readonly since: MonoMs; readonly count: number};

export function createFlood(clock: Pick<Clock, 'now'>): Flood {
	const windows = new Map<string, Window>();
	return {
		admit(event) {
			const node = event.fields?.node;
			const key = `${event.name} ${node ?? ''}`;
			const now = clock.now();
			const window = windows.get(key);
			if (window !== undefined && now - window.since < floodWindowMs) {
				windows.set(key, {...window, count: window.count + 1});
				return window.count < eventsPerWindowMax ? [event] : [];
			}

			windows.set(key, {since: now, count: 1});
			const leftOut = (window?.count ?? 0) - eventsPerWindowMax;
			return leftOut > 0 ? [leftOutEvent(event, leftOut), event] : [event];
		},
	};
}

const leftOutEvent = ({name, fields}: FarmEvent, count: number): FarmEvent => ({
	level: 'warning',
	name: 'events-left-out',
	message: `${count} more events '${name}' were left out: more than ${eventsPerWindowMax} within ${floodWindowMs / 1000} s`,
	fields: {of: name, count, ...(fields?.node !== undefined && {node: fields.node})},
});
