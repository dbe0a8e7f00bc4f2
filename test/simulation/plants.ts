/** Faults planted into the daemon around the core: each switches one rule of the protocol off, and the simulator must notice. */

import {monoMs, type MonoMs} from '../../src/core/model/time.js';
import type {MembershipState} from '../../src/core/membership/state.js';
import type {Heartbeat} from '../../src/core/protocol/heartbeat.js';
import type {Plant} from '../../src/core/simulation/plant.js';

/** R2 off: everyone seems to hold my view and to have acknowledged it. */
const withoutAgreement: Plant = {
	message: (message, state) => ({
		...message,
		viewHash: state.viewHash,
		peers: message.peers.map(row => row.id === state.config.self ? {...row, generation: state.generation} : row),
	}),
};

/** R3 off: admitted as soon as it is on. */
const withoutAdmission: Plant = {
	after: state => state.stage === 'on' && !state.isAdmitted && state.announcedAt !== undefined ? {...state, isAdmitted: true, awaited: []} : state,
};

/** Echoes of before the pause are not heard. */
const withoutOldEcho = (message: Heartbeat, state: MembershipState): Heartbeat => ({
	...message,
	peers: message.peers.map(row => row.id === state.config.self && state.sequence - row.sequence > 1 ? {...row, sequence: 0} : row),
});

const freshLease = (state: MembershipState, now: MonoMs): MembershipState => ({
	...state,
	sentAt: state.sentAt && monoMs(Math.max(state.sentAt, now - 1)),
	peers: state.peers.map(peer => ({...peer, echoAt: now})),
});

/** R1 off: the lease is computed from now. */
const leaseFromNow: Plant = {
	after: (state, now) => ({...state, peers: state.peers.map(peer => ({...peer, echoAt: now}))}),
	before: (state, now) => ({...state, peers: state.peers.map(peer => ({...peer, echoAt: now}))}),
};

/** R4 off: a lease that has run out is revived in place. */
const revivedLease: Plant = {
	doesRevive: true,
	message: withoutOldEcho,
	before(state, now) {
		const {endAt} = state.lease;
		return endAt !== undefined && now >= endAt ? {...freshLease(state, now), lease: {...state.lease, endAt: monoMs(now + 5)}} : state;
	},
};

/** R6 off: heartbeats begin before the kernel is empty. */
const lateClear: Plant = {bootClearDelayMs: 150};

export const plants = {
	withoutAgreement, withoutAdmission, leaseFromNow, revivedLease, lateClear,
};
