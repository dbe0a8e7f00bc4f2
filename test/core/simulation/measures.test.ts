/** The measures against a farm whose kernels are set by hand, so that every number is known beforehand. */

import test from 'ava';
import {noSlots, slotSetOf, type SlotSet} from '../../../src/core/model/slot-set.js';
import {monoMs} from '../../../src/core/model/time.js';
import {clipped, longestMs, slotMs} from '../../../src/core/simulation/coverage.js';
import {createWorld, type World} from '../../../src/core/simulation/world.js';

const slots = slotSetOf([0, 1, 2, 3]);
const others = slotSetOf([2, 3, 4]);

/** The node accepts the slots for so long, whatever a daemon would say. */
function accept(world: World, id: number, owned: SlotSet, ms: number, {resettable = noSlots} = {}): void {
	const node = world.node(id);
	const now = node.localNow();
	node.kernel.reset();
	node.kernel.apply({kind: 'slots', slots: {owned, retained: noSlots, resettable, leaving: noSlots, arriving: noSlots}}, now);
	node.kernel.apply({kind: 'lease', verb: 'open', endAt: monoMs(Math.round(now) + ms)}, now);
	world.measures.refresh(id);
}

test('a gap begins when the lease ends and not when someone looks', t => {
	const world = createWorld({seed: 1, nodesCount: 2});
	accept(world, 1, slots, 100);
	world.measures.begin();
	world.run(1000);
	accept(world, 2, slots, 500);
	const gaps = world.measures.coverage.gaps();
	t.is(longestMs(gaps, slots), 900);
	t.is(slotMs(clipped(gaps, 100, 1000)), 2520 * 900);
	t.is(longestMs(clipped(gaps, 950, 1000), slots), 50);
});

test('a lease that is renewed leaves no gap', t => {
	const world = createWorld({seed: 1, nodesCount: 2});
	accept(world, 1, slots, 100);
	world.measures.begin();
	world.run(99);
	accept(world, 1, slots, 100);
	world.run(50);
	t.is(longestMs(world.measures.coverage.gaps(), slots), 0);
});

test('two acceptors with a path are a violation from the first instant', t => {
	const world = createWorld({seed: 1, nodesCount: 2});
	world.bootAll();
	world.run(1);
	for (const id of [1, 2]) {
		world.node(id).kill();
	}

	world.run(1999);
	accept(world, 1, slots, 100);
	world.run(40);
	accept(world, 2, others, 100);
	world.run(1000);
	const [violation, ...more] = world.safety.violations;
	t.deepEqual(more, []);
	t.deepEqual(violation!.nodes, [1, 2]);
	t.is(violation!.from, 2040);
	t.is(violation!.to, 2100);
	t.is(slotMs([violation!]), 2 * 60);
	t.deepEqual(world.safety.splits, []);
});

test('across a split two acceptors are none, until the nodes had a path for the detection time', t => {
	const world = createWorld({seed: 1, nodesCount: 2});
	world.network.setLink(1, 2, false);
	world.network.setLink(2, 1, false);
	world.run(1000);
	accept(world, 1, slots, 2000);
	accept(world, 2, slots, 2000);
	world.run(500);
	world.network.healAll();
	world.run(1000);
	t.deepEqual(world.safety.splits.map(({from, to}) => [from, to]), [[1000, 1800]]);
	t.deepEqual(world.safety.violations.map(({from, to}) => [from, to]), [[1800, 2500]]);
});

test('a connection breaks by a reset and by the end of its host, not by a slot that moves', t => {
	const world = createWorld({seed: 1, nodesCount: 3});
	const {connections, moves} = world.measures;
	accept(world, 1, slots, 100);
	world.run(50);
	accept(world, 1, noSlots, 100);
	accept(world, 2, slots, 100);
	t.is(connections.broken(), 0);
	t.is(moves.moved(), 4);
	accept(world, 2, slots, 100, {resettable: others});
	t.is(connections.broken(), 2);
	world.crashHost(2);
	t.is(connections.broken(), 4);
	world.crashHost(1);
	t.is(connections.broken(), 6);
	world.crashHost(1);
	t.is(connections.broken(), 6);
	t.is(connections.clientsHit(), 4, 'two of them lost a second one');
});
