/** The short way through a step ends where the whole pass would. */

import test from 'ava';
import {nextDeadline} from '../../../src/core/membership/deadline.js';
import {isAtRest} from '../../../src/core/membership/rest.js';
import {isRoutineHeartbeat} from '../../../src/core/membership/routine.js';
import type {MembershipState, Peer} from '../../../src/core/membership/state.js';
import {step} from '../../../src/core/membership/step.js';
import {noSlots, slotSetOf} from '../../../src/core/model/slot-set.js';
import type {Heartbeat} from '../../../src/core/protocol/heartbeat.js';
import {runStorm} from '../../../src/core/simulation/storm.js';
import {createWorld} from '../../../src/core/simulation/world.js';

/** All but what a tick changes by itself. */
const comparable = ({latenessMs, steppedAt, ...state}: MembershipState): unknown => state;

test('at rest the whole pass finds nothing left to do before the next deadline, whatever a storm did before', t => {
	const found: Array<{readonly state: MembershipState; readonly whole: ReturnType<typeof step>}> = [];
	const after = (state: MembershipState, now: Parameters<typeof step>[2]): MembershipState => {
		if (now < nextDeadline(state) && isAtRest(state)) {
			found.push({state, whole: step(state, {kind: 'tick'}, now)});
		}

		return state;
	};

	for (const seed of [1, 2, 3, 4, 5, 6]) {
		runStorm(seed, {after});
	}

	t.true(found.length > 1000);
	for (const {state, whole} of found) {
		t.deepEqual(whole.effects, []);
		t.deepEqual(comparable(whole.state), comparable(state));
	}
});

/** A peer of a farm at rest, as the first node knows it. */
function settledPeer(): {readonly peer: Peer; readonly config: MembershipState['config']} {
	const world = createWorld({seed: 1, nodesCount: 3});
	world.bootAll();
	world.run(5000);
	const state = world.node(1).state()!;
	const [peer] = state.peers;
	return {config: state.config, peer: {...peer!, directAt: peer!.heardAt}};
}

const others: Partial<Heartbeat> = {
	sender: 60, incarnation: 1, state: 'STOPPING', weights: [7], fingerprint: 'ffffffffffffffff', version: '0', leaseMs: 1, generation: 1000,
	viewHash: 'ffffffffffffffff', phase: 'prepared', isServing: false, isReady: false, wantsEcho: true, problem: 'ill', held: slotSetOf([1]), retained: slotSetOf([1]),
	heldCounts: [1], retainedCounts: [1], shareThousandths: 1, wellness: 'unwell',
};

for (const [field, value] of Object.entries(others)) {
	test(`a heartbeat with another ${field} is no routine`, t => {
		const {peer, config} = settledPeer();
		t.true(isRoutineHeartbeat(config, peer, {...peer, message: {...peer.message, sequence: peer.message.sequence + 1}}));
		t.false(isRoutineHeartbeat(config, peer, {...peer, message: {...peer.message, [field]: value}}));
	});
}

test('neither is one of a peer that is new, dead, heard through another, or that acknowledges something else', t => {
	const {peer, config} = settledPeer();
	const acknowledging = (change: Partial<Heartbeat['peers'][number]>): Peer => ({
		...peer, message: {...peer.message, peers: peer.message.peers.map(row => row.id === config.self ? {...row, ...change} : row)},
	});
	t.true(isRoutineHeartbeat(config, peer, acknowledging({sequence: 1_000_000, ageMs: 1})));
	t.false(isRoutineHeartbeat(config, undefined, peer));
	t.false(isRoutineHeartbeat(config, {...peer, isAlive: false}, peer));
	t.false(isRoutineHeartbeat(config, {...peer, isDirect: false}, peer));
	t.false(isRoutineHeartbeat(config, peer, {...peer, directAt: undefined}));
	t.false(isRoutineHeartbeat(config, peer, {...peer, unheard: [3]}));
	t.false(isRoutineHeartbeat(config, peer, {...peer, isDeaf: true}));
	t.false(isRoutineHeartbeat(config, peer, acknowledging({generation: 0})));
	t.false(isRoutineHeartbeat(config, peer, acknowledging({incarnation: 1})));
	t.false(isRoutineHeartbeat(config, peer, {...peer, message: {...peer.message, peers: [], held: noSlots}}));
});
