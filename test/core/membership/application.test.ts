import test from 'ava';
import {weightedShareErrorMax} from '../../../src/core/assignment/owners.js';
import {applicationStanding} from '../../../src/core/membership/application.js';
import {describe, type NodeDescription} from '../../../src/core/membership/describe.js';
import type {ApplicationClaim} from '../../../src/core/model/application-claim.js';
import {isEmptySlots, slotsCount} from '../../../src/core/model/slot-set.js';
import {monoMs} from '../../../src/core/model/time.js';
import {createWorld, type World} from '../../../src/core/simulation/world.js';

type Out = Extract<ApplicationClaim, {wants: 'out'}>;

const settleMs = 1500;

const out = (change: Partial<Out> = {}): ApplicationClaim => ({
	wants: 'out', state: 'WAIT', reason: 'check db is down', isDropping: false, isGuarded: false, ...change,
});
const whole: ApplicationClaim = {wants: 'in', shareThousandths: 1000, note: ''};

/** Three nodes that serve; what a node gave up it retains for so long. */
function farm(retainMs = 300): World {
	const world = createWorld({seed: 1, retainMs});
	world.bootAll();
	world.run(settleMs);
	return world;
}

const claim = (world: World, id: number, asked: ApplicationClaim): void => {
	world.node(id).submit({kind: 'application', claim: asked});
};

type Seen = NodeDescription & {readonly owned: number; readonly retained: number};

/** A node as another, or itself, sees it. */
function seen(world: World, id: number, by = id): Seen {
	const node = world.node(by);
	const found = describe(node.state()!, monoMs(node.localNow())).nodes.find(one => one.id === id)!;
	return {...found, owned: found.ownedCounts[0]!, retained: found.retainedCounts[0]!};
}

const standing = (world: World, id: number): string => applicationStanding(world.node(id).state()!);

const owned = (world: World): number[] => world.nodes.map(({id}) => seen(world, id).owned);

test('a node whose application is out hands over, serves what it retains, and then tells the state of its application', t => {
	const world = farm();
	world.measures.begin();
	claim(world, 2, out({state: 'STARTING', reason: 'web restarts'}));
	world.run(100);
	for (const by of [1, 2, 3]) {
		const {state, owned: held, retained, problem} = seen(world, 2, by);
		t.is(state, 'DRAINING');
		t.is(held, 0);
		t.true(retained > 0);
		t.is(problem, 'web restarts');
	}

	t.is(standing(world, 2), 'leaving');
	t.is(world.measures.connections.broken(), 0);
	world.run(settleMs);
	for (const by of [1, 2, 3]) {
		const {state, retained, problem} = seen(world, 2, by);
		t.is(state, 'STARTING');
		t.is(retained, 0);
		t.is(problem, 'web restarts');
	}

	t.is(standing(world, 2), 'out');
	t.deepEqual(owned(world), [slotsCount / 2, 0, slotsCount / 2]);
	t.true(world.node(2).leaseEndsAt() <= world.agenda.now());
});

test('back in it gets its share again', t => {
	const world = farm();
	claim(world, 2, out());
	world.run(settleMs);
	claim(world, 2, whole);
	world.run(settleMs);
	t.deepEqual(owned(world), [1, 2, 3].map(() => slotsCount / 3));
	t.is(seen(world, 2, 1).state, 'UP');
	t.is(seen(world, 2).problem, '');
	t.is(standing(world, 2), 'in');
	t.deepEqual(world.node(2).events.filter(name => name.startsWith('application')), ['application-out', 'application-in']);
});

test('a claim taken back in the middle of the handover ends where it began', t => {
	for (const ms of [0, 0.5, 1, 2, 5, 20]) {
		const world = farm();
		claim(world, 2, out());
		world.run(ms);
		claim(world, 2, whole);
		world.run(settleMs);
		t.deepEqual(owned(world), [1, 2, 3].map(() => slotsCount / 3), `after ${ms} ms`);
		t.deepEqual(world.safety.violations, []);
	}
});

test('the share of a dead application goes at once, and what is established is served on', t => {
	const world = farm(60_000);
	world.measures.begin();
	claim(world, 2, out({state: 'STARTING', isDropping: true}));
	t.true(world.runUntil(() => isEmptySlots(world.measures.acceptance.of(2)), 3, 0.01));
	t.true(world.runUntil(() => world.covered() === world.slotsCount, 20, 0.1));
	world.run(100);
	for (const by of [1, 2, 3]) {
		t.is(seen(world, 2, by).state, 'STARTING');
		t.is(seen(world, 2, by).retained, slotsCount / 3);
	}

	t.is(standing(world, 2), 'out');
	world.run(settleMs);
	t.is(world.measures.connections.broken(), 0);
	claim(world, 2, whole);
	world.run(settleMs);
	t.deepEqual(owned(world), [1, 2, 3].map(() => slotsCount / 3));
});

