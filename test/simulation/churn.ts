/**
One random run in good weather: several nodes change at the same moment, again and again, some of them in the middle of a change of others. What storms
seldom bring about: views that differ because everybody is busy with a change of its own, leases of different lengths, daemons that hang just then.
*/

import {deriveTiming} from '../../src/core/config/timing.js';
import type {Plant} from '../../src/core/simulation/plant.js';
import {createWorld, timing300, type World} from '../../src/core/simulation/world.js';

export type ChurnResult = {readonly seed: number; readonly isSafe: boolean; readonly world: World};

const roundsCount = 12;
const changesMax = 4;
const nodesCount = 5;

/** Detection times that nodes are switched between while they run, in milliseconds; the base is among them. */
const detectionsMs = [200, timing300.detectionMs, 450];

export function runChurn(seed: number, plant?: Plant): ChurnResult {
	const world = createWorld({
		seed, nodesCount, drift: 0.005, finishMs: 100, ...(plant !== undefined && {plant}),
	});
	const {random, safety, network} = world;
	network.weather = {
		lossFraction: 0, delayFromMs: 0.1, delayToMs: random.pick([1, 5]), doubleFraction: 0,
	};
	world.bootAll();
	world.run(1000);
	for (let round = 0; round < roundsCount && safety.violations.length === 0; round++) {
		for (let count = random.whole(1, changesMax); count > 0; count--) {
			change(world);
			world.run(random.chance(0.7) ? 0 : random.between(0, 4));
		}

		world.run(random.pick([2, 10, 60, 400]) * random.between(0.5, 1.5));
	}

	return {seed, isSafe: safety.violations.length === 0, world};
}

function change(world: World): void {
	const {random} = world;
	const id = random.whole(1, world.nodes.length);
	const node = world.node(id);
	const name = world.nameOf(id);
	const kinds: ReadonlyArray<() => void> = [
		() => {
			world.say(`${name} stop`);
			node.submit({kind: 'stop'});
		},
		() => {
			world.say(`${name} start`);
			node.submit({kind: 'start'});
		},
		() => {
			world.setWeight(id, random.whole(0, 4));
		},
		() => {
			const detection = random.pick(detectionsMs);
			world.say(`${name} detection ${detection} ms`);
			world.configure(id, {timing: deriveTiming({detection})});
		},
		() => {
			const ms = random.between(200, 500);
			world.say(`${name} pauses ${ms.toFixed(0)} ms`);
			node.pause(ms);
		},
		() => {
			world.killDaemon(id);
			world.agenda.after(random.between(50, 900), () => {
				world.boot(id);
			});
		},
	];
	random.pick(kinds)();
}
