/**
The table of states can be trusted: every change of every node's own state, and of what every peer makes of it, is watched through some hundred storms and
churns. What happens is in the table, and what is in the table happens.
*/

import test from 'ava';
import {peerState} from '../../src/core/membership/describe.js';
import {ownLifecycle} from '../../src/core/membership/lifecycle.js';
import {wholeClaim, type MembershipState} from '../../src/core/membership/state.js';
import {ownTransitions, peerTransitions, transitionNames} from '../../src/core/membership/transitions.js';
import type {Plant} from '../../src/core/simulation/plant.js';
import {runStorm} from '../../src/core/simulation/storm.js';
import {createWorld, type World} from '../../src/core/simulation/world.js';
import {runChurn} from './churn.js';
import {seedsFrom} from './seeds.js';

const stormsCount = 300;
const churnsCount = 100;
const chunk = 25;

type Watch = {readonly own: Set<string>; readonly seen: Set<string>; readonly plant: Plant};

/** Plants nothing: compares the state of every node before and after each of its steps. */
function createWatch(): Watch {
	const own = new Set<string>();
	const seen = new Set<string>();
	let before: MembershipState;
	const note = (names: Set<string>, from: string, to: string): void => {
		if (from !== to) {
			names.add(`${from} ${to}`);
		}
	};

	return {
		own,
		seen,
		plant: {
			before(state) {
				before = state;
				return state;
			},
			after(state) {
				note(own, ownLifecycle(before), ownLifecycle(state));
				for (const {id} of before.peers === state.peers ? [] : state.config.nodes) {
					const [was, is] = [before, state].map(({peers}) => peerState(peers.find(peer => peer.id === id)));
					note(seen, was!, is!);
				}

				return state;
			},
		},
	};
}

const ownNames = new Set(transitionNames(ownTransitions));
const seenNames = new Set([...ownNames, ...transitionNames(peerTransitions)]);
const watch = createWatch();

for (const [kind, count, run] of [['storms', stormsCount, runStorm], ['churns', churnsCount, runChurn]] as const) {
	for (let first = 1; first <= count; first += chunk) {
		test.serial(`no state follows another but by the table: ${kind} ${first} to ${first + chunk - 1}`, t => {
			for (const seed of seedsFrom(first, chunk)) {
				run(seed, watch.plant);
			}

			t.deepEqual([...watch.own].filter(name => !ownNames.has(name)), []);
			t.deepEqual([...watch.seen].filter(name => !seenNames.has(name)), []);
		});
	}
}

/** Node 1 hears nothing and does not run from when it sees node 2 in the first state until node 2 is in the second. */
function missWords(world: World, from: string, to: string): void {
	const give = (): void => {
		if (from === 'DRAINING' || from === 'STOP') {
			world.drain(2, from === 'STOP' ? 0 : undefined);
		} else {
			world.node(2).submit({kind: 'stop'});
		}
	};

	const sees = (state: string): boolean => peerState(world.node(1).state()!.peers.find(({id}) => id === 2)) === state;
	const says = (state: string): boolean => ownLifecycle(world.node(2).state()!) === state;
	world.run(1000);
	give();
	world.runUntil(() => sees(from), 1000, 0.1);
	for (const id of [2, 3]) {
		world.network.setLink(id, 1, false);
	}

	world.node(1).pause(10_000);
	world.runUntil(() => says('OFF') || says('STOP'), 1000);
	world.start(2);
	world.runUntil(() => says('UP'), 2000);
	world.run(100);
	if (to === 'STOPPING') {
		world.node(2).submit({kind: 'stop'});
		world.run(20);
	} else if (to === 'STOP') {
		world.drain(2, 0);
		world.runUntil(() => says('STOP'), 1000);
	}

	world.network.healAll();
	world.run(60);
	world.node(1).resume();
	world.run(1000);
	world.node(2).submit({kind: 'start'});
}

test.serial('words that a peer misses are seldom, and in the table too', t => {
	const world = createWorld({seed: 1, plant: watch.plant});
	world.bootAll();
	for (const [from, to] of [['STOPPING', 'UP'], ['DRAINING', 'UP'], ['STOP', 'UP'], ['OFF', 'UP'], ['OFF', 'STOPPING'], ['STOPPING', 'STOP']] as const) {
		watch.seen.delete(`${from} ${to}`);
		missWords(world, from, to);
		t.true(watch.seen.has(`${from} ${to}`), `${from} ${to}`);
	}

	t.deepEqual([...watch.seen].filter(name => !seenNames.has(name)), []);
});

