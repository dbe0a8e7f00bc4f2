import test from 'ava';
import {describe, type NodeDescription} from '../../../src/core/membership/describe.js';
import {slotsCount} from '../../../src/core/model/slot-set.js';
import {monoMs} from '../../../src/core/model/time.js';
import {createWorld, fingerprints, type World} from '../../../src/core/simulation/world.js';

const settleMs = 1500;

/** Three nodes that serve; what a node gave up it retains for so long. */
function farm({retainMs = 300}: {readonly retainMs?: number} = {}): World {
	const world = createWorld({seed: 1, retainMs});
	world.bootAll();
	world.run(settleMs);
	return world;
}

type Seen = NodeDescription & {readonly ownedCount: number; readonly retainedCount: number};

/** A node as another, or itself, sees it. */
function seen(world: World, id: number, by = id): Seen {
	const node = world.node(by);
	const found = describe(node.state()!, monoMs(node.localNow())).nodes.find(one => one.id === id)!;
	return {...found, ownedCount: found.ownedCounts[0]!, retainedCount: found.retainedCounts[0]!};
}

const owned = (world: World): number[] => world.nodes.map(({id}) => seen(world, id).ownedCount);

test('a drained node hands over, serves what it retains, and then lives on without serving', t => {
	const world = farm();
	world.drain(2);
	world.run(100);
	for (const by of [1, 2, 3]) {
		t.is(seen(world, 2, by).state, 'DRAINING');
		t.is(seen(world, 2, by).ownedCount, 0);
		t.true(seen(world, 2, by).retainedCount > 0);
	}

	world.run(settleMs);
	for (const by of [1, 2, 3]) {
		const {state, retainedCount, problem} = seen(world, 2, by);
		t.is(state, 'STOP');
		t.is(retainedCount, 0);
		t.is(problem, 'drained by an operator; start it: farmctl node start n2');
	}

	t.deepEqual(owned(world), [slotsCount / 2, 0, slotsCount / 2]);
	t.deepEqual(world.node(2).events.filter(name => ['draining', 'drained'].includes(name)), ['draining', 'drained']);
	t.true(world.node(2).leaseEndsAt() <= world.agenda.now());
});

test('started again it gets its share back', t => {
	const world = farm();
	world.drain(2);
	world.run(settleMs);
	world.start(2);
	world.run(settleMs);
	t.deepEqual(owned(world), [1, 2, 3].map(() => slotsCount / 3));
	t.is(seen(world, 2, 1).state, 'UP');
	t.is(seen(world, 2).problem, '');
});

test('nothing makes a resting node serve: not the death of all others, nor a lost filter, a configuration, a hindrance that ends or a restart', t => {
	const world = farm();
	world.drain(2, 0);
	world.run(settleMs);
	const rests = (what: string): void => {
		world.run(settleMs);
		t.is(seen(world, 2).state, 'STOP', what);
		t.is(seen(world, 2).ownedCount, 0, what);
	};

	world.node(2).submit({kind: 'kernel-lost', what: 'somebody flushed it'});
	rests('kernel lost');
	world.node(2).submit({kind: 'hindrance', reason: 'no carrier'});
	world.node(2).submit({kind: 'hindrance', reason: ''});
	rests('hindrance');
	world.configure(2, {fingerprint: fingerprints.other});
	rests('another configuration');
	world.configure(2, {fingerprint: fingerprints.usual});
	rests('its configuration again');
	world.node(2).pause(1000);
	rests('a pause');
	world.crashHost(1);
	world.crashHost(3);
	rests('alone');
	world.crashHost(2);
	world.boot(2);
	rests('a reboot');
	world.start(2);
	world.run(settleMs);
	t.is(seen(world, 2).ownedCount, slotsCount);
});

test('when all rest, nobody serves and every node says so', t => {
	const world = farm();
	for (const {id} of world.nodes) {
		world.drain(id);
	}

	world.run(settleMs);
	t.deepEqual(owned(world), [0, 0, 0]);
	for (const {id} of world.nodes) {
		t.deepEqual(world.nodes.map(other => seen(world, other.id, id).state), ['STOP', 'STOP', 'STOP']);
		t.is(describe(world.node(id).state()!, monoMs(world.node(id).localNow())).coveredCount, 0);
	}

	world.start(3);
	world.run(settleMs);
	t.deepEqual(owned(world), [0, 0, slotsCount]);
});

test('a node that is started again while it hands over, and has yet to adopt a configuration, adopts it', t => {
	const world = farm();
	for (const {id} of world.nodes) {
		world.drain(id);
		world.configure(id, {fingerprint: fingerprints.other});
		world.start(id);
	}

	world.run(settleMs);
	t.deepEqual(owned(world), [1, 2, 3].map(() => slotsCount / 3));
	t.is(world.node(2).state()!.nextConfig, undefined);
});

test('what a drain retains is cut when its time is over, and not before', t => {
	const world = farm({retainMs: 60_000});
	world.drain(2, 500);
	world.run(450);
	t.is(seen(world, 2).state, 'DRAINING');
	world.run(100);
	t.is(seen(world, 2).state, 'STOP');
	t.is(seen(world, 2, 1).state, 'STOP');
});

test('a drain may be told another time while it goes on', t => {
	const world = farm({retainMs: 60_000});
	world.drain(2);
	world.run(2000);
	t.is(seen(world, 2).state, 'DRAINING');
	world.drain(2, 0);
	world.run(50);
	t.is(seen(world, 2).state, 'STOP');
});

test('a node that nobody agrees with gives up its slots when the time for both is over', t => {
	const world = farm({retainMs: 60_000});
	// Heard by the others, it does not hear that they agree.
	world.network.setLink(1, 2, false);
	world.network.setLink(3, 2, false);
	world.drain(2, 0);
	world.run(20);
	t.true(world.node(2).state()!.wanted === 'rest');
	world.run(5000);
	t.is(seen(world, 2).ownedCount, 0);
	t.is(seen(world, 2).state, 'STOP');
});

test('a node may be drained before it serves, and stopped while it rests', t => {
	const world = createWorld({seed: 1});
	world.bootAll();
	world.drain(2);
	world.run(settleMs);
	t.is(seen(world, 2).state, 'STOP');
	t.deepEqual(owned(world), [slotsCount / 2, 0, slotsCount / 2]);
	world.node(2).submit({kind: 'stop'});
	world.run(200);
	t.true(world.node(2).isFinished());
	t.is(seen(world, 2, 1).state, 'OFF');
});
