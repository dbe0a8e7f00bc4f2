/**
What a farm does in detail, beside what stands in scenarios/: on a calm network with a one-way delay of one millisecond. Gaps are in virtual time, so
they do not depend on the machine.
*/

import test from 'ava';
import {
	commonSlots,
	countSlots,
	isEmptySlots,
	minusSlots,
	slotsCount,
	unionSlots,
	noSlots,
	type SlotSet,
} from '../../src/core/model/slot-set.js';
import {passGates} from '../../src/core/membership/gates.js';
import {describe} from '../../src/core/membership/describe.js';
import {monoMs} from '../../src/core/model/time.js';
import {createWorld, timing300, type World} from '../../src/core/simulation/world.js';
import {measureGap} from './gap.js';

const delayMs = 1;
const {detectionMs} = timing300;

const shares = (world: World): number[] => world.nodes.map(({id}) => countSlots(world.node(id).accepted()));

/** The slot table of a node's kernel, with the slots behind gates where they are. */
function tableOf(world: World, id: number) {
	const {table, passed} = world.node(id).kernel;
	const {owned, retained, resettable, leaving, arriving} = passGates(table, passed);
	return {owned: unionSlots(owned, leaving), retained: unionSlots(retained, arriving), resettable};
}

/** The shell of a node looks at its connections and finds some in these slots. */
function look(world: World, id: number, slots: SlotSet): void {
	world.node(id).submit({kind: 'connections', begunAt: monoMs(world.node(id).localNow()), count: countSlots(slots), slots});
	world.run(5);
}

/** A farm in which every node serves. */
function runningFarm(nodesCount = 3, finishMs = 500): World {
	const world = createWorld({seed: 7, nodesCount, finishMs});
	world.bootAll();
	world.run(600);
	return world;
}

test('three nodes that boot together serve a third each, within a few round trips', t => {
	const world = createWorld({seed: 1, nodesCount: 3});
	world.bootAll();
	t.true(world.runUntil(() => world.covered() === slotsCount, 100));
	t.log(`covered after ${world.agenda.now()} ms`);
	t.true(world.agenda.now() <= 10 * delayMs);
	world.run(1000);
	t.deepEqual(shares(world), [840, 840, 840]);
	t.deepEqual(world.safety.violations, []);
});

test('a node alone serves after the admission wait, and not before', t => {
	const world = createWorld({seed: 1, nodesCount: 3});
	world.boot(1);
	world.run(detectionMs);
	t.is(world.covered(), 0);
	t.true(world.runUntil(() => world.covered() === slotsCount, 300));
	t.log(`serves alone after ${world.agenda.now()} ms`);
});

test('a planned stop: one one-way delay, then the node retains its connections and finishes', t => {
	const world = runningFarm();
	const given = world.node(3).accepted();
	world.node(3).submit({kind: 'stop'});
	const gap = measureGap(world, 50);
	t.log(`stop: ${gap.longestMs.toFixed(2)} ms, done after ${gap.doneMs.toFixed(2)} ms`);
	t.true(gap.longestMs <= 2 * delayMs);
	t.deepEqual(shares(world), [1260, 1260, 0]);
	world.run(2 * timing300.intervalMs);
	t.deepEqual(world.node(3).kernel.table.retained, given);
	t.true(world.node(3).kernel.leaseEndAt > world.node(3).localNow(), 'established connections go on');
	t.true(isEmptySlots(minusSlots(given, unionSlots(world.node(1).accepted(), world.node(2).accepted()))));
	for (const id of [1, 2]) {
		const {owned, resettable} = world.node(id).kernel.table;
		t.deepEqual(resettable, minusSlots(owned, given), `n${id} leaves unknown packets to the retaining node`);
	}

	t.false(world.node(3).isFinished());
	look(world, 3, given);
	look(world, 3, given);
	t.false(world.node(3).isFinished());
	look(world, 3, noSlots);
	t.false(world.node(3).isFinished(), 'one look may have missed some');
	look(world, 3, noSlots);
	t.true(world.runUntil(() => world.node(3).isFinished(), 20));
	world.run(5);
	t.true(isEmptySlots(world.node(3).kernel.table.retained));
	t.deepEqual(world.node(1).kernel.table.resettable, world.node(1).kernel.table.owned, 'nobody retains any more');
	t.is(describe(world.node(1).state()!, monoMs(world.node(1).localNow())).nodes[2]!.state, 'OFF');
	t.false(world.node(1).events.includes('node-dead'));
	t.deepEqual(world.safety.violations, []);
});

test('a stop with connections that never end is over after the time to finish', t => {
	const world = runningFarm(3, 300);
	world.node(3).submit({kind: 'stop'});
	world.run(290);
	t.false(world.node(3).isFinished());
	t.true(world.runUntil(() => world.node(3).isFinished(), 40));
});

test('the last node that stops retains its connections, then finishes', t => {
	const world = runningFarm(1, 300);
	t.is(world.covered(), slotsCount);
	world.node(1).submit({kind: 'stop'});
	world.run(100);
	t.is(countSlots(world.node(1).kernel.table.retained), slotsCount);
	t.false(world.node(1).isFinished());
	t.true(world.runUntil(() => world.node(1).isFinished(), 300));
});

