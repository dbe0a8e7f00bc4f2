/**
The simulator itself is tested: with a rule of the protocol switched off, something must go wrong that does not go wrong with it. Most rules keep a slot
from having two acceptors, and some seed must show it; the others keep a farm available, and a scenario measures what is lost without them.

Without effect alone, as the model behind the rules found too: each half of R2, for what one misses the other forbids, and the order of the slots moves
none between nodes that stay; the first half of R11, for a node's own pause is forgiven. Both halves off are noticed.
*/

import test from 'ava';
import {deriveTiming} from '../../src/core/config/timing.js';
import type {Plant} from '../../src/core/simulation/plant.js';
import {runStorm} from '../../src/core/simulation/storm.js';
import {createWorld, type World} from '../../src/core/simulation/world.js';
import {measureGap} from './gap.js';
import {runChurn} from './churn.js';
import {plants} from './plants.js';
import {seedsFrom} from './seeds.js';

type Judge = (seed: number, plant: Plant) => boolean;

const isUnsafeInStorm: Judge = (seed, plant) => !runStorm(seed, plant).isSafe;
const isUnhealedInStorm: Judge = (seed, plant) => runStorm(seed, plant).healedMs === undefined;
const isUnsafeInChurn: Judge = (seed, plant) => !runChurn(seed, plant).isSafe;

const noticed = test.macro({
	exec(t, plant: Plant, isWrong: Judge, seedsMax: number) {
		const seed = seedsFrom(1, seedsMax).find(one => isWrong(one, plant));
		t.log(`by seed ${seed}`);
		t.not(seed, undefined, `not noticed in ${seedsMax} seeds`);
	},
	title: (name = '') => `a planted fault is noticed: ${name}`,
});

test('R1 a lease computed from now', noticed, plants.leaseFromNow, isUnsafeInStorm, 100);
test('R2 claims without agreement on one view and without acknowledgement', noticed, plants.anyAgreement, isUnsafeInStorm, 100);
test('R3 claims without admission', noticed, plants.withoutAdmission, isUnsafeInStorm, 60);
test('R3 admission without waiting', noticed, plants.withoutWait, isUnsafeInStorm, 60);
test('R4 a lease revived after it has run out', noticed, plants.revivedLease, isUnsafeInStorm, 60);
test('R5 a grace that never ends', noticed, plants.endlessGrace, isUnsafeInStorm, 150);
test('R6 heartbeats before the kernel is empty', noticed, plants.lateClear, isUnsafeInStorm, 100);
test('R6 an incarnation used again', noticed, plants.reusedIncarnation, isUnhealedInStorm, 60);
test('R8 an expelled node revived by what is not newer', noticed, plants.anyRevival, isUnhealedInStorm, 400);
test('R9 a release announced before it is made', noticed, plants.earlyRelease, isUnsafeInStorm, 60);
test('R11 silence during the own pause counted, ticks before the socket', noticed, plants.pauseCounts, isUnsafeInChurn, 100);

function runningFarm(plant: Plant | undefined, {seed = 1, ms = 1000}: {readonly seed?: number; readonly ms?: number} = {}): World {
	const world = createWorld({
		seed, nodesCount: 3, finishMs: 100, ...(plant !== undefined && {plant}),
	});
	world.bootAll();
	world.run(ms);
	return world;
}

test('R5 without grace a node that boots interrupts the others', t => {
	const gapOf = (plant?: Plant): number => {
		const world = runningFarm(plant);
		world.crashHost(3);
		world.run(1000);
		const kept = world.node(1).accepted();
		world.boot(3);
		measureGap(world, 1000);
		return world.node(1).events.filter(name => name === 'lease-lapsed').length + (kept.length > 0 ? 0 : 1);
	};

	t.is(gapOf(), 0);
	t.true(gapOf(plants.withoutGrace) > 0);
});

test('R7 a longer lease of a peer that is not heeded outlives their patience', t => {
	const isUnsafe = (plant?: Plant): boolean => {
		const world = runningFarm(plant);
		world.configure(2, {timing: deriveTiming({detection: 900})});
		world.run(500);
		world.node(2).pause(2000);
		world.run(1500);
		return world.safety.violations.length > 0;
	};

	t.false(isUnsafe());
	t.true(isUnsafe(plants.peersLeaseIgnored));
});

