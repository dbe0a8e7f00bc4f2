/** What people see of the farm through this node: the data of `status`, `top` and the control socket. */

import type {NodeId} from '../model/farm.js';
import {countSlots, noSlots, slotsOfGroup, unionSlots, type SlotSet} from '../model/slot-set.js';
import type {MonoMs} from '../model/time.js';
import {heldCountsOf, retainedCountsOf, type Phase} from '../protocol/heartbeat.js';
import {detectionWith, expiryMs} from './alive.js';
import {conflictOf} from './conflict.js';
import {pathProblem} from './hearing.js';
import {heldSlots, retainedSlots} from './kernel.js';
import {ownLifecycle, ownProblem} from './lifecycle.js';
import {awayUntil, retainedConnections} from './retention.js';
import type {MembershipState, Peer, ViewMember} from './state.js';
import {ownWeights} from './turn.js';
import type {NodeState} from './types.js';

export type NodeDescription = {
	readonly id: NodeId;
	readonly name: string;
	readonly isSelf: boolean;
	readonly state: NodeState;
	/** One a group, as the node announces them, or as configured here for one never heard. */
	readonly weights: readonly number[];
	/** Slots of each group whose new connections it accepts. */
	readonly ownedCounts: readonly number[];
	/** Slots of each group that it gave up and whose established connections it still serves. */
	readonly retainedCounts: readonly number[];
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

const countsIn = ({config: {groups}}: MembershipState, slots: SlotSet): readonly number[] => groups.map((_, group) => countSlots(slotsOfGroup(slots, group)));

type Configured = MembershipState['config']['nodes'][number];

function describeSelf(state: MembershipState, node: Configured): NodeDescription {
	return {
		id: node.id,
		name: node.name,
		isSelf: true,
		state: ownLifecycle(state),
		weights: ownWeights(state),
		ownedCounts: countsIn(state, heldSlots(state)),
		retainedCounts: countsIn(state, retainedSlots(state)),
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
		weights: message?.weights ?? node.weights,
		ownedCounts: peer?.isAlive ? heldCountsOf(peer.message) : countsIn(state, noSlots),
		retainedCounts: peer?.isAlive ? retainedCountsOf(peer.message) : countsIn(state, noSlots),
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

	const awayMs = awayUntil(peer) - now;
	const away = awayMs > 0 ? `its daemon restarts; its established connections go on for ${Math.ceil(awayMs / 1000)} s without it` : '';
	const problems = [conflictOf(state, peer), away, peer.message.problem, peer.isAlive ? pathProblem(state, peer, now) : ''];
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

	return peer.message.state === 'OFF' ? 'OFF' : 'DEAD';
}
