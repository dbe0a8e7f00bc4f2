/**
What this node says, and when: at once when something changed, again every tenth of the interval until every live peer has echoed it (R10), and each
interval anyway. A peer answers such a change at once, the one that asks alone, and its answer asks for none: else two nodes that wait for a third would
answer each other without end, and repeats that nobody answers keep all of them too busy to move the slots that they are about.
*/

import type {NodeId} from '../model/farm.js';
import {monoMs, type MonoMs} from '../model/time.js';
import {
	rowStateOf,
	type Heartbeat,
	type LifecycleState,
	type PeerRow,
} from '../protocol/heartbeat.js';
import {ownShare, ownWellness} from './application.js';
import {heldSlots, retainedSlots} from './kernel.js';
import {ownLifecycle, ownProblem} from './lifecycle.js';
import {withRelays} from './path.js';
import {retainedConnections} from './retention.js';
import type {MembershipState, Peer} from './state.js';
import {alivePeers, ownWeights, type Turn} from './turn.js';

/** A change is repeated at most so often before the ordinary heartbeats must do. */
export const repeatsMax = 12;
const repeatsPerInterval = 10;
/** An echo takes so long at least when everybody is busy with the same change. */
const repeatMinMs = 2;

/** Heartbeats whose sending time is kept: far more than a farm at peace says in that time, and a bound on what a peer that asks without end can cost. */
export const sentMax = 1024;

/**
With more live peers than this, announcements and acknowledgements are held back for a moment and sent together: when many nodes start or meet, each
would else announce a view for every other that it hears.
*/
const promptPeersMax = 8;
/** A millisecond for each so many live peers. Slots that change hands wait for the acknowledgements. */
const peersPerHeldMs = {announcement: 4, acknowledgement: 8} as const;

function heldMs(state: MembershipState, kind: keyof typeof peersPerHeldMs): number {
	const alive = alivePeers(state).length;
	return alive <= promptPeersMax ? 0 : Math.ceil(alive / peersPerHeldMs[kind]);
}

/** An announcement is repeated after so long: not before the answers that are held back can have come. */
export const repeatMs = (state: MembershipState): number =>
	Math.max(repeatMinMs, Math.round(state.config.timing.intervalMs / repeatsPerInterval), 2 * heldMs(state, 'announcement'));

/** Whether this node sends heartbeats. One that stops before its first has nothing to add: its kernel may not be empty yet (R6). */
export const isHeard = (state: MembershipState): boolean => state.stage === 'on' || (state.stage === 'ending' && state.sentAt !== undefined);

/** Sends what is due. */
export function announce(turn: Turn): void {
	const {state, now} = turn;
	if (!isHeard(state)) {
		return;
	}

	if (isEchoed(state)) {
		state.change = undefined;
	}

	state.isAnnouncementDue ||= turn.isDirty;
	const {change} = state;
	if (state.isAnnouncementDue && (turn.isUrgent || now >= announcementAt(state))) {
		send(turn, ownLifecycle(state), {wantsEcho: true});
		state.isAnnouncementDue = false;
		state.change = {sequence: state.sequence, repeats: 0, at: now};
	} else if (now >= heartbeatAt(state)) {
		send(turn, ownLifecycle(state), {wantsEcho: change !== undefined});
	} else if (change !== undefined && now >= repeatAt(state)) {
		state.change = {...change, repeats: change.repeats + 1, at: now};
		sendTo(turn, withoutEcho(state, change.sequence), {wantsEcho: true});
	} else if (now >= ackAt(state)) {
		sendTo(turn, state.echoesDue, {wantsEcho: false});
	}
}

/** Whether every live peer has my last change, or it has been repeated often enough. */
function isEchoed(state: MembershipState): boolean {
	const {change} = state;
	return change !== undefined && (change.repeats >= repeatsMax || withoutEcho(state, change.sequence).length === 0);
}