test('an application that dies while its node hands over drops what is left', t => {
	const world = farm();
	world.network.setLink(1, 2, false);
	world.network.setLink(3, 2, false);
	claim(world, 2, out());
	world.run(5);
	t.true(seen(world, 2).owned > 0);
	claim(world, 2, out({isDropping: true}));
	world.run(3);
	t.is(seen(world, 2).owned, 0);
});

test('a node that is out before it begins serves nothing, and joins when its application is ready', t => {
	const world = createWorld({seed: 1});
	for (const {id} of world.nodes) {
		world.boot(id);
		claim(world, id, out({state: 'STARTING', reason: 'web starts'}));
	}

	world.run(settleMs);
	t.is(world.covered(), 0);
	for (const id of [1, 2, 3]) {
		t.is(seen(world, id, 1).state, 'STARTING');
		t.is(standing(world, id), 'out');
	}

	claim(world, 3, whole);
	world.run(settleMs);
	t.deepEqual(owned(world), [0, 0, slotsCount]);
	claim(world, 1, whole);
	claim(world, 2, whole);
	world.run(settleMs);
	t.deepEqual(owned(world), [1, 2, 3].map(() => slotsCount / 3));
});

test('an operator and the application have to agree that a node serves', t => {
	const world = farm();
	claim(world, 2, out({state: 'STOPPING', reason: 'web stops'}));
	world.drain(2);
	world.run(settleMs);
	t.is(seen(world, 2, 1).state, 'STOPPING');
	claim(world, 2, out({state: 'STOP', reason: 'stopped by an operator'}));
	world.run(50);
	t.is(seen(world, 2, 1).state, 'STOP');
	world.start(2);
	world.run(settleMs);
	t.is(seen(world, 2).owned, 0);
	world.drain(2);
	world.run(50);
	claim(world, 2, whole);
	world.run(settleMs);
	t.is(seen(world, 2).owned, 0);
	t.is(seen(world, 2, 1).state, 'STOP');
	world.start(2);
	world.run(settleMs);
	t.is(seen(world, 2).owned, slotsCount / 3);
});

test('a daemon that ends says so to its peers although it is out', t => {
	const world = farm();
	claim(world, 2, out());
	world.run(settleMs);
	world.node(2).submit({kind: 'stop'});
	world.run(200);
	t.true(world.node(2).isFinished());
	t.is(seen(world, 2, 1).state, 'OFF');
});

test('a note is told as the problem of a node that serves', t => {
	const world = farm();
	claim(world, 2, {...whole, note: 'check disk is down'});
	world.run(100);
	for (const by of [1, 2]) {
		const {state, problem, owned: held} = seen(world, 2, by);
		t.is(state, 'UP');
		t.is(problem, 'degraded: check disk is down');
		t.is(held, slotsCount / 3);
	}
});

test('nodes that are out have no say in which of two configurations is served', t => {
	const world = farm();
	for (const id of [2, 3]) {
		claim(world, id, out());
	}

	world.run(settleMs);
	for (const id of [2, 3]) {
		world.configure(id, {fingerprint: '00000000000000bb'});
	}

	world.run(settleMs);
	t.deepEqual(owned(world), [slotsCount, 0, 0]);
});

test('a node that returns slowly takes its share in steps, by handovers that break nothing, and only from the others', t => {
	const world = farm(60_000);
	claim(world, 2, out());
	world.run(100);
	world.measures.begin();
	let before = 0;
	for (const share of [1, 125, 250, 500, 750, 1000]) {
		claim(world, 2, {...whole, shareThousandths: share});
		world.run(settleMs);
		const [first, second, third] = owned(world);
		t.is(first! + second! + third!, slotsCount);
		t.true(Math.abs(second! - (slotsCount * share / (2000 + share))) <= weightedShareErrorMax, `${second} with ${share}`);
		t.true(second! > before);
		before = second!;
		t.is(seen(world, 2, 1).state, 'UP');
		t.deepEqual(seen(world, 2, 1).weights, [1]);
	}

	t.deepEqual(owned(world), [1, 2, 3].map(() => slotsCount / 3));
	t.is(world.measures.connections.broken(), 0);
	t.is(world.measures.moves.moved(), slotsCount / 3);
	t.deepEqual(world.safety.violations, []);
});

test('of several that return slowly each has its part, and both alone share evenly', t => {
	const world = farm();
	for (const id of [1, 2, 3]) {
		claim(world, id, {...whole, shareThousandths: 333});
	}

	world.run(settleMs);
	t.deepEqual(owned(world), [1, 2, 3].map(() => slotsCount / 3));
	claim(world, 1, {...whole, shareThousandths: 666});
	world.run(settleMs);
	t.true(Math.abs(owned(world)[0]! - (slotsCount / 2)) <= weightedShareErrorMax);
	world.crashHost(1);
	world.run(settleMs);
	t.is(seen(world, 2).owned, slotsCount / 2);
});
