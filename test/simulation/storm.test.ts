/** Hundreds of farms in foul weather. To see a failing seed again: `npx ava dist/test/simulation/storm.test.js` with `FARMCTL_SEED=<seed>` prints its trace. */

import process from 'node:process';
import test from 'ava';
import type {Plant} from '../../src/core/simulation/plant.js';
import {runStorm, type StormResult} from '../../src/core/simulation/storm.js';
import {plants} from './plants.js';

const seedsCount = 200;
const chunk = 40;

const seedsFrom = (first: number, count: number): number[] => Array.from({length: count}, (_, index) => first + index);

/** What went wrong, with the last lines of the trace; empty when nothing did. */
function complaint({seed, isSafe, healedMs, world}: StormResult): string {
	const what = isSafe ? 'does not heal' : 'two acceptors';
	return isSafe && healedMs !== undefined ? '' : `FARMCTL_SEED=${seed}: ${what}\n${world.trace().slice(-40).join('\n')}`;
}

const weathered = test.macro((t, seeds: readonly number[]) => {
	t.deepEqual(seeds.map(seed => complaint(runStorm(seed))).filter(text => text !== ''), []);
});

const chosen = process.env.FARMCTL_SEED;

if (chosen === undefined) {
	for (let first = 1; first <= seedsCount; first += chunk) {
		test(`no slot has two acceptors and every farm heals: seeds ${first} to ${first + chunk - 1}`, weathered, seedsFrom(first, chunk));
	}
} else {
	test(`seed ${chosen}`, t => {
		const result = runStorm(Number(chosen));
		t.log(result.world.trace().join('\n'));
		t.is(complaint(result), '');
	});
}

/** The checker must notice that a rule is missing, in one of so many storms. */
const noticed = test.macro({
	exec(t, plant: Plant, seedsMax: number) {
		t.true(seedsFrom(1, seedsMax).some(seed => !runStorm(seed, plant).isSafe), `not noticed in ${seedsMax} storms`);
	},
	title: (name = '') => `a planted fault is noticed: ${name}`,
});

test('without agreement (R2)', noticed, plants.withoutAgreement, 60);
test('without admission (R3)', noticed, plants.withoutAdmission, 60);
test('with a lease computed from now (R1)', noticed, plants.leaseFromNow, 100);
test('with a lease that is revived (R4)', noticed, plants.revivedLease, 100);
test('with heartbeats before the kernel is empty (R6)', noticed, plants.lateClear, 60);