const withoutEcho = (state: MembershipState, sequence: number): NodeId[] =>
	alivePeers(state).filter(peer => peer.echoSequence < sequence).map(({id}) => id);

/** When the next of each kind is due; infinite for never. */
export const heartbeatAt = (state: MembershipState): number => state.sentAt === undefined ? -Infinity : state.sentAt + state.config.timing.intervalMs;

export const repeatAt = (state: MembershipState): number => state.change === undefined ? Infinity : state.change.at + repeatMs(state);

export const ackAt = (state: MembershipState): number => state.echoesDue.length > 0 ? (state.spokeAt ?? -Infinity) + heldMs(state, 'acknowledgement') : Infinity;

/** Counted from the last to everybody: answers in between must not put it off. */
export const announcementAt = (state: MembershipState): number => state.isAnnouncementDue ? (state.sentAt ?? -Infinity) + heldMs(state, 'announcement') : Infinity;

/** One heartbeat to every configured peer, the dead included: that is how they find back. */
export function send(turn: Turn, lifecycle: LifecycleState, {wantsEcho}: {readonly wantsEcho: boolean}): void {
	const {state, now} = turn;
	state.sentAt = now;
	if (state.isServing) {
		state.announcedAt ??= now;
	}

	state.echoesDue = [];
	dispatch(turn, lifecycle, {to: state.config.nodes.map(({id}) => id).filter(id => id !== state.config.self), wantsEcho});
}

/** One to these peers alone: it takes no ordinary heartbeat's place, for the others have not heard it. */
function sendTo(turn: Turn, to: readonly NodeId[], {wantsEcho}: {readonly wantsEcho: boolean}): void {
	const {state} = turn;
	state.echoesDue = state.echoesDue.filter(id => !to.includes(id));
	dispatch(turn, ownLifecycle(state), {to: withRelays(turn, to), wantsEcho});
}

function dispatch(turn: Turn, lifecycle: LifecycleState, {to, wantsEcho}: {readonly to: readonly NodeId[]; readonly wantsEcho: boolean}): void {
	const {state, now} = turn;
	state.sequence++;
	state.spokeAt = now;
	const message = {...compose(state, lifecycle, now), wantsEcho};
	const keptMs = 2 * Math.max(state.lease.usedMs, state.config.timing.detectionMs);
	state.sent = [...state.sent.filter(({at}) => now - at <= keptMs).slice(1 - sentMax), {sequence: state.sequence, at: now}];
	if (to.length > 0) {
		turn.effects.push({kind: 'send', to, message});
	}
}

function compose(state: MembershipState, lifecycle: LifecycleState, now: MonoMs): Omit<Heartbeat, 'wantsEcho'> {
	return {
		sender: state.config.self,
		incarnation: state.incarnation,
		sequence: state.sequence,
		state: lifecycle,
		weights: ownWeights(state),
		shareThousandths: ownShare(state),
		wellness: ownWellness(state),
		fingerprint: state.config.fingerprint,
		version: state.config.version,
		leaseMs: state.lease.announcedMs,
		generation: state.generation,
		viewHash: state.viewHash,
		phase: state.phase,
		isServing: state.isServing,
		isReady: state.isReady,
		held: heldSlots(state),
		retained: retainedSlots(state),
		heldCounts: undefined,
		retainedCounts: undefined,
		retainedConnections: retainedConnections(state),
		awayMs: state.awayMs ?? 0,
		latenessMs: state.latenessMs,
		problem: ownProblem(state),
		peers: state.peers.map(peer => rowOf(peer, now)),
	};
}

const rowOf = ({id, message, receivedAt, isDirect}: Peer, now: MonoMs): PeerRow => ({
	id,
	incarnation: message.incarnation,
	sequence: message.sequence,
	generation: message.generation,
	ageMs: monoMs(Math.max(0, now - receivedAt)),
	isDirect,
	leaseMs: message.leaseMs,
	state: rowStateOf(message.state),
});
