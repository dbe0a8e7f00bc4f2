/** Who owns the slots of one group now: by the nodes' own word where a daemon knows it, else the first of those that are assumed to serve. */

import {preferenceOf} from '../assignment/preference.js';
import {hasSlot, slotsCount, type SlotSet} from '../model/slot-set.js';
import type {Knowledge, KnownNode} from './knowledge.js';

/** From the first slot of a group to the first of the next. */
const slotStride = Math.ceil(slotsCount / 32) * 32;

export type OwnersNow = {
	/** The owner's name, null for nobody. */
	readonly ownerOf: (slot: number) => string | null;
	/** How many slots it has. */
	readonly slotsOf: (node: string | null) => number;
};

/** Of the group at this position; each slot is looked up once. */
export function ownersNow(knowledge: Knowledge, group: number): OwnersNow {
	const owners: Array<string | null> = [];
	const ownerOf = (slot: number): string | null => {
		const known = owners[slot];
		if (known !== undefined) {
			return known;
		}

		const owner = ownerAt((group * slotStride) + slot, preferenceOf(slot, knowledge.nodes), knowledge)?.name ?? null;
		owners[slot] = owner;
		return owner;
	};

	return {
		ownerOf,
		slotsOf: node => Array.from({length: slotsCount}, (_, slot) => ownerOf(slot)).filter(owner => owner === node).length,
	};
}

/** Whose kernel accepts the slot, the most preferred of them where several say so; `order` is the slot's order of preference. */
export const ownerAt = (slotNumber: number, order: readonly KnownNode[], {source, nodes}: Knowledge): KnownNode | undefined => source === 'configuration'
	? order.find(({isServing}) => isServing)
	: [...order, ...nodes].find(({live}) => live !== undefined && hasNumber(live.held, slotNumber));

/** Whether a set of any length has the slot. */
export const hasNumber = (slots: SlotSet, slotNumber: number): boolean => Math.floor(slotNumber / 32) < slots.length && hasSlot(slots, slotNumber);
