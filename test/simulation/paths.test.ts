/** Broken paths between live nodes: news through a third node (R8), one-way loss (R1, R5), quorum in a split, and more time in a bad environment (R7). */

import test from 'ava';
import {describe} from '../../src/core/membership/describe.js';
import {relaysMax} from '../../src/core/membership/path.js';
import {countSlots, slotsCount} from '../../src/core/model/slot-set.js';
import {monoMs} from '../../src/core/model/time.js';
import {createWorld, timing300, type World, type WorldOptions} from '../../src/core/simulation/world.js';
import {measureGap} from './gap.js';

const {detectionMs, leaseMs} = timing300;

function runningFarm(nodesCount: number, options: Partial<WorldOptions> = {}): World {
	const world = createWorld({seed: 7, nodesCount, ...options});
	world.bootAll();
	world.run(1000);
	return world;
}

const shares = (world: World): number[] => world.nodes.map(({id}) => countSlots(world.node(id).accepted()));

const eventsOf = (world: World, id: number, from: number): string[] => world.node(id).events.slice(from);

function cut(world: World, from: number, to: number): void {
	world.network.setLink(from, to, false);
}

function cutOff(world: World, id: number): void {
	for (const {id: peer} of world.nodes) {
		cut(world, id, peer);
		cut(world, peer, id);
	}
}

const problemOn = (world: World, id: number, of: number): string =>
	describe(world.node(id).state()!, monoMs(world.node(id).localNow())).nodes.find(node => node.id === of)!.problem;

for (const nodesCount of [3, 5, 9]) {
	test(`a cut between two of ${nodesCount} nodes changes nothing: the others forward (R8)`, t => {
		const world = runningFarm(nodesCount);
		const before = shares(world);
		const told = world.nodes.map(({events}) => events.length);
		cut(world, 1, 2);
		cut(world, 2, 1);
		const gap = measureGap(world, 2000);
		t.is(gap.longestMs, 0);
		t.deepEqual(shares(world), before);
		t.deepEqual(world.nodes.flatMap(({id}, index) => eventsOf(world, id, told[index]!)), []);
		t.regex(problemOn(world, 1, 2), /only through other nodes/u);
		t.is(problemOn(world, nodesCount, 2), '');
		world.network.healAll();
		world.run(200);
		t.is(problemOn(world, 1, 2), '');
	});
}

test('a path broken one way, or in the middle of a chain of five, is mended by a third node too', t => {
	const oneWay = runningFarm(3);
	cut(oneWay, 1, 2);
	t.is(measureGap(oneWay, 1500).longestMs, 0);
	const chain = runningFarm(5);
	for (const [a, b] of [[1, 2], [2, 1], [1, 3], [3, 1], [4, 5], [5, 4]] as const) {
		cut(chain, a, b);
	}

	t.is(measureGap(chain, 1500).longestMs, 0);
	t.deepEqual(shares(chain), [504, 504, 504, 504, 504]);
});

test('with a cut path a planned change is as quick as without, to a hop', t => {
	const world = runningFarm(4);
	cut(world, 1, 2);
	cut(world, 2, 1);
	world.run(500);
	world.node(4).submit({kind: 'stop'});
	const gap = measureGap(world, 200);
	t.log(`gap ${gap.longestMs.toFixed(2)} ms, done after ${gap.doneMs.toFixed(2)} ms`);
	t.true(gap.longestMs <= 5);
	t.true(gap.doneMs < timing300.intervalMs);
	t.deepEqual(world.safety.violations, []);
});

test('a heartbeat is forwarded by a few nodes, not by all', t => {
	const world = runningFarm(9);
	let forwarded = 0;
	cut(world, 1, 2);
	world.run(500);
	world.network.tap(({relayed}) => {
		forwarded += relayed === undefined ? 0 : 1;
	});
	world.run(1000);
	const heartbeats = 1000 / timing300.intervalMs;
	t.log(`${forwarded} forwarded of ${heartbeats} heartbeats`);
	t.true(forwarded >= heartbeats * (relaysMax - 1) && forwarded <= (heartbeats + 2) * relaysMax);
});

