import test from 'ava';
import {applicationStanding} from '../../../src/core/membership/application.js';
import {describe} from '../../../src/core/membership/describe.js';
import type {ApplicationClaim} from '../../../src/core/model/application-claim.js';
import {monoMs} from '../../../src/core/model/time.js';
import {createWorld, type World, type WorldOptions} from '../../../src/core/simulation/world.js';

type Out = Extract<ApplicationClaim, {wants: 'out'}>;

const well: ApplicationClaim = {wants: 'in', shareThousandths: 1000, note: ''};
const unwell = (change: Partial<Out> = {}): ApplicationClaim => ({
	wants: 'out', state: 'WAIT', reason: 'check db is down', isDropping: false, isGuarded: true, ...change,
});

const settleMs = 1500;

function farm(options: Partial<WorldOptions> = {}): World {
	const world = createWorld({
		seed: 1, keepAtLeast: 1, retainMs: 100, ...options,
	});
	world.bootAll();
	world.run(settleMs);
	return world;
}

const claimAll = (world: World, claim: ApplicationClaim): void => {
	for (const {id} of world.nodes) {
		world.claim(id, claim);
	}

	world.run(settleMs);
};

const standings = (world: World): string[] => world.nodes.map(node => {
	const state = node.state();
	return state === undefined ? 'gone' : applicationStanding(state);
});

/** By the word of every node the same. */
function stateOf(world: World, id: number): string {
	const states = world.nodes.filter(node => node.state() !== undefined).map(node => {
		const {state, problem} = describe(node.state()!, monoMs(node.localNow())).nodes.find(one => one.id === id)!;
		return `${state} ${problem}`.trim();
	});
	return new Set(states).size === 1 ? states[0]! : states.join(' | ');
}

test('of all that turn unwell in the same instant the first stays, degraded, and serves everything', t => {
	const world = farm();
	claimAll(world, unwell());
	t.deepEqual(standings(world), ['kept', 'out', 'out']);
	t.deepEqual([1, 2, 3].map(id => stateOf(world, id)), ['UP degraded: check db is down; serves on, for nobody else would', 'WAIT check db is down', 'WAIT check db is down']);
	t.is(world.covered(), world.slotsCount);
	t.true(world.node(1).events.includes('application-kept'));
	t.false(world.node(1).events.includes('application-out'));
});

test('as many stay as are to be kept', t => {
	const world = farm({nodesCount: 5, keepAtLeast: 3});
	claimAll(world, unwell());
	t.deepEqual(standings(world), ['kept', 'kept', 'kept', 'out', 'out']);
});

test('a farm that has no more nodes than are to be kept keeps all', t => {
	const world = farm({nodesCount: 2, keepAtLeast: 3});
	claimAll(world, unwell());
	t.deepEqual(standings(world), ['kept', 'kept']);
});

test('a node that is alone is kept', t => {
	const world = farm({nodesCount: 1});
	claimAll(world, unwell());
	t.deepEqual(standings(world), ['kept']);
	t.is(world.covered(), world.slotsCount);
});

test('without a guard all leave', t => {
	const world = farm({keepAtLeast: 0});
	claimAll(world, unwell());
	t.deepEqual(standings(world), ['out', 'out', 'out']);
	t.is(world.covered(), 0);
});

test('who is unwell leaves while others are well, and one after the other until as many are left as are to be kept', t => {
	const world = farm();
	for (const [id, expected] of [[1, ['out', 'in', 'in']], [3, ['out', 'in', 'out']], [2, ['out', 'kept', 'out']]] as const) {
		world.claim(id, unwell());
		world.run(settleMs);
		t.deepEqual(standings(world), expected);
	}
});

test('the node that was kept leaves when another is well again, and nobody who is well moves for it', t => {
	const world = farm();
	claimAll(world, unwell());
	world.claim(3, well);
	world.run(settleMs);
	t.deepEqual(standings(world), ['out', 'out', 'in']);
	t.is(world.covered(), world.slotsCount);
	claimAll(world, well);
	t.deepEqual([1, 2, 3].map(id => stateOf(world, id)), ['UP', 'UP', 'UP']);
});

test('a node that left comes back when the one that was kept is gone, and leaves again when that is back', t => {
	const world = farm();
	claimAll(world, unwell());
	world.crashHost(1);
	world.run(settleMs);
	t.deepEqual(standings(world), ['gone', 'kept', 'out']);
	t.is(world.covered(), world.slotsCount);
	world.boot(1);
	world.run(3000);
	t.deepEqual(standings(world), ['out', 'kept', 'out']);
	world.claim(1, well);
	world.run(settleMs);
	t.deepEqual(standings(world), ['in', 'out', 'out']);
});

test('nobody keeps a dead application in, nor one that leaves for another reason', t => {
	for (const claim of [unwell({isDropping: true}), unwell({isGuarded: false, state: 'STARTING'})]) {
		const world = farm();
		claimAll(world, unwell());
		world.claim(1, claim);
		world.run(settleMs);
		t.is(standings(world)[0], 'out');
		t.deepEqual(standings(world).slice(1), ['kept', 'out']);
	}
});

test('an operator takes a node out that was kept, and one that rests is not called back', t => {
	const world = farm();
	claimAll(world, unwell());
	world.drain(1, 0);
	world.run(settleMs);
	t.deepEqual(standings(world), ['out', 'kept', 'out']);
	world.drain(2, 0);
	world.drain(3, 0);
	world.run(settleMs);
	t.is(world.covered(), 0);
	world.start(3);
	world.run(settleMs);
	t.deepEqual(standings(world), ['out', 'out', 'kept']);
});

test('nodes that serve nothing do not count', t => {
	const world = farm();
	world.setWeight(2, 0);
	world.setWeight(3, 0);
	world.run(settleMs);
	world.claim(1, unwell());
	world.run(settleMs);
	t.deepEqual(standings(world), ['kept', 'in', 'in']);
	world.setWeight(3, 1);
	world.run(settleMs);
	t.deepEqual(standings(world), ['out', 'in', 'in']);
});

test('the last node that can serve a group is kept, however many others are well', t => {
	const world = farm({
		groups: [{name: 'default', order: []}, {name: 'db', order: [1, 2]}],
		nodes: [1, 2, 3].map(id => ({id, name: `n${id}`, weights: [1, 1]})),
	});
	world.claim(1, unwell());
	world.run(settleMs);
	t.deepEqual(standings(world), ['out', 'in', 'in']);
	world.claim(2, unwell());
	world.run(settleMs);
	t.deepEqual(standings(world), ['out', 'kept', 'in']);
});

test('a peer that does not answer is not counted, and not waited for longer than for its death', t => {
	const world = farm();
	world.claim(2, unwell());
	world.crashHost(1);
	world.crashHost(3);
	world.run(20);
	t.is(applicationStanding(world.node(2).state()!), 'in');
	world.run(settleMs);
	t.is(applicationStanding(world.node(2).state()!), 'kept');
	t.is(world.covered(), world.slotsCount);
});

test('the guard may be turned off and on while nodes are kept', t => {
	const world = farm();
	claimAll(world, unwell());
	for (const {id} of world.nodes) {
		world.configure(id, {keepAtLeast: 0});
	}

	world.run(settleMs);
	t.deepEqual(standings(world), ['out', 'out', 'out']);
	for (const {id} of world.nodes) {
		world.configure(id, {keepAtLeast: 2});
	}

	world.run(settleMs);
	t.deepEqual(standings(world), ['kept', 'kept', 'out']);
});
