/**
Hundreds of farms in foul weather. To see a failing seed again: `npx ava dist/test/simulation/storm.test.js` with `FARMCTL_SEED=<seed>` prints its trace.
*/

import process from 'node:process';
import test from 'ava';
import {plants, type Plant} from './plants.js';
import {runStorm} from './storm.js';

const seedsCount = 240;
const chunk = 40;

const chosen = process.env.FARMCTL_SEED;

for (let first = 1; first <= seedsCount && chosen === undefined; first += chunk) {
	test(`no slot has two acceptors and every farm heals: seeds ${first} to ${first + chunk - 1}`, t => {
		for (let seed = first; seed < first + chunk; seed++) {
			const {isSafe, healedMs, world} = runStorm(seed);
			t.true(isSafe, `FARMCTL_SEED=${seed}: two acceptors\n${world.trace.slice(-40).join('\n')}`);
			t.not(healedMs, undefined, `FARMCTL_SEED=${seed}: does not heal\n${world.trace.slice(-40).join('\n')}`);
		}
	});
}

if (chosen !== undefined) {
	test(`seed ${chosen}`, t => {
		const {isSafe, healedMs, world} = runStorm(Number(chosen));
		t.log(world.trace.join('\n'));
		t.true(isSafe);
		t.not(healedMs, undefined);
	});
}

/**
The checker must notice that a rule is missing, in one of so many storms.
*/
const noticed = test.macro({
	exec(t, plant: Plant, seedsMax: number) {
		for (let seed = 1; seed <= seedsMax; seed++) {
			if (!runStorm(seed, plant).isSafe) {
				t.pass();
				return;
			}
		}

		t.fail(`not noticed in ${seedsMax} storms`);
	},
	title: (name = '') => `a planted fault is noticed: ${name}`,
});

test('without agreement (R2)', noticed, plants.withoutAgreement, 60);
test('without admission (R3)', noticed, plants.withoutAdmission, 60);
test('with a lease computed from now (R1)', noticed, plants.leaseFromNow, 100);
test('with a lease that is revived (R4)', noticed, plants.revivedLease, 100);
test('with heartbeats before the kernel is empty (R6)', noticed, plants.lateClear, 60);
