/** Groups in a farm that runs: shares by weights of their own, chains of priorities, live changes, and sets that heartbeats cannot tell exactly. */

import test from 'ava';
import {ownersOfGroups} from '../../src/core/assignment/groups.js';
import {slotsOf, weightedShareErrorMax} from '../../src/core/assignment/owners.js';
import {ownLifecycle} from '../../src/core/membership/lifecycle.js';
import {countSlots, equalSlots, slotsCount, slotsOfGroup} from '../../src/core/model/slot-set.js';
import {isHeldExact} from '../../src/core/protocol/heartbeat.js';
import type {Plant} from '../../src/core/simulation/plant.js';
import {createWorld, type World} from '../../src/core/simulation/world.js';

const sharesIn = (world: World, group: number): number[] => world.nodes.map(node => countSlots(slotsOfGroup(node.accepted(), group)));

const isNear = (shares: readonly number[], parts: readonly number[]): boolean =>
	shares.every((share, index) => Math.abs(share - (slotsCount * parts[index]! / parts.reduce((sum, part) => sum + part, 0))) <= weightedShareErrorMax);

const threeGroups = [{name: 'default', order: []}, {name: 'static', order: []}, {name: 'admin', order: [2, 1]}];
const threeNodes = [[1, 5, 1], [1, 1, 1], [1, 0, 1]].map((weights, index) => ({id: index + 1, name: `n${index + 1}`, weights}));

function runningFarm(): World {
	const world = createWorld({seed: 4, nodes: threeNodes, groups: threeGroups, retainMs: 60_000});
	world.bootAll();
	world.run(3000);
	world.measures.begin();
	return world;
}

test('every group is shared by its own weights', t => {
	const world = runningFarm();
	t.deepEqual(sharesIn(world, 0), [840, 840, 840]);
	t.true(isNear(sharesIn(world, 1), [5, 1, 0]), String(sharesIn(world, 1)));
	t.deepEqual(sharesIn(world, 2), [0, slotsCount, 0]);
	t.is(world.covered(), world.slotsCount);
});

test('a weight that changes live moves slots of its group to or from its node alone, and breaks no connection', t => {
	const world = runningFarm();
	const before = world.nodes.map(node => node.accepted());
	world.setWeight(3, 6, 1);
	world.run(1000);
	t.true(isNear(sharesIn(world, 1), [5, 1, 6]), String(sharesIn(world, 1)));
	t.is(world.measures.moves.moved(), sharesIn(world, 1)[2]!, 'only what the third node gained');
	for (const group of [0, 2]) {
		t.true(world.nodes.every((node, index) => equalSlots(slotsOfGroup(node.accepted(), group), slotsOfGroup(before[index]!, group))));
	}

	world.setWeight(3, 0, 1);
	world.run(1000);
	t.true(world.nodes.every((node, index) => equalSlots(node.accepted(), before[index]!)), 'and back to what it was');
	t.is(world.measures.moves.needless(), 0);
	t.is(world.measures.connections.broken(), 0);
	t.deepEqual(world.safety.violations, []);
});

test('a chain of priorities goes to the next when its first dies, and back; a weight of 0 is skipped', t => {
	const world = runningFarm();
	world.crashHost(2);
	world.run(1000);
	t.deepEqual(sharesIn(world, 2), [slotsCount, 0, 0]);
	world.boot(2);
	world.run(2000);
	t.deepEqual(sharesIn(world, 2), [0, slotsCount, 0]);
	world.setWeight(2, 0, 2);
	world.run(1000);
	t.deepEqual(sharesIn(world, 2), [slotsCount, 0, 0]);
	world.setWeight(1, 0, 2);
	world.run(1000);
	t.deepEqual(sharesIn(world, 2), [0, 0, 0], 'the third is not in the chain');
	t.deepEqual(sharesIn(world, 0), [840, 840, 840]);
});

test('what a node was told it remembers through a restart, until it is told otherwise', t => {
	const world = runningFarm();
	world.setWeight(1, 0, 1);
	world.crashHost(1);
	world.run(1000);
	world.boot(1);
	world.run(2000);
	t.deepEqual(sharesIn(world, 1), [0, slotsCount, 0]);
	world.resetWeights(1);
	world.run(1000);
	t.true(isNear(sharesIn(world, 1), [5, 1, 0]));
});

/** Counts heartbeats that come without exact sets. */
function createCounter(): {readonly plant: Plant; readonly inexact: () => number} {
	let inexact = 0;
	return {
		inexact: () => inexact,
		plant: {
			message(message) {
				inexact += isHeldExact(message) ? 0 : 1;
				return message;
			},
		},
	};
}

test('sets that no heartbeat can tell exactly: a farm boots, splits, merges, loses a node, drains one, and has one owner a slot', t => {
	const groups = ['default', 'b', 'c', 'd'].map(name => ({name, order: []}));
	const nodes = Array.from({length: 5}, (_, index) => ({id: index + 1, name: `n${index + 1}`, weights: groups.map((_group, group) => 1 + ((index + group) % 3))}));
	const {plant, inexact} = createCounter();
	const world = createWorld({seed: 9, nodes, groups, plant});
	const isRight = (ids: readonly number[]): boolean => {
		const owners = ownersOfGroups(groups, nodes.filter(({id}) => ids.includes(id)));
		return ids.every(id => equalSlots(world.node(id).accepted(), slotsOf(owners, id)));
	};

	world.bootAll();
	world.run(3000);
	t.true(isRight([1, 2, 3, 4, 5]));
	for (const [a, b] of [1, 2].flatMap(one => [3, 4, 5].map(other => [one, other] as const))) {
		world.network.setLink(a, b, false);
		world.network.setLink(b, a, false);
	}

	world.run(2000);
	t.true(isRight([1, 2]));
	t.true(isRight([3, 4, 5]));
	world.network.healAll();
	t.true(world.runUntil(() => isRight([1, 2, 3, 4, 5]), 1000));
	t.log(`${world.safety.splits.length} overlaps of the split, the longest ${Math.round(Math.max(...world.safety.splits.map(({from, to}) => to - from)))} ms`);
	world.crashHost(5);
	t.true(world.runUntil(() => isRight([1, 2, 3, 4]), 1000));
	world.drain(4, 0);
	t.true(world.runUntil(() => isRight([1, 2, 3]) && ownLifecycle(world.node(4).state()!) === 'STOP', 2000));
	t.is(world.covered(), world.slotsCount);
	t.deepEqual(world.safety.violations, []);
	t.true(inexact() > 100, `${inexact()} heartbeats with inexact sets`);
});
