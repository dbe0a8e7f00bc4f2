/** keep-at-least, in some hundred farms whose applications fail together: never too few, and in the end exactly enough. To see a failing seed again: `guarded.ts`. */

import test from 'ava';
import type {Plant} from '../../src/core/simulation/plant.js';
import {runGuarded, type GuardedResult} from './guarded.js';
import {seedsFrom} from './seeds.js';

const chunk = 20;
const seedsCount = 100;

function complaint({seed, world, fewest, keepAtLeast, serving, expected}: GuardedResult): string {
	if (fewest < keepAtLeast) {
		return `seed ${seed}: only ${fewest} meant to serve, of ${keepAtLeast} to be kept\n${world.trace().slice(-40).join('\n')}`;
	}

	if (world.safety.violations.length > 0) {
		return `seed ${seed}: two acceptors\n${world.trace().slice(-40).join('\n')}`;
	}

	return serving.length === expected ? '' : `seed ${seed}: ${serving.join(', ')} serve in the end, and not ${expected}\n${world.trace().slice(-40).join('\n')}`;
}

for (let first = 1; first <= seedsCount; first += chunk) {
	test(`never do fewer serve than are to be kept, and in the end no more than must: seeds ${first} to ${first + chunk - 1}`, t => {
		t.deepEqual(seedsFrom(first, chunk).map(seed => complaint(runGuarded(seed))).filter(text => text !== ''), []);
	});
}

const noticed = test.macro({
	exec(t, plant: Plant) {
		const seed = seedsFrom(1, 60).find(one => {
			const {fewest, keepAtLeast} = runGuarded(one, plant);
			return fewest < keepAtLeast;
		});
		t.log(`by seed ${seed}`);
		t.not(seed, undefined);
	},
	title: (name = '') => `a planted fault is noticed: ${name}`,
});

test('a node counts peers that have not echoed that it is unwell', noticed, {
	before: state => state.guard.stage === 'asking' ? {...state, guard: {...state.guard, sequence: 0}} : state,
});

test('a node counts peers that are unwell themselves', noticed, {
	message: message => message.wellness === 'unwell' ? {...message, wellness: 'well'} : message,
});
