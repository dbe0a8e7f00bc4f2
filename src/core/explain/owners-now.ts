/** Who owns the slots of one group now: by the nodes' own word where a daemon knows it, else the first of those that are assumed to serve. */

import {preferenceOf} from '../assignment/preference.js';
import {groupOfSlot, hasSlot, slotsCount, slotStride} from '../model/slot-set.js';
import type {Knowledge, KnownNode} from './knowledge.js';

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

		const slotNumber = (group * slotStride) + slot;
		const owner = ownerAt(slotNumber, orderOf(slotNumber, knowledge), knowledge)?.name ?? null;
		owners[slot] = owner;
		return owner;
	};

	return {
		ownerOf,
		slotsOf: node => Array.from({length: slotsCount}, (_, slot) => ownerOf(slot)).filter(owner => owner === node).length,
	};
}

/** A node that may own a slot, with its weight in the slot's group. */
export type Candidate = KnownNode & {readonly weight: number};

/** Those that may own the slot of this number, the most preferred first. */
export function orderOf(slotNumber: number, {farm, nodes}: Knowledge): Candidate[] {
	const group = groupOfSlot(slotNumber);
	const candidates = nodes.map(node => ({...node, weight: node.weights[group] ?? 0}));
	const members = candidates.map(candidate => ({id: candidate.id, weight: candidate.weight * candidate.shareThousandths, candidate}));
	return preferenceOf(slotNumber % slotStride, members, farm.groups[group]?.order).map(({candidate}) => candidate);
}

/**
Whose kernel accepts the slot, the most preferred of them where several say so. Where a node does not say exactly which slots it has, it is taken to have
this one when it is to own it. `order` is the slot's order of preference.
*/
export function ownerAt(slotNumber: number, order: readonly Candidate[], {source, nodes}: Knowledge): KnownNode | undefined {
	const assigned = order.find(({isServing}) => isServing);
	if (source === 'configuration') {
		return assigned;
	}

	const hasIt = ({live}: KnownNode): boolean => live !== undefined && hasSlot(live.held, slotNumber);
	return [...order, ...nodes].find(node => node.live?.isHeldExact === true && hasIt(node)) ?? (assigned !== undefined && hasIt(assigned) ? assigned : undefined);
}