test('a node that starts again gets exactly its slots back, in one one-way delay', t => {
	const world = runningFarm();
	const own = world.node(3).accepted();
	world.node(3).submit({kind: 'stop'});
	world.run(50);
	look(world, 3, noSlots);
	look(world, 3, noSlots);
	t.true(world.runUntil(() => world.node(3).isFinished(), 50));
	world.node(3).submit({kind: 'start'});
	const gap = measureGap(world, 100);
	t.log(`start: ${gap.longestMs.toFixed(2)} ms, done after ${gap.doneMs.toFixed(2)} ms`);
	t.true(gap.longestMs <= 2 * delayMs);
	t.deepEqual(world.node(3).accepted(), own);
	t.deepEqual(unionSlots(world.node(1).kernel.table.retained, world.node(2).kernel.table.retained), own, 'those who give up retain');
	t.deepEqual(world.safety.violations, []);
});

test('a node whose configuration differs waits, and serves when it agrees again', t => {
	const world = runningFarm();
	world.configure(3, {fingerprint: '00000000000000bb'});
	world.run(200);
	t.deepEqual(shares(world), [1260, 1260, 0]);
	const {nodes, reason} = describe(world.node(3).state()!, monoMs(world.node(3).localNow()));
	t.is(nodes[2]!.state, 'WAIT');
	t.true(reason.includes('n1, n2'));
	world.configure(3, {fingerprint: '00000000000000aa'});
	world.run(200);
	t.deepEqual(shares(world), [840, 840, 840]);
	t.deepEqual(world.safety.violations, []);
});

test('a lapse retains what was owned, and peers do not reset it before the node is back', t => {
	const world = runningFarm(3, 5000);
	const own = world.node(3).accepted();
	// Longer than the lease, shorter than the detection.
	world.node(3).pause(230);
	world.run(231);
	t.true(world.node(3).events.includes('lease-lapsed'));
	t.deepEqual(tableOf(world, 3), {owned: noSlots, retained: own, resettable: noSlots});
	t.true(world.node(3).kernel.leaseEndAt < world.node(3).localNow(), 'nothing passes without a lease');
	world.run(5);
	t.deepEqual(world.node(3).accepted(), own);
	t.deepEqual(tableOf(world, 3).retained, noSlots, 'owned again');
	t.is(world.measures.connections.broken(), 0);
	t.deepEqual(world.safety.violations, []);
});

test('what a node retains after a lapse is served again under the next lease, before it owns anything', t => {
	const world = runningFarm(3, 5000);
	const own = world.node(3).accepted();
	world.node(3).pause(230);
	world.run(231);
	// Admission waits for n2, which has just gone; the lease only until n2 has been silent for S.
	world.crashHost(2);
	world.run(timing300.silenceMs + 30);
	const {owned, retained} = tableOf(world, 3);
	t.deepEqual([owned, retained], [noSlots, own]);
	t.true(world.node(3).kernel.leaseEndAt > world.node(3).localNow());
	t.deepEqual(commonSlots(world.node(1).kernel.table.resettable, own), noSlots);
	world.run(1000);
	t.is(countSlots(world.node(3).accepted()), slotsCount / 2);
	t.deepEqual(world.safety.violations, []);
});

/** A daemon ends for the next to follow, as with SIGUSR2. */
function leave(world: World, id: number, awayMs: number): void {
	world.node(id).submit({kind: 'stop', awayMs});
	world.runUntil(() => world.node(id).isFinished(), 500);
}

test('a daemon that is followed by the next breaks no connection: its kernel and its peers keep what it retains', t => {
	const world = runningFarm(3, 5000);
	const own = world.node(3).accepted();
	leave(world, 3, 30_000);
	t.true(world.node(3).isFinished());
	t.deepEqual(tableOf(world, 3), {owned: noSlots, retained: own, resettable: noSlots});
	t.true(world.node(3).kernel.leaseEndAt - world.node(3).localNow() > 29_000);
	world.killDaemon(3);
	world.run(5000);
	const resettable = unionSlots(world.node(1).kernel.table.resettable, world.node(2).kernel.table.resettable);
	t.deepEqual(commonSlots(resettable, own), noSlots);
	t.regex(describe(world.node(1).state()!, monoMs(world.node(1).localNow())).nodes[2]!.problem, /^its daemon restarts; its established connections go on for 2[45] s without it$/);

	world.boot(3);
	world.run(500);
	t.deepEqual(world.node(3).accepted(), own);
	t.is(world.measures.connections.broken(), 0);
	t.deepEqual(world.safety.violations, []);
});

test('the last word of a daemon that leaves may be lost', t => {
	const world = runningFarm(3, 5000);
	const own = world.node(3).accepted();
	world.node(3).submit({kind: 'stop', awayMs: 30_000});
	t.true(world.runUntil(() => countSlots(world.node(3).accepted()) === 0, 50));
	world.killDaemon(3);
	world.run(2000);
	t.deepEqual(commonSlots(world.node(1).kernel.table.resettable, own), noSlots);
});

test('where the next daemon does not come, its clients are told at the end of the time', t => {
	const world = runningFarm(3, 5000);
	leave(world, 3, 2000);
	world.killDaemon(3);
	world.run(1500);
	t.is(world.measures.connections.broken(), 0);
	world.run(1000);
	t.is(world.measures.connections.broken(), 840);
	t.true(world.node(3).kernel.leaseEndAt < world.node(3).localNow());
	t.deepEqual(world.node(1).kernel.table.resettable, world.node(1).accepted());
});

test('a daemon that was killed and is back within the detection time breaks no connection', t => {
	const world = runningFarm(3, 5000);
	const own = world.node(3).accepted();
	world.killDaemon(3);
	world.run(200);
	world.boot(3);
	world.run(1000);
	t.deepEqual(world.node(3).accepted(), own);
	t.is(world.measures.connections.broken(), 0);
	t.deepEqual(world.safety.violations, []);
});
