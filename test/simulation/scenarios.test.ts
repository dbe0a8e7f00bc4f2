/**
What an operator does and what befalls a farm, on a calm network with a one-way delay of one millisecond. Gaps are in virtual time, so they do not depend
on the machine.
*/

import test from 'ava';
import {
	countSlots,
	isEmptySlots,
	minusSlots,
	slotsCount,
	unionSlots,
} from '../../src/core/model/slot-set.js';
import {describe} from '../../src/core/membership/describe.js';
import {monoMs} from '../../src/core/model/time.js';
import {measureGap} from '../../src/core/simulation/gap.js';
import {createWorld, timing300, type World} from '../../src/core/simulation/world.js';

const delayMs = 1;
const {detectionMs, leaseMs, timerLatenessMs} = timing300;

const shares = (world: World): number[] => world.nodes.map(({id}) => countSlots(world.node(id).accepted()));

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

test('a host that crashes: its slots move after the detection time, the others never notice', t => {
	const world = runningFarm();
	const lost = world.node(2).accepted();
	const kept = unionSlots(world.node(1).accepted(), world.node(3).accepted());
	world.crashHost(2);
	const gap = measureGap(world, 800);
	t.log(`clients of the dead host: ${gap.longestMs.toFixed(2)} ms, of the others: ${gap.longestOf(kept).toFixed(2)} ms`);
	t.is(gap.longestOf(kept), 0);
	t.true(gap.longestOf(lost) <= detectionMs + (3 * delayMs) + timerLatenessMs);
	t.deepEqual(shares(world), [1260, 0, 1260]);
	t.true(isEmptySlots(minusSlots(kept, unionSlots(world.node(1).accepted(), world.node(3).accepted()))));
	t.deepEqual(world.safety.violations, []);
});

test('a daemon that is killed: its kernel falls silent before anyone takes over', t => {
	const world = runningFarm();
	world.node(2).kill();
	t.true(world.runUntil(() => isEmptySlots(world.node(2).accepted()), leaseMs));
	const silentAt = world.agenda.now();
	t.is(countSlots(world.node(1).accepted()), 840, 'nobody has taken over yet');
	t.true(world.runUntil(() => world.covered() === slotsCount, detectionMs));
	t.log(`${(world.agenda.now() - silentAt).toFixed(1)} ms between silence and takeover`);
	t.deepEqual(world.safety.violations, []);
});

test('a planned stop: one one-way delay, then the node retains its connections and finishes', t => {
	const world = runningFarm();
	const given = world.node(3).accepted();
	world.node(3).submit({kind: 'stop'});
	const gap = measureGap(world, 50);
	t.log(`stop: ${gap.longestMs.toFixed(2)} ms, done after ${gap.doneMs.toFixed(2)} ms`);
	t.true(gap.longestMs <= 2 * delayMs);
	t.deepEqual(shares(world), [1260, 1260, 0]);
	t.deepEqual(world.node(3).kernel.table.retained, given);
	t.true(world.node(3).kernel.leaseEndAt > world.node(3).localNow(), 'established connections go on');
	t.true(isEmptySlots(minusSlots(given, unionSlots(world.node(1).accepted(), world.node(2).accepted()))));
	for (const id of [1, 2]) {
		const {owned, resettable} = world.node(id).kernel.table;
		t.deepEqual(resettable, minusSlots(owned, given), `n${id} leaves unknown packets to the retaining node`);
	}

	t.false(world.node(3).isFinished());
	world.node(3).submit({kind: 'connections', count: 2});
	world.run(20);
	t.false(world.node(3).isFinished());
	world.node(3).submit({kind: 'connections', count: 0});
	t.true(world.runUntil(() => world.node(3).isFinished(), 20));
	world.run(5);
	t.true(isEmptySlots(world.node(3).kernel.table.retained));
	t.deepEqual(world.node(1).kernel.table.resettable, world.node(1).kernel.table.owned, 'nobody retains any more');
	t.is(describe(world.node(1).state()!, monoMs(world.node(1).localNow())).nodes[2]!.state, 'STOP');
	t.false(world.node(1).events.includes('node-dead'));
	t.deepEqual(world.safety.violations, []);
});

test('a stop with connections that never end is over after the time to finish', t => {
	const world = runningFarm(3, 300);
	world.node(3).submit({kind: 'stop'});
	world.node(3).submit({kind: 'connections', count: 9});
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
	world.node(3).submit({kind: 'connections', count: 0});
	world.run(50);
	world.node(3).submit({kind: 'connections', count: 0});
	t.true(world.runUntil(() => world.node(3).isFinished(), 50));
	world.node(3).submit({kind: 'start'});
	const gap = measureGap(world, 100);
	t.log(`start: ${gap.longestMs.toFixed(2)} ms, done after ${gap.doneMs.toFixed(2)} ms`);
	t.true(gap.longestMs <= 2 * delayMs);
	t.deepEqual(world.node(3).accepted(), own);
	t.deepEqual(unionSlots(world.node(1).kernel.table.retained, world.node(2).kernel.table.retained), own, 'those who give up retain');
	t.deepEqual(world.safety.violations, []);
});

