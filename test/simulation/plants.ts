/**
Faults planted into the daemon around the core, each of which switches one rule of the protocol off. Whether a rule is needed is shown by what happens
without it: some storm has two acceptors of a slot (`plants.test.ts`), or something takes much longer than it must.
*/

import {monoMs, type MonoMs} from '../../src/core/model/time.js';
import type {Plant} from '../../src/core/simulation/plant.js';
import type {MembershipState} from '../../src/core/membership/state.js';
import type {Heartbeat} from '../../src/core/protocol/heartbeat.js';

const withRowAboutMe = (message: Heartbeat, state: MembershipState, change: (row: Heartbeat['peers'][number]) => Heartbeat['peers'][number]): Heartbeat => ({
	...message,
	peers: message.peers.map(row => row.id === state.config.self ? change(row) : row),
});

const withPeers = (state: MembershipState, change: Partial<MembershipState['peers'][number]>): MembershipState => ({
	...state, peers: state.peers.map(peer => ({...peer, ...change})),
});

/** R1: the lease is computed from now. */
const leaseFromNow: Plant = {
	after: (state, now) => withPeers(state, {echoAt: now}),
	before: (state, now) => withPeers(state, {echoAt: now}),
};

/** R2: everyone seems to hold my view. */
const anyView: Plant = {message: (message, state) => ({...message, viewHash: state.viewHash})};

/** R2: everyone seems to have acknowledged what I say now. */
const anyAcknowledgement: Plant = {message: (message, state) => withRowAboutMe(message, state, row => ({...row, generation: state.generation}))};

/** R2: neither is asked for. */
const anyAgreement: Plant = {message: (message, state) => anyAcknowledgement.message!(anyView.message!(message, state), state)};

/** R3: admitted as soon as it is on. */
const withoutAdmission: Plant = {
	after: state => state.stage === 'on' && !state.isAdmitted && state.announcedAt !== undefined ? {...state, isAdmitted: true, awaited: []} : state,
};

/** R3 (ii): it is as if the wait were over. */
const withoutWait: Plant = {
	before: (state, now) => state.announcedAt === undefined ? state : {...state, announcedAt: monoMs(now - 10_000)},
};

/** Echoes of before the pause are not heard. */
const withoutOldEcho = (message: Heartbeat, state: MembershipState): Heartbeat =>
	withRowAboutMe(message, state, row => state.sequence - row.sequence > 1 ? {...row, sequence: 0} : row);

const freshLease = (state: MembershipState, now: MonoMs): MembershipState =>
	withPeers({...state, sentAt: state.sentAt && monoMs(Math.max(state.sentAt, now - 1))}, {echoAt: now});

/** R4: a lease that has run out is revived in place. */
const revivedLease: Plant = {
	doesRevive: true,
	message: withoutOldEcho,
	before(state, now) {
		const {endAt} = state.lease;
		return endAt !== undefined && now >= endAt ? {...freshLease(state, now), lease: {...state.lease, endAt: monoMs(now + 5)}} : state;
	},
};

/** R5: the grace of a new peer never ends. */
const endlessGrace: Plant = {
	before: (state, now) => withPeers(state, {formedAt: now}),
	after: (state, now) => withPeers(state, {formedAt: now}),
};

/** R5: a new peer has no grace. */
const withoutGrace: Plant = {
	before: state => withPeers(state, {formedAt: monoMs(0)}),
	after: state => withPeers(state, {formedAt: monoMs(0)}),
};

/** R6: heartbeats begin before the kernel is empty. */
const lateClear: Plant = {bootClearDelayMs: 150};

/** R6: the number of a life is used again, and nobody who remembers the last is believed. */
const reusedIncarnation: Plant = {
	incarnation: 1_700_000_000_000,
	message: (message, state) => withRowAboutMe(message, state, row => row.sequence > state.sequence ? {...row, sequence: 0} : row),
};

/** R7: a peer's lease seems to be no longer than mine. */
const peersLeaseIgnored: Plant = {message: (message, state) => ({...message, leaseMs: Math.min(message.leaseMs, state.config.timing.leaseMs)})};

/** R7: a longer lease is used before the peers have heard of it. */
const raisedAtOnce: Plant = {
	before: state => ({...state, lease: {...state.lease, usedMs: Math.max(state.lease.usedMs, state.config.timing.leaseMs)}}),
};

/** R8: nobody forwards. */
const withoutForwarding: Plant = {doesForwardNothing: true};

/** R8: what is forwarded seems to be new. */
const resetAge: Plant = {doesResetAge: true};

/** R8: whatever comes from an expelled node revives it. */
const anyRevival: Plant = {
	message(message, state) {
		const known = state.peers.find(({id}) => id === message.sender);
		return known?.message.incarnation === message.incarnation && !known.isAlive ? {...message, sequence: Math.max(message.sequence, known.message.sequence + 1)} : message;
	},
};

/** R9: the release is announced before the kernel has made it. */
const earlyRelease: Plant = {outgoing: message => ({...message, phase: 'released'})};

/** R10: a change is said once. */
const withoutRepeats: Plant = {after: state => ({...state, change: undefined})};

/** R11: silence during the own pause counts, and a tick comes before what waits in the socket. */
const pauseCounts: Plant = {doesTickFirst: true, before: (state, now) => ({...state, steppedAt: now})};

/** R11, the first half alone: ticks come first, the own pause is forgiven. */
const tickFirst: Plant = {doesTickFirst: true};

/** A node that was removed from the configuration is forgotten at once, although it serves. */
const removedForgotten: Plant = {
	after(state) {
		if (state.leaving.length === 0) {
			return state;
		}

		const isKept = (id: number): boolean => !state.leaving.includes(id);
		return {...state, leaving: [], peers: state.peers.filter(({id}) => isKept(id)), config: {...state.config, nodes: state.config.nodes.filter(({id}) => isKept(id))}};
	},
};

/** A node goes from the middle of a change to its end whoever still runs the old configuration. */
const hastyEnd: Plant = {
	message: (message, state) => state.towards === undefined ? message : {...message, fingerprint: state.config.fingerprint},
};

export const plants = {
	removedForgotten, hastyEnd,
	leaseFromNow, anyAgreement, anyView, anyAcknowledgement, withoutAdmission, withoutWait, revivedLease, endlessGrace, withoutGrace, lateClear, reusedIncarnation,
	peersLeaseIgnored, raisedAtOnce, withoutForwarding, resetAge, anyRevival, earlyRelease, withoutRepeats, pauseCounts, tickFirst,
};
