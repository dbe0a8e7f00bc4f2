/**
Who owns which slot: a pure function of the serving nodes and their weights, the same bit for bit on every machine.

The owner of a slot is the first serving node in the slot's order. Weights stretch the order: a node's rank in the slot stands for an exponentially
distributed cost, and the least cost ÷ weight wins (weighted rendezvous; of independent exponential costs each wins in proportion to its weight).
So a node that leaves, or whose weight falls, only loses slots; one that joins, or whose weight grows, only gains; nothing else moves. Equal weights of
any value leave the order as it is.
*/
import type {NodeId} from '../model/farm.js';
import {weightMax} from '../model/group.js';
import {slotSetOf, slotsCount, type SlotSet} from '../model/slot-set.js';
import {costs} from './cost.js';
import {nodeIdMax, rankOfKey, type Keys} from './key.js';
import {keysUpTo} from './order.js';

/** A serving node. */
export type Member = {readonly id: NodeId; readonly weight: number};

/** A node's slots differ from its proportional share by at most this: ids 1 to 10, any weights. As tests measure over a fixed sample. */
export const weightedShareErrorMax = 50;

/** The same where all weights are equal and the ids are 1 to n, for every n up to 64. Up to n = 10 there is no error, nor in any subset. */
export const consecutiveShareErrorMax = 1;

/** The same for any ids up to 64 and any weights. */
export const anyShareErrorMax = 76;

const canOwn = ({id, weight}: Member): boolean => weight > 0 && id >= 1 && id <= nodeIdMax;

/**
The owner of each slot, 0 where nobody is.

@param members - The serving nodes in any order, with ids 1 to 64, each once, and whole weights of 0 to 1,000,000. Ratios alone count. One of weight 0 owns nothing, ever.
@returns 2520 node ids.
*/
export function ownersOf(members: readonly Member[]): readonly NodeId[] {
	const able = members.filter(member => canOwn(member));
	const keys = keysUpTo(Math.max(0, ...able.map(({id}) => id)));
	const owners: NodeId[] = [];
	for (let slot = 0; slot < slotsCount; slot++) {
		owners.push(firstOf(keys, slot, able));
	}

	return owners;
}

/** Builds at once what `ownersOf` keeps for ever, whichever ids come: it takes a tenth of a second, the owners of a view then one or two milliseconds. */
export function prepareOwners(): void {
	// Of unlike weights, the longer way.
	ownersOf(Array.from({length: nodeIdMax}, (_, index) => ({id: index + 1, weight: index + 1})));
}

function firstOf(keys: Keys, slot: number, members: readonly Member[]): NodeId {
	let owner = 0;
	let ownerKey = 0;
	let ownerWeight = 0;
	for (const {id, weight} of members) {
		const key = keys[(id * slotsCount) + slot]!;
		if (!(owner === 0 || comesBefore(key, weight, ownerKey, ownerWeight))) {
			continue;
		}

		owner = id;
		ownerKey = key;
		ownerWeight = weight;
	}

	return owner;
}

/** Compares cost ÷ weight without dividing; where both are equal the lower key is first. */
function comesBefore(keyA: number, weightA: number, keyB: number, weightB: number): boolean {
	if (weightA === weightB) {
		return keyA < keyB;
	}

	const [costA, costB] = [costs[rankOfKey(keyA)]!, costs[rankOfKey(keyB)]!];
	const isNarrow = weightA <= weightMax && weightB <= weightMax;
	const difference = isNarrow ? (costA * weightB) - (costB * weightA) : wideDifference(costA, weightA, costB, weightB);
	return difference < 0 || (difference === 0 && keyA < keyB);
}

/** Costs are compared in two parts where a product would not fit the 53 bits of a whole number. */
const lowPart = 2 ** 21;

/** The same difference, of the right sign: each part of it is exact, and only their sum is rounded, which is zero for zero alone. */
function wideDifference(costA: number, weightA: number, costB: number, weightB: number): number {
	const [highA, highB] = [Math.floor(costA / lowPart), Math.floor(costB / lowPart)];
	const low = ((costA - (highA * lowPart)) * weightB) - ((costB - (highB * lowPart)) * weightA);
	return (((highA * weightB) - (highB * weightA)) * lowPart) + low;
}

/** Whether `a` comes before `b` in the order of the slot: of the two, `a` would own it. A member of weight 0 comes before nobody. */
export function precedes(slot: number, a: Member, b: Member): boolean {
	if (!canOwn(a)) {
		return false;
	}

	const keys = keysUpTo(Math.max(a.id, b.id));
	return !canOwn(b) || comesBefore(keys[(a.id * slotsCount) + slot]!, a.weight, keys[(b.id * slotsCount) + slot]!, b.weight);
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
