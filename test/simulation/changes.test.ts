/** Configurations that go round a farm: no two nodes accept one packet, and the farm comes to the end. */

import test from 'ava';
import {runChange} from './changes.js';
import {plants} from './plants.js';
import {seedsFrom} from './seeds.js';

const runsCount = 40;

test('nodes removed and added, and a change by way of a middle: nobody accepts what another accepts, and all come to the end', t => {
	for (const seed of seedsFrom(1, runsCount)) {
		const {complaint, isFinished, world} = runChange(seed);
		if (complaint !== '' || !isFinished) {
			t.log(world.trace().join('\n'));
		}

		t.deepEqual([complaint, isFinished], ['', true], `seed ${seed}`);
	}
});

const noticed = test.macro((t, plant: Parameters<typeof runChange>[1], seedsMax: number) => {
	const seed = seedsFrom(1, seedsMax).find(one => !runChange(one, plant).isSafe);
	t.log(`by seed ${seed}`);
	t.not(seed, undefined, `not noticed in ${seedsMax} seeds`);
});

test('a planted fault is noticed: a removed node that serves is forgotten at once', noticed, plants.removedForgotten, 40);
test('a planted fault is noticed: from the middle to the end whoever runs the old configuration', noticed, plants.hastyEnd, 40);