test('a node whose only relay dies is cut off then, and its slots are taken over', t => {
	const world = runningFarm(3);
	cut(world, 1, 2);
	cut(world, 2, 1);
	world.run(1000);
	world.crashHost(3);
	world.run(1500);
	t.deepEqual(shares(world), [slotsCount, slotsCount, 0], 'a split of two, as without a third node');
	world.network.healAll();
	world.run(1000);
	t.deepEqual(shares(world), [1260, 1260, 0]);
});

test('a node that nobody hears falls silent before the others take over, and says why (R1)', t => {
	const world = runningFarm(3);
	cut(world, 2, 1);
	cut(world, 2, 3);
	const start = world.agenda.now();
	t.true(world.runUntil(() => countSlots(world.node(2).accepted()) === 0, leaseMs + 1));
	t.is(world.covered(), slotsCount - 840, 'nobody has taken over yet');
	t.true(world.runUntil(() => world.covered() === slotsCount, detectionMs));
	t.log(`taken over ${(world.agenda.now() - start).toFixed(0)} ms after the cut`);
	world.run(1000);
	t.deepEqual(shares(world), [1260, 0, 1260]);
	const {reason} = describe(world.node(2).state()!, monoMs(world.node(2).localNow()));
	t.regex(reason, /n1, n3 do not hear this node/u);
	t.deepEqual(world.safety.violations, []);
	world.network.healAll();
	world.run(1000);
	t.deepEqual(shares(world), [840, 840, 840]);
});

test('a node that hears nobody is named by every node that hears it', t => {
	const world = runningFarm(3);
	cut(world, 1, 2);
	cut(world, 3, 2);
	world.run(1500);
	for (const id of [1, 3]) {
		t.true(world.node(id).events.includes('node-deaf'));
		t.regex(problemOn(world, id, 2), /hears nobody/u);
	}

	world.network.healAll();
	world.run(1000);
	t.true(world.node(1).events.includes('node-hears'));
	t.deepEqual(shares(world), [840, 840, 840]);
});

test('a node that nobody hears, and that hears only one that does not serve, knows by its word that another does', t => {
	const world = runningFarm(3);
	world.node(3).submit({kind: 'hindrance', reason: 'no carrier'});
	world.run(500);
	t.deepEqual(shares(world), [1260, 1260, 0]);
	cut(world, 2, 1);
	cut(world, 2, 3);
	cut(world, 1, 2);
	for (let ms = 0; ms < 3000; ms++) {
		world.run(1);
		t.true(shares(world).reduce((sum, share) => sum + share) <= slotsCount, `two owners after ${ms} ms`);
	}

	t.deepEqual(shares(world), [slotsCount, 0, 0]);
	world.crashHost(2);
	world.boot(2);
	world.run(2000);
	t.deepEqual(shares(world), [slotsCount, 0, 0], 'nor does it serve after a restart, when it knows nothing');
	world.network.healAll();
	world.run(1000);
	t.deepEqual(shares(world), [1260, 1260, 0]);
});

test('without a quorum both sides of a split serve; they merge without two owners for longer than a heartbeat', t => {
	const world = runningFarm(3);
	cutOff(world, 1);
	world.run(1000);
	t.deepEqual(shares(world), [slotsCount, 1260, 1260]);
	world.network.healAll();
	world.run(timing300.intervalMs + 5);
	t.is(shares(world).reduce((sum, share) => sum + share), slotsCount);
	world.run(1000);
	t.deepEqual(shares(world), [840, 840, 840]);
});

test('quorum majority: the smaller side falls silent before the larger takes over', t => {
	const world = runningFarm(5, {quorum: 'majority'});
	cutOff(world, 1);
	const overlaps: number[] = [];
	for (let ms = 0; ms < 1000; ms++) {
		overlaps.push(shares(world).reduce((sum, share) => sum + share));
		world.run(1);
	}

	t.true(Math.max(...overlaps) <= slotsCount);
	t.deepEqual(shares(world), [0, 630, 630, 630, 630]);
	t.regex(describe(world.node(1).state()!, monoMs(world.node(1).localNow())).reason, /hears 1 of 5 nodes.*no majority/u);
	world.network.healAll();
	world.run(1000);
	t.deepEqual(shares(world), [504, 504, 504, 504, 504]);
});

