/** Many seeds as tests, some at a time, each failure told with its seed and the end of its trace. */

import type {TestFn} from 'ava';
import {runStorm, type StormResult} from '../../src/core/simulation/storm.js';
import {runChurn, type ChurnResult} from './churn.js';

const chunk = 50;
const traceLines = 40;

export const seedsFrom = (first: number, count: number): number[] => Array.from({length: count}, (_, index) => first + index);

/** What went wrong, with the last lines of the trace; empty when nothing did. */
export function stormComplaint({seed, isSafe, healedMs, world}: StormResult): string {
	const what = isSafe ? 'does not heal' : 'two acceptors';
	return isSafe && healedMs !== undefined ? '' : complaint(seed, what, world.trace());
}

export const churnComplaint = ({seed, isSafe, world}: ChurnResult): string => isSafe ? '' : complaint(seed, 'two acceptors in the churn', world.trace());

export function declareStorms(test: TestFn, first: number, count: number): void {
	declare(test, 'no slot has two acceptors and every farm heals', {first, count, judge: seed => stormComplaint(runStorm(seed))});
}

export function declareChurns(test: TestFn, first: number, count: number): void {
	declare(test, 'no slot has two acceptors although several nodes change at once', {first, count, judge: seed => churnComplaint(runChurn(seed))});
}

type Seeds = {readonly first: number; readonly count: number; readonly judge: (seed: number) => string};

function declare(test: TestFn, title: string, {first, count, judge}: Seeds): void {
	for (let from = first; from < first + count; from += chunk) {
		const seeds = seedsFrom(from, Math.min(chunk, first + count - from));
		test(`${title}: seeds ${from} to ${seeds.at(-1)}`, t => {
			t.deepEqual(seeds.map(seed => judge(seed)).filter(text => text !== ''), []);
		});
	}
}

const complaint = (seed: number, what: string, trace: readonly string[]): string => `FARMCTL_SEED=${seed}: ${what}\n${trace.slice(-traceLines).join('\n')}`;
