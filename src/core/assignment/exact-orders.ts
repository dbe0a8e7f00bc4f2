/**
One order of ids 1 to 10 for each slot, min-wise independent as a family: in every subset of the ids, each is first in equally many orders.

All orders grow in parallel, one position at a time. Orders that have used the same *set* of ids so far form a class, and each class deals the ids it
has left evenly, in random order; 2520 = lcm(1..10) makes every deal come out even. An id is first of a subset in an order where the ids before it are a set outside the
subset: the classes of all such sets deal evenly, hence so does their sum.
*/

import {slotsCount} from '../model/slot-set.js';
import {sequence, shuffle} from './sequence.js';

/** Up to this many nodes, with ids 1 to 10 and equal weights, share exactly evenly. */
export const exactIdMax = 10;

/** The orders, each ten ids, most preferred first. */
export function exactOrders(): number[][] {
	const random = sequence(1);
	const orders = Array.from({length: slotsCount}, (): number[] => []);
	let classes = new Map([[0, [...orders]]]);
	for (let position = 0; position < exactIdMax; position++) {
		const next = new Map<number, number[][]>();
		for (const [used, members] of classes) {
			deal(shuffle(members, random), used, next);
		}

		classes = next;
	}

	return orders;
}

function deal(orders: readonly number[][], used: number, next: Map<number, number[][]>): void {
	const left = Array.from({length: exactIdMax}, (_, index) => index + 1).filter(id => (used & (1 << id)) === 0);
	for (const [index, order] of orders.entries()) {
		const id = left[index % left.length]!;
		order.push(id);
		const key = used | (1 << id);
		const members = next.get(key) ?? [];
		members.push(order);
		next.set(key, members);
	}
}