test('R7 a longer lease used before the peers have heard of it outlives their patience', t => {
	const isUnsafe = (delayMs: number, plant?: Plant): boolean => {
		const world = runningFarm(plant);
		world.configure(2, {timing: deriveTiming({detection: 900})});
		world.run(delayMs);
		world.node(2).pause(2000);
		world.run(1500);
		return world.safety.violations.length > 0;
	};

	const delays = Array.from({length: 20}, (_, index) => index * 0.5);
	t.false(delays.some(delayMs => isUnsafe(delayMs)));
	t.true(delays.some(delayMs => isUnsafe(delayMs, plants.raisedAtOnce)));
});

test('R8 without forwarding a broken path between two nodes interrupts them', t => {
	const gapOf = (plant?: Plant): number => {
		const world = runningFarm(plant);
		world.network.setLink(1, 2, false);
		world.network.setLink(2, 1, false);
		return measureGap(world, 2000).longestMs;
	};

	t.is(gapOf(), 0);
	t.true(gapOf(plants.withoutForwarding) > 0);
});

/** Nodes 1 and 2 hear one another through 3 alone; 3 hangs just when it should forward what 1 said last, and 2 has a new life meanwhile. */
function lateForward(plant?: Plant): number {
	const world = runningFarm(plant);
	world.network.setLink(1, 2, false);
	world.network.setLink(2, 1, false);
	world.run(1000);
	let hasHung = false;
	world.network.tap(({relayed}, from, to) => {
		if (hasHung || relayed !== undefined || from !== 1 || to !== 3) {
			return;
		}

		hasHung = true;
		world.agenda.after(1.0125, () => {
			world.node(3).pause(700);
			world.crashHost(1);
		});
	});
	world.run(100);
	world.killDaemon(2);
	world.boot(2);
	world.run(400);
	let revivedMs = 0;
	for (let ms = 0; ms < 600; ms++) {
		world.run(1);
		revivedMs += world.node(2).state()!.peers.some(({id, isAlive}) => id === 1 && isAlive) ? 1 : 0;
	}

	return revivedMs;
}

test('R8 what a relay had for long is old; without its age a dead node would live on', t => {
	t.is(lateForward(), 0);
	t.true(lateForward(plants.resetAge) > 100);
});

test('R10 announcements that are not repeated leave slots without an owner when one is lost', t => {
	const gapOf = (plant?: Plant): number => {
		let sumMs = 0;
		for (const seed of seedsFrom(1, 20)) {
			const world = runningFarm(plant, {seed});
			world.network.weather = {
				lossFraction: 0.2, delayFromMs: 1, delayToMs: 1, doubleFraction: 0,
			};
			world.run(100);
			world.node(3).submit({kind: 'stop'});
			sumMs += measureGap(world, 600).longestMs;
		}

		return sumMs / 20;
	};

	const [healthy, planted] = [gapOf(), gapOf(plants.withoutRepeats)];
	t.log(`mean gap of a stop at 20 % loss: ${healthy.toFixed(1)} ms, without repeats ${planted.toFixed(1)} ms`);
	t.true(planted > 3 * healthy);
});

test('R11 a pause of a node is not the silence of its peers', t => {
	const deathsOf = (plant?: Plant): number => {
		const world = runningFarm(plant);
		world.node(2).pause(1000);
		world.run(2500);
		return world.node(2).events.filter(name => name === 'node-dead').length;
	};

	t.is(deathsOf(), 0);
	t.is(deathsOf(plants.tickFirst), 0, 'the half alone has no effect');
	t.true(deathsOf(plants.pauseCounts) > 0);
});

test('R2 either half alone has no effect in these storms', t => {
	for (const plant of [plants.anyView, plants.anyAcknowledgement]) {
		t.is(seedsFrom(1, 20).find(seed => isUnsafeInStorm(seed, plant)), undefined);
	}
});