test('quorum majority: the crash of one of three interrupts nobody else', t => {
	const world = runningFarm(3, {quorum: 'majority'});
	const kept = world.node(1).accepted();
	world.crashHost(2);
	const gap = measureGap(world, 800);
	t.is(gap.longestOf(kept), 0);
	t.deepEqual(shares(world), [1260, 0, 1260]);
	world.crashHost(3);
	world.run(800);
	t.deepEqual(shares(world), [0, 0, 0], 'one of three is no majority');
});

/** A witness that answers every 50 ms as long as the nodes in the list can reach it. */
function pingWitness(world: World, reach: () => readonly number[]): void {
	for (const id of reach()) {
		world.node(id).submit({kind: 'witness', sentAt: monoMs(world.node(id).localNow() - 1)});
	}

	world.agenda.after(50, () => {
		pingWitness(world, reach);
	});
}

test('quorum witness: of two nodes cut apart the one that reaches the witness serves, and the other is silent first', t => {
	const world = createWorld({seed: 7, nodesCount: 2, quorum: 'witness'});
	world.bootAll();
	let reach: readonly number[] = [1, 2];
	pingWitness(world, () => reach);
	world.run(1000);
	t.deepEqual(shares(world), [1260, 1260]);
	cutOff(world, 1);
	reach = [2];
	let most = 0;
	for (let ms = 0; ms < 1000; ms++) {
		most = Math.max(most, shares(world).reduce((sum, share) => sum + share));
		world.run(1);
	}

	t.true(most <= slotsCount);
	t.deepEqual(shares(world), [0, slotsCount]);
	t.regex(describe(world.node(1).state()!, monoMs(world.node(1).localNow())).reason, /no witness answers/u);
	reach = [];
	world.run(500);
	t.deepEqual(shares(world), [0, 0]);
	reach = [1];
	world.run(1000);
	t.deepEqual(shares(world), [slotsCount, 0]);
});

test('a node that is paused again and again is given more time, up to the ceiling, and less again after a calm time (R7)', t => {
	const world = runningFarm(3, {timing: {...timing300, detectionMaxMs: 900}});
	const lapses = (): number => world.node(2).events.filter(name => name === 'lease-lapsed').length;
	const detectionOf = (id: number, of: number): number =>
		describe(world.node(id).state()!, monoMs(world.node(id).localNow())).nodes.find(node => node.id === of)!.detectionMs;
	for (let round = 0; round < 10; round++) {
		world.node(2).pause(330);
		world.run(1500);
	}

	const before = lapses();
	t.true(before > 0 && before < 4);
	t.true(world.node(2).events.includes('detection-raised'));
	const raised = detectionOf(2, 2);
	t.log(`raised to ${raised} ms after ${before} lapses`);
	t.true(raised > detectionMs && raised <= 900);
	t.is(detectionOf(1, 2), raised, 'peers wait as long as it asks for');
	t.is(detectionOf(1, 3), detectionMs, 'and no longer for the others');
	for (let round = 0; round < 5; round++) {
		world.node(2).pause(330);
		world.run(1500);
	}

	t.is(lapses(), before, 'the pauses do not end its lease any more');
	world.run(400_000);
	t.is(detectionOf(1, 2), detectionMs);
	t.true(world.node(2).events.includes('detection-lowered'));
	t.deepEqual(world.safety.violations, []);
});

test('with a longer lease a dead node is held to be dead that much later, and never before its lease has ended', t => {
	const world = runningFarm(3, {timing: {...timing300, detectionMaxMs: 900}});
	for (let round = 0; round < 6; round++) {
		world.node(2).pause(400);
		world.run(1500);
	}

	const {detectionMs: raised} = describe(world.node(2).state()!, monoMs(world.node(2).localNow())).nodes[1]!;
	world.node(2).kill();
	const start = world.agenda.now();
	t.true(world.runUntil(() => countSlots(world.node(2).accepted()) === 0, raised));
	const silentMs = world.agenda.now() - start;
	t.true(world.runUntil(() => world.covered() === slotsCount, 1000));
	const takenMs = world.agenda.now() - start;
	t.log(`silent after ${silentMs.toFixed(0)} ms, taken over after ${takenMs.toFixed(0)} ms, allowed ${raised} ms`);
	t.true(takenMs > detectionMs && takenMs <= raised + 20);
	t.deepEqual(world.safety.violations, []);
});