test.serial('a node that is told this and that in short order', t => {
	const world = createWorld({seed: 2, plant: watch.plant});
	world.bootAll();
	world.run(1000);
	for (const _ of [1, 2]) {
		world.drain(2);
		world.run(20);
		world.start(2);
		world.run(1);
	}

	world.drain(2, 0);
	t.true(world.runUntil(() => ownLifecycle(world.node(2).state()!) === 'STOP', 1000));
	world.node(2).submit({kind: 'stop'});
	world.run(1);
	t.deepEqual([...watch.own].filter(name => !ownNames.has(name)), []);
});

test.serial('a daemon that begins on a drained node, with connections of the last one and without', t => {
	const world = createWorld({seed: 3, finishMs: 5000, plant: watch.plant});
	const seen = (): string => peerState(world.node(1).state()!.peers.find(({id}) => id === 2));
	world.bootAll();
	world.run(1000);
	world.drain(2);
	world.run(20);
	world.node(2).submit({kind: 'stop', awayMs: 30_000});
	t.true(world.runUntil(() => seen() === 'OFF', 1000));
	world.killDaemon(2);
	world.boot(2);
	t.true(world.runUntil(() => seen() === 'DRAINING', 1000));

	world.node(2).submit({kind: 'stop'});
	t.true(world.runUntil(() => seen() === 'STOPPING', 1000, 0.1));
	world.network.setLink(2, 1, false);
	world.network.setLink(3, 1, false);
	world.node(1).pause(100_000);
	t.true(world.runUntil(() => world.node(2).isFinished(), 10_000));
	world.killDaemon(2);
	world.boot(2);
	world.run(1000);
	world.network.healAll();
	world.run(60);
	world.node(1).resume();
	world.run(100);
	t.is(seen(), 'STOP');
	t.deepEqual([...watch.own].filter(name => !ownNames.has(name)), []);
	t.deepEqual([...watch.seen].filter(name => !seenNames.has(name)), []);
});

test.serial('an application that goes through its life, and operators who mingle', t => {
	const world = createWorld({seed: 4, finishMs: 60_000, plant: watch.plant});
	const out = (state: 'WAIT' | 'STARTING' | 'STOPPING' | 'STOP', isDropping = false): void => {
		world.claim(2, {
			wants: 'out', state, reason: 'test', isDropping, isGuarded: false,
		});
	};

	const says = (): string => ownLifecycle(world.node(2).state()!);
	const sees = (): string => peerState(world.node(1).state()!.peers.find(({id}) => id === 2));
	world.bootAll();
	world.run(1000);
	for (const state of ['STARTING', 'STOPPING', 'STARTING', 'STOP', 'STARTING', 'STOPPING'] as const) {
		out(state, true);
		world.run(100);
		t.is(says(), state);
		t.is(sees(), state);
	}

	world.drain(2);
	world.run(100);
	t.is(sees(), 'DRAINING');
	world.start(2);
	out('STARTING');
	world.run(100);
	world.drain(2);
	world.run(100);
	t.is(sees(), 'DRAINING');
	world.start(2);
	world.run(100);
	// Node 1 misses how node 2 joins.
	for (const id of [2, 3]) {
		world.network.setLink(id, 1, false);
	}

	world.node(1).pause(100_000);
	world.claim(2, wholeClaim);
	t.true(world.runUntil(() => says() === 'UP', 2000));
	world.network.healAll();
	world.run(60);
	world.node(1).resume();
	t.true(world.runUntil(() => sees() === 'UP', 1000));
	t.true(watch.seen.has('STARTING UP'));

	// It misses that node 2 stops, and hears its last word.
	out('STARTING', true);
	world.run(100);
	t.is(sees(), 'STARTING');
	for (const id of [2, 3]) {
		world.network.setLink(id, 1, false);
	}

	world.drain(2, 0);
	world.node(2).submit({kind: 'stop'});
	t.true(world.runUntil(() => world.node(2).state()!.stage === 'off', 100, 0.005));
	world.network.healAll();
	t.true(world.runUntil(() => sees() === 'OFF', 100, 0.01));
	t.true(watch.seen.has('STARTING OFF'));
	t.deepEqual([...watch.own].filter(name => !ownNames.has(name)), []);
	t.deepEqual([...watch.seen].filter(name => !seenNames.has(name)), []);
});

test.serial('everything in the table happens', t => {
	t.deepEqual([...ownNames].filter(name => !watch.own.has(name)), []);
	t.deepEqual([...seenNames].filter(name => !watch.seen.has(name)), []);
});
