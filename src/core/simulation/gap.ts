/** How long clients of each slot find nobody: the longest gap of any slot while something happens. */

import {
	hasSlot,
	minusSlots,
	noSlots,
	slotsCount,
	unionSlots,
	listSlots,
	type SlotSet,
} from '../model/slot-set.js';
import type {World} from './world.js';

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

const sampleMs = 0.05;

export const acceptedBy = (world: World, id: number): SlotSet => world.node(id).kernel.accepted(world.node(id).localNow());

/** Lets the farm run and looks every twentieth of a millisecond. */
export function measureGap(world: World, ms: number): Gap {
	const start = world.agenda.now();
	const since = Array.from({length: slotsCount}, () => -1);
	const longest = Array.from({length: slotsCount}, () => 0);
	let doneMs = 0;
	let before = unionSlots(noSlots, noSlots);
	for (const slot of since.keys()) {
		since[slot] = start;
	}

	while (world.agenda.now() < start + ms) {
		const now = world.agenda.now();
		let covered: SlotSet = noSlots;
		for (const {id} of world.nodes) {
			covered = unionSlots(covered, acceptedBy(world, id));
		}

		for (const slot of listSlots(minusSlots(before, covered))) {
			since[slot] = now;
		}

		for (const slot of listSlots(minusSlots(covered, before))) {
			longest[slot] = Math.max(longest[slot]!, now - since[slot]!);
			doneMs = now > start ? now - start : doneMs;
		}

		before = covered;
		world.run(sampleMs);
	}

	for (const slot of since.keys()) {
		longest[slot] = hasSlot(before, slot) ? longest[slot]! : Math.max(longest[slot]!, world.agenda.now() - since[slot]!);
	}

	return {
		longestMs: Math.max(...longest),
		slots: longest.filter(gap => gap > 0).length,
		doneMs,
		longestOf: slots => Math.max(0, ...listSlots(slots).map(slot => longest[slot]!)),
	};
}
