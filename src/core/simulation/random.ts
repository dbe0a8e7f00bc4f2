/** Chance that repeats: mulberry32 by Tommy Ettinger (public domain), seeded with 32 bits. */

export type Random = {
	/** At least 0, below 1. */
	next: () => number;
	between: (from: number, to: number) => number;
	/** A whole number, both ends included. */
	whole: (from: number, to: number) => number;
	chance: (probability: number) => boolean;
	pick: <Item>(items: readonly Item[]) => Item;
};

export function createRandom(seed: number): Random {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6D_2B_79_F5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / (2 ** 32);
	};

	return {
		next,
		between: (from, to) => from + (next() * (to - from)),
		whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
		chance: probability => next() < probability,
		pick: items => items[Math.floor(next() * items.length)]!,
	};
}
