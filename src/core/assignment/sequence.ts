/** Numbers that look random and are the same everywhere, to build the orders from. */

/** Gives whole numbers from 0 to below the asked bound: a linear congruential generator (Numerical Recipes, "quick and dirty"), high bits used. */
export function sequence(seed: number): (below: number) => number {
	let state = seed | 0;
	return below => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
		return Math.floor(((state >>> 0) / (2 ** 32)) * below);
	};
}

/** Puts the items into a random order, in place (Fisher and Yates). */
export function shuffle<List extends {length: number; [index: number]: unknown}>(list: List, random: (below: number) => number): List {
	for (let last = list.length - 1; last > 0; last--) {
		swap(list, last, random(last + 1));
	}

	return list;
}

export function swap(list: Record<number, unknown>, one: number, other: number): void {
	const kept = list[one];
	list[one] = list[other];
	list[other] = kept;
}
