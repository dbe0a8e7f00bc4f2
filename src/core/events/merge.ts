/** The events of several nodes as one list, in the order in which they happened. */

import type {Instant} from '../clocks/timeline.js';

export type Placed<Event> = {readonly node: string; readonly event: Event; readonly instant: Instant};

/** Lists of one node each, whose own order stays as it is: what a node told first comes first. */
export function mergeEvents<Event>(lists: ReadonlyArray<ReadonlyArray<Placed<Event>>>): ReadonlyArray<Placed<Event>> {
	const heads = lists.map(() => 0);
	const merged: Array<Placed<Event>> = [];
	const total = lists.reduce((sum, {length}) => sum + length, 0);
	while (merged.length < total) {
		let first = -1;
		for (const [index, list] of lists.entries()) {
			const head = list[heads[index]!];
			if (head !== undefined && (first === -1 || head.instant.wallMs < lists[first]![heads[first]!]!.instant.wallMs)) {
				first = index;
			}
		}

		merged.push(lists[first]![heads[first]!]!);
		heads[first]!++;
	}

	return merged;
}
