/**
The order of preference that every slot has over node ids 1 to 64, whoever serves.

Each pair of a slot and an id has a rank, 1 to 2520, and all ranks of one slot differ: the lower rank is preferred. The rank of ids 11 to 64 is
`multiplier × (slot + 1) mod 2521`. 2521 is prime, so an id has every rank once (its ranks are perfectly spread), and of two such ids each is
preferred in exactly half of the slots (the slots `s` and `2519 - s` see the opposite order).

Ids 1 to 10 take the ten ranks that their multipliers would give them in the slot, but dealt anew, so that the orders are min-wise independent:
every subset of the ten shares all slots exactly evenly. All orders grow in parallel, one position at a time; slots that have used the same set of
ids so far form a class, and each class deals its remaining ids evenly. 2520 = lcm(1..10) makes every division come out even. Within a class
the slots are visited by ascending rank and the deal rotates, so that the ranks an id gets are spread as well: weights depend on that.
*/
import {slotsCount} from '../model/slot-set.js';

/** The largest node id. */
export const nodeIdMax = 64;

/** Up to this many nodes with ids 1 to 10 and equal weights share exactly evenly. */
export const exactIdMax = 10;

const modulus = slotsCount + 1;

/** Of the group modulo 2521; any 64 distinct values are right, these spread well. */
const multiplierOf = (id: number): number => {
	let power = 1;
	for (let step = 0; step < id; step++) {
		power = (power * 1207) % modulus;
	}

	return power;
};

const linearRank = (multiplier: number, slot: number): number => (multiplier * (slot + 1)) % modulus;

let built: Uint16Array | undefined;

/**
The rank of every slot for every id, at index `id × 2520 + slot`; id 0 is unused. Built on the first call, a few milliseconds, then kept.
*/
export function ranks(): Uint16Array {
	built ??= build();
	return built;
}

function build(): Uint16Array {
	const table = new Uint16Array((nodeIdMax + 1) * slotsCount);
	for (let id = 1; id <= nodeIdMax; id++) {
		const multiplier = multiplierOf(id);
		for (let slot = 0; slot < slotsCount; slot++) {
			table[(id * slotsCount) + slot] = linearRank(multiplier, slot);
		}
	}

	dealExactIds(table);
	return table;
}

/** Deals the ranks of ids 1 to 10 anew within each slot. */
function dealExactIds(table: Uint16Array): void {
	const ascending = Array.from({length: slotsCount}, (_, slot) => exactRanks(table, slot));
	let classes = new Map<number, number[]>([[0, Array.from({length: slotsCount}, (_, slot) => slot)]]);
	for (let position = 0; position < exactIdMax; position++) {
		const next = new Map<number, number[]>();
		for (const [used, slots] of classes) {
			const left = unusedIds(used);
			slots.sort((a, b) => ascending[a]![position]! - ascending[b]![position]! || a - b);
			for (const [index, slot] of slots.entries()) {
				const round = Math.floor(index / left.length);
				const id = left[(index + round) % left.length]!;
				table[(id * slotsCount) + slot] = ascending[slot]![position]!;
				const key = used | (1 << id);
				const members = next.get(key);
				if (members) {
					members.push(slot);
				} else {
					next.set(key, [slot]);
				}
			}
		}

		classes = next;
	}
}

function exactRanks(table: Uint16Array, slot: number): number[] {
	return Array.from({length: exactIdMax}, (_, index) => table[((index + 1) * slotsCount) + slot]!).sort((a, b) => a - b);
}

function unusedIds(used: number): number[] {
	return Array.from({length: exactIdMax}, (_, index) => index + 1).filter(id => (used & (1 << id)) === 0);
}
