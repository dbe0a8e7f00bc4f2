/** What people see of the farm through this node: the data of `status`, `top` and the control socket. */

import type {NodeId} from '../model/farm.js';
import {countSlots, noSlots, unionSlots} from '../model/slot-set.js';
import type {MonoMs} from '../model/time.js';
import type {Phase} from '../protocol/heartbeat.js';
import {detectionWith, expiryMs} from './alive.js';
import {conflictOf} from './conflict.js';
import {pathProblem} from './hearing.js';
import {heldSlots, retainedSlots} from './kernel.js';
import {ownLifecycle, ownProblem} from './lifecycle.js';
import {retainedConnections} from './retention.js';
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
	/** In those. */
	readonly retainedConnections: number;
	/** Since its newest heartbeat was received; 0 for this node, undefined for one never heard. */
	readonly ageMs: number | undefined;
	readonly version: string | undefined;
	/** Empty when all is well. */
	readonly problem: string;
	readonly latenessMs: number;
	readonly incarnation: number | undefined;
	/** Whether it is heard from itself, not only through others; true for this node. */
	readonly isDirect: boolean;
	/** The silence after which its slots are taken over: longer than configured where its environment is bad (R7). */
	readonly detectionMs: number;
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
	/** Why peers give this node longer than the detection time; empty when they do not. */
	readonly stretchReason: string;
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
		stretchReason: state.stretch.reason,
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
		retainedConnections: retainedConnections(state),
		ageMs: 0,
		version: state.config.version,
		problem: ownProblem(state),
		latenessMs: state.latenessMs,
		incarnation: state.incarnation,
		isDirect: true,
		detectionMs: detectionWith(state.config.timing, state.lease.announcedMs),
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
		retainedConnections: peer?.isAlive ? peer.message.retainedConnections : 0,
		ageMs: peer === undefined ? undefined : Math.max(0, now - peer.receivedAt),
		version: message?.version,
		problem: problemOf(state, peer, now),
		latenessMs: message?.latenessMs ?? 0,
		incarnation: message?.incarnation,
		isDirect: peer?.isDirect ?? false,
		detectionMs: peer === undefined ? state.config.timing.detectionMs : expiryMs(state, peer),
	};
}

/** How it differs, else what it says of itself, else what is wrong with the path to it. */
function problemOf(state: MembershipState, peer: Peer | undefined, now: MonoMs): string {
	if (peer === undefined) {
		return '';
	}

	const problems = [conflictOf(state, peer), peer.message.problem, peer.isAlive ? pathProblem(state, peer, now) : ''];
	return problems.find(problem => problem !== '') ?? '';
}

/** As the peer said last, unless it has been silent for too long or was never heard. */
export function peerState(peer: Peer | undefined): NodeState {
	if (peer === undefined) {
		return 'UNKNOWN';
	}

	if (peer.isAlive) {
		return peer.message.state;
	}

	return peer.message.state === 'STOP' ? 'STOP' : 'DEAD';
}
