/** How long clients of each slot find nobody: the longest gap of any slot while something happens. */

import {countSlots, type SlotSet} from '../../src/core/model/slot-set.js';
import {longestMs, slotsIn} from '../../src/core/simulation/coverage.js';
import type {World} from '../../src/core/simulation/world.js';

export type Gap = {
	/** The longest that any slot was without an acceptor. */
	readonly longestMs: number;
	/** How many slots were without one at some time. */
	readonly slots: number;
	/** From the beginning until the last slot had one again; 0 when none was ever without. */
	readonly doneMs: number;
	/** The longest of the slots for which it is asked. */
	readonly longestOf: (slots: SlotSet) => number;
};

/** Lets the farm run. */
export function measureGap(world: World, ms: number): Gap {
	const start = world.agenda.now();
	world.measures.coverage.begin();
	world.run(ms);
	const gaps = world.measures.coverage.gaps();
	return {
		longestMs: longestMs(gaps),
		slots: countSlots(slotsIn(gaps)),
		doneMs: Math.max(start, ...gaps.map(({to}) => to)) - start,
		longestOf: slots => longestMs(gaps, slots),
	};
}
