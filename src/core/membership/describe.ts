/** What people see of the farm through this node: the data of `status`, `top` and the control socket. */

import type {NodeId} from '../model/farm.js';
import {countSlots, noSlots, unionSlots} from '../model/slot-set.js';
import type {MonoMs} from '../model/time.js';
import type {Phase} from '../protocol/heartbeat.js';
import {conflictOf} from './conflict.js';
import {heldSlots, retainedSlots} from './kernel.js';
import {ownLifecycle, ownProblem} from './lifecycle.js';
import type {MembershipState, Peer, ViewMember} from './state.js';
import type {NodeState} from './types.js';

export type NodeDescription = {
	readonly id: NodeId;
	readonly name: string;
	readonly isSelf: boolean;
	readonly state: NodeState;
	/** As the node announces it, or as configured here for one never heard. */
	readonly weight: number;
	/** Slots whose new connections it accepts. */
	readonly ownedCount: number;
	/** Slots that it gave up and whose established connections it still serves. */
	readonly retainedCount: number;
	/** Since its newest heartbeat was received; 0 for this node, undefined for one never heard. */
	readonly ageMs: number | undefined;
	readonly version: string | undefined;
	/** Empty when all is well. */
	readonly problem: string;
	readonly latenessMs: number;
	readonly incarnation: number | undefined;
};

export type MembershipDescription = {
	readonly self: NodeId;
	/** One for each configured node, in the order of the configuration. */
	readonly nodes: readonly NodeDescription[];
	readonly view: readonly ViewMember[];
	readonly viewHash: string;
	readonly generation: number;
	readonly phase: Phase;
	readonly isAdmitted: boolean;
	/** Slots that have an owner, as far as this node knows. */
	readonly coveredCount: number;
	/** When the kernel's lease ends unless it is renewed; undefined where there is none. */
	readonly leaseEndAt: MonoMs | undefined;
	/** Why this node does not serve as configured; empty when it does. */
	readonly reason: string;
	/** Established connections as last told by the shell. */
	readonly connections: number | undefined;
};

/** The farm as this node sees it. */
export function describe(state: MembershipState, now: MonoMs): MembershipDescription {
	const held = heldSlots(state);
	const alive = state.peers.filter(peer => peer.isAlive);
	let covered = held;

	for (const peer of alive) {
		covered = unionSlots(covered, peer.message.held);
	}

	return {
		self: state.config.self,
		nodes: state.config.nodes.map(node => node.id === state.config.self
			? describeSelf(state, node)
			: describePeer(state, node, now)),
		view: state.view,
		viewHash: state.viewHash,
		generation: state.generation,
		phase: state.phase,
		isAdmitted: state.isAdmitted,
		coveredCount: countSlots(covered),
		leaseEndAt: state.lease.endAt,
		reason: ownProblem(state),
		connections: state.connections?.count,
	};
}

type Configured = MembershipState['config']['nodes'][number];

function describeSelf(state: MembershipState, node: Configured): NodeDescription {
	return {
		id: node.id,
		name: node.name,
		isSelf: true,
		state: ownLifecycle(state),
		weight: node.weight,
		ownedCount: countSlots(heldSlots(state)),
		retainedCount: countSlots(retainedSlots(state)),
		ageMs: 0,
		version: state.config.version,
		problem: ownProblem(state),
		latenessMs: state.latenessMs,
		incarnation: state.incarnation,
	};
}

function describePeer(state: MembershipState, node: Configured, now: MonoMs): NodeDescription {
	const peer = state.peers.find(({id}) => id === node.id);
	const {message} = peer ?? {};
	return {
		id: node.id,
		name: node.name,
		isSelf: false,
		state: peerState(peer),
		weight: message?.weight ?? node.weight,
		ownedCount: countSlots(peer?.isAlive ? peer.message.held : noSlots),
		retainedCount: countSlots(peer?.isAlive ? peer.message.retained : noSlots),
		ageMs: peer === undefined ? undefined : Math.max(0, now - peer.receivedAt),
		version: message?.version,
		problem: peer === undefined ? '' : peerProblem(state, peer),
		latenessMs: message?.latenessMs ?? 0,
		incarnation: message?.incarnation,
	};
}

function peerProblem(state: MembershipState, peer: Peer): string {
	const problem = conflictOf(state, peer);
	return problem === '' ? peer.message.problem : problem;
}

function peerState(peer: Peer | undefined): NodeState {
	if (peer === undefined) {
		return 'UNKNOWN';
	}

	if (peer.isAlive) {
		return peer.message.state;
	}

	return peer.message.state === 'STOP' ? 'STOP' : 'DEAD';
}