test('a node joins while another is down: nobody gives up a slot before it may be taken', t => {
	const world = createWorld({seed: 3, nodesCount: 3});
	world.boot(1);
	world.run(800);
	t.is(world.covered(), slotsCount);
	world.boot(2);
	const gap = measureGap(world, 800);
	t.log(`join: ${gap.longestMs.toFixed(2)} ms, done after ${gap.doneMs.toFixed(2)} ms`);
	t.true(gap.longestMs <= 2 * delayMs);
	t.deepEqual(shares(world), [1260, 1260, 0]);
	t.deepEqual(world.safety.violations, []);
});

test('a weight that changes moves slots in one one-way delay', t => {
	const world = runningFarm();
	world.setWeight(2, 2);
	const gap = measureGap(world, 100);
	const [first, second] = shares(world);
	t.log(`weight: ${gap.longestMs.toFixed(2)} ms, done after ${gap.doneMs.toFixed(2)} ms, shares ${shares(world).join(' ')}`);
	t.true(gap.longestMs <= 2 * delayMs);
	t.true(Math.abs((second! / first!) - 2) < 0.1);
	t.deepEqual(world.safety.violations, []);
});

test('a weight of zero drains, and brings the node back', t => {
	const world = runningFarm();
	world.setWeight(2, 0);
	world.run(100);
	t.deepEqual(shares(world), [1260, 0, 1260]);
	world.run(1000);
	world.setWeight(2, 1);
	world.run(100);
	t.deepEqual(shares(world), [840, 840, 840]);
});

test('five nodes, four changes at once: one handover', t => {
	const world = runningFarm(5);
	world.node(1).submit({kind: 'stop'});
	world.setWeight(2, 4);
	world.setWeight(3, 2);
	world.setWeight(4, 0);
	const gap = measureGap(world, 200);
	t.log(`four at once: ${gap.longestMs.toFixed(2)} ms, done after ${gap.doneMs.toFixed(2)} ms`);
	t.true(gap.longestMs <= 5 * delayMs);
	t.is(world.covered(), slotsCount);
	t.deepEqual(world.safety.violations, []);
});

test('a daemon that is frozen and wakes rejoins cleanly', t => {
	const world = runningFarm();
	world.node(2).pause(1000);
	world.run(leaseMs);
	t.true(isEmptySlots(world.node(2).accepted()), 'the kernel has let go by itself');
	world.run(740 + 200);
	t.deepEqual(shares(world), [840, 840, 840]);
	t.true(world.node(2).events.includes('lease-lapsed'));
	t.false(world.node(2).events.includes('node-dead'), 'it does not hold its peers to be dead for its own pause');
	t.deepEqual(world.safety.violations, []);
});

test('a node that nobody hears yields before it is expelled', t => {
	const world = runningFarm();
	world.network.setLink(2, 1, false);
	world.network.setLink(2, 3, false);
	const kept = unionSlots(world.node(1).accepted(), world.node(3).accepted());
	const gap = measureGap(world, 800);
	t.is(gap.longestOf(kept), 0);
	t.true(gap.longestMs <= detectionMs);
	t.deepEqual(shares(world), [1260, 0, 1260]);
	world.network.healAll();
	world.run(600);
	t.deepEqual(shares(world), [840, 840, 840]);
	t.deepEqual(world.safety.violations, []);
});

test('a split serves on both sides, and merges in one one-way delay', t => {
	const world = runningFarm();
	for (const [a, b] of [[1, 2], [1, 3]] as const) {
		world.network.setLink(a, b, false);
		world.network.setLink(b, a, false);
	}

	world.run(1000);
	t.deepEqual(shares(world), [2520, 1260, 1260]);
	world.network.healAll();
	const gap = measureGap(world, 300);
	t.log(`merge: ${gap.longestMs.toFixed(2)} ms`);
	t.true(gap.longestMs <= 3 * delayMs);
	t.deepEqual(shares(world), [840, 840, 840]);
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

test('a new configuration rolls over the farm: whoever is in the minority waits', t => {
	const world = runningFarm();
	for (const id of [1, 2, 3]) {
		world.configure(id, {fingerprint: '00000000000000bb'});
		world.run(300);
		t.is(world.covered(), slotsCount, `after n${id}`);
	}

	t.deepEqual(shares(world), [840, 840, 840]);
	t.deepEqual(world.safety.violations, []);
});

test('one lost heartbeat changes nothing', t => {
	const world = runningFarm();
	world.network.weather = {...world.network.weather, lossFraction: 1};
	world.run(timing300.intervalMs);
	world.network.weather = {...world.network.weather, lossFraction: 0};
	const gap = measureGap(world, 500);
	t.is(gap.longestMs, 0);
	t.deepEqual(shares(world), [840, 840, 840]);
});
