/** Many runs that differ in nothing but their seed: which fail, and which were the worst. */

import type {Outcome} from './outcome.js';

export type FailedRun = {readonly seed: number; readonly reason: string};

/** One figure over all runs. */
export type Spread = {readonly median: number; readonly worst: number; readonly worstSeed: number};

export const figures = {
	noAcceptorMs: 'the longest time that a slot had no acceptor, ms',
	healedMs: 'until every slot had one again, ms',
	needlessSlots: 'slots that moved needlessly',
	brokenConnections: 'broken connections',
} as const;

export type Figure = keyof typeof figures;

const valueOf: Readonly<Record<Figure, (outcome: Outcome) => number | undefined>> = {
	noAcceptorMs: ({blackHole}) => blackHole.longestMs,
	healedMs: ({healedMs}) => healedMs,
	needlessSlots: ({needlessSlots}) => needlessSlots,
	brokenConnections: ({brokenConnections}) => brokenConnections,
};

export type Many = {
	readonly add: (outcome: Outcome) => void;
	readonly failed: () => readonly FailedRun[];
	/** Without a figure that no run has. */
	readonly spreads: () => Partial<Readonly<Record<Figure, Spread>>>;
};

export function createMany(): Many {
	const failed: FailedRun[] = [];
	const values: Readonly<Record<Figure, Array<{readonly seed: number; readonly value: number}>>> = {noAcceptorMs: [], healedMs: [], needlessSlots: [], brokenConnections: []};
	return {
		add(outcome) {
			const reason = failureOf(outcome);
			if (reason !== undefined) {
				failed.push({seed: outcome.seed, reason});
			}

			for (const figure of Object.keys(figures) as Figure[]) {
				const value = valueOf[figure](outcome);
				if (value !== undefined) {
					values[figure].push({seed: outcome.seed, value});
				}
			}
		},
		failed: () => failed,
		spreads: () => Object.fromEntries(Object.entries(values).filter(([, list]) => list.length > 0).map(([figure, list]) => [figure, spreadOf(list)])),
	};
}

/** Why the run is not well, or nothing. */
export function failureOf({overlap, healedMs}: Pick<Outcome, 'overlap' | 'healedMs'>): string | undefined {
	if (overlap.slots > 0) {
		return `two acceptors for ${overlap.slots} slots`;
	}

	return healedMs === undefined ? 'not every slot has an acceptor in the end' : undefined;
}

function spreadOf(list: ReadonlyArray<{readonly seed: number; readonly value: number}>): Spread {
	const sorted = list.toSorted((a, b) => a.value - b.value);
	const worst = sorted.at(-1)!;
	return {median: sorted[Math.floor(sorted.length / 2)]!.value, worst: worst.value, worstSeed: worst.seed};
}
