/**
Who owns which slot: a pure function of the serving nodes and their weights, the same bit for bit on every machine.

The owner of a slot is the first serving node in the slot's order. Weights stretch the order: a node's rank in the slot stands for an exponentially
distributed cost, and the least cost ÷ weight wins (weighted rendezvous; of independent exponential costs each wins in proportion to its weight).
So a node that leaves or whose weight changes moves only slots that it loses or gains, and equal weights of any value leave the order as it is.
*/
import type {NodeId} from '../model/farm.js';
import {slotSetOf, slotsCount, type SlotSet} from '../model/slot-set.js';
import {nodeIdMax, ranks} from './order.js';

/** A serving node. */
export type Member = {readonly id: NodeId; readonly weight: number};

/**
The cost that each rank stands for: the expected value of the rank-th smallest of 2520 exponential variables, 1/2520 + 1/2519 + … (Rényi), in fixed
point of 39 bits. Whole numbers only: a logarithm may differ in its last bit between machines. The largest, times a weight of 1000, is below 2^53.
*/
const costs: Float64Array = (() => {
	const table = new Float64Array(slotsCount + 1);
	for (let rank = 1; rank <= slotsCount; rank++) {
		table[rank] = table[rank - 1]! + Math.floor((2 ** 39) / (slotsCount - rank + 1));
	}

	return table;
})();

const canOwn = (member: Member): boolean => member.weight > 0 && member.id >= 1 && member.id <= nodeIdMax;

/**
The owner of each slot, 0 where nobody is.

@param members - The serving nodes in any order, with ids 1 to 64, each once, and whole weights of 0 to 1000. One of weight 0 owns nothing, ever.
@returns 2520 node ids.
*/
export function ownersOf(members: readonly Member[]): readonly NodeId[] {
	const table = ranks();
	const able = members.filter(member => canOwn(member));
	return Array.from({length: slotsCount}, (_, slot) => firstOf(table, slot, able));
}

function firstOf(table: Uint16Array, slot: number, members: readonly Member[]): NodeId {
	let owner = 0;
	let ownerRank = 0;
	let ownerWeight = 0;
	for (const {id, weight} of members) {
		const rank = table[(id * slotsCount) + slot]!;
		if (owner === 0 || comesBefore(rank, weight, ownerRank, ownerWeight)) {
			owner = id;
			ownerRank = rank;
			ownerWeight = weight;
		}
	}

	return owner;
}

/** Compares cost ÷ weight without dividing; where both are equal the lower rank is first. */
function comesBefore(rankA: number, weightA: number, rankB: number, weightB: number): boolean {
	const difference = (costs[rankA]! * weightB) - (costs[rankB]! * weightA);
	return difference < 0 || (difference === 0 && rankA < rankB);
}

/** Whether `a` comes before `b` in the order of the slot: of the two, `a` would own it. A member of weight 0 comes before nobody. */
export function precedes(slot: number, a: Member, b: Member): boolean {
	if (!canOwn(a)) {
		return false;
	}

	const table = ranks();
	return !canOwn(b) || comesBefore(table[(a.id * slotsCount) + slot]!, a.weight, table[(b.id * slotsCount) + slot]!, b.weight);
}

/** The slots that the node owns. */
export function slotsOf(owners: readonly NodeId[], id: NodeId): SlotSet {
	const slots: number[] = [];
	for (const [slot, owner] of owners.entries()) {
		if (owner === id) {
			slots.push(slot);
		}
	}

	return slotSetOf(slots);
}
