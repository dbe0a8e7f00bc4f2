/**
Ranks of ids 1 to 10 in every slot: they keep the exact orders, and are spread so that unequal weights get their shares.

Two parts are matched. An order says who comes first; any ten ranks can be dealt along it. A slot's ten ranks are the points of a lattice,
`generator^k × (slot + 1) mod 2521` for k = 0 to 9: 2521 is prime, so that each k runs once through 1 to 2520. Which order goes to which slot is free, and
chosen so that for each two ids the ratio cost : sum of both costs is spread evenly over 0 to 1, as it is for independent exponential costs: then a weight
of `w` against `v` wins `w ÷ (w + v)` of the slots. Each slot takes the best of a few random orders.
*/

import {slotsCount} from '../model/slot-set.js';
import {costs} from './cost.js';
import {exactIdMax, exactOrders} from './exact-orders.js';
import {sequence, shuffle, swap} from './sequence.js';

const modulus = slotsCount + 1;
/** Of all, the one whose first 63 powers give the most even ratios: found by trying each. */
const generator = 1759;
const candidatesMax = 16;
/** Parts of the range of ratios that are counted: the leaves of a binary tree. A power of two. */
const leaves = 32;

/** Calls back with each slot, id and rank. */
export function dealExactRanks(set: (slot: number, id: number, rank: number) => void): void {
	const random = sequence(1);
	const orders = shuffle(exactOrders(), random);
	const counts = new Int32Array((exactIdMax + 1) * (exactIdMax + 1) * 2 * leaves);
	for (let slot = 0; slot < slotsCount; slot++) {
		const ranks = latticeRanks(slot);
		const ratios = ratioLeaves(ranks);
		swap(orders, slot, bestOrder(orders, slot, random, order => imbalance(counts, order, ratios)));
		count(counts, orders[slot]!, ratios);
		for (const [position, id] of orders[slot]!.entries()) {
			set(slot, id, ranks[position]!);
		}
	}
}

/** Ten different ranks, ascending. */
function latticeRanks(slot: number): number[] {
	const ranks = [slot + 1];
	while (ranks.length < exactIdMax) {
		ranks.push((ranks.at(-1)! * generator) % modulus);
	}

	return ranks.toSorted((a, b) => a - b);
}

/** For the earlier position `p` and the later `q`, at `p × 10 + q`: the leaf of their ratio. */
function ratioLeaves(ranks: readonly number[]): Uint8Array {
	const found = new Uint8Array(exactIdMax * exactIdMax);
	for (const [earlier, rank] of ranks.entries()) {
		for (let later = earlier + 1; later < exactIdMax; later++) {
			found[(earlier * exactIdMax) + later] = Math.floor(costs[rank]! * leaves / (costs[rank]! + costs[ranks[later]!]!));
		}
	}

	return found;
}

/** The index of the best of a few orders that no slot has yet. */
function bestOrder(orders: readonly number[][], from: number, random: (below: number) => number, badness: (order: readonly number[]) => number): number {
	let best = from;
	let least = Infinity;
	for (let tries = 0; tries < candidatesMax; tries++) {
		const index = from + random(slotsCount - from);
		const value = badness(orders[index]!);
		if (!(value < least)) {
			continue;
		}

		least = value;
		best = index;
	}

	return best;
}

/** How much fuller than their siblings the tree nodes are that the order would fill. */
function imbalance(counts: Int32Array, order: readonly number[], ratios: Uint8Array): number {
	let sum = 0;
	for (let earlier = 0; earlier < exactIdMax; earlier++) {
		for (let later = earlier + 1; later < exactIdMax; later++) {
			const base = treeOf(order[earlier]!, order[later]!);
			for (let node = leafOf(order[earlier]!, order[later]!, ratios[(earlier * exactIdMax) + later]!); node > 1; node >>= 1) {
				sum += counts[base + node]! - counts[base + (node ^ 1)]!;
			}
		}
	}

	return sum;
}

function count(counts: Int32Array, order: readonly number[], ratios: Uint8Array): void {
	for (let earlier = 0; earlier < exactIdMax; earlier++) {
		for (let later = earlier + 1; later < exactIdMax; later++) {
			const base = treeOf(order[earlier]!, order[later]!);
			for (let node = leafOf(order[earlier]!, order[later]!, ratios[(earlier * exactIdMax) + later]!); node > 0; node >>= 1) {
				counts[base + node]!++;
			}
		}
	}
}

/** Where the tree of two ids begins, whichever comes first; its nodes are numbered as in a heap, the root being 1. */
const treeOf = (first: number, second: number): number => ((Math.min(first, second) * (exactIdMax + 1)) + Math.max(first, second)) * 2 * leaves;

/** The ratio is told from the smaller id's side. */
const leafOf = (first: number, second: number, ratio: number): number => leaves + (first < second ? ratio : leaves - 1 - ratio);
