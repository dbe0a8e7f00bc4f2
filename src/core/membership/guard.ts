/**
R12, `keep-at-least`: a dependency that fails for all nodes must not take all of them out. A node whose claim is guarded goes on serving, and says that it is
unwell, until it knows that enough others do.

Enough are those that are well, and those of lower ids that were kept, as far as they have echoed the heartbeat in which this node said so first. A peer that
turns unwell after that echo knows that this node does not count. So of all that leave, the last one counts nobody who has left, and is counted by
nobody: enough remain, whatever is lost or late. A node is kept when all have echoed it, those of lower ids have decided, and there are not enough. It asks
anew when there are again, and one that has left comes back when too few serve.
*/

import {admissionWaitMs} from './admission.js';
import {isAlike} from './agreement.js';
import {isGuarded, setGuard} from './application.js';
import {deafToSelf} from './hearing.js';
import {isWilling} from './lifecycle.js';
import type {MembershipState, Peer} from './state.js';
import {alivePeers, ownWeights, tell, type Turn} from './turn.js';

/** Decides on a guarded claim, or decides anew. */
export function judgeGuard(turn: Turn): void {
	const {state} = turn;
	const {stage} = state.guard;
	if (stage === 'free' && !isGuarded(state)) {
		return;
	}

	if (!isGuarded(state) || !isWilling(state)) {
		setGuard(turn, 'free');
	} else if (stage === 'asking') {
		decide(turn);
	} else if (stage === 'kept' ? mayLeave(state) : isNeeded(turn)) {
		setGuard(turn, 'asking');
	}
}

const mayLeave = (state: MembershipState): boolean => isEnough(state, servers(state).filter(peer => isStaying(state, peer)));

const isNeeded = (turn: Turn): boolean => hasHeardAll(turn) && !isEnough(turn.state, servers(turn.state));

function decide(turn: Turn): void {
	const {state, now} = turn;
	const others = servers(state);
	if (isEnough(state, others.filter(peer => hasEchoed(state, peer) && isStaying(state, peer)))) {
		setGuard(turn, 'free');
		return;
	}

	const deaf = deafToSelf(state, now);
	const isHeard = others.every(peer => hasEchoed(state, peer) || deaf.includes(peer.id));
	const isTurn = alivePeers(state).every(peer => !isAsking(state, peer) || peer.id > state.config.self || deaf.includes(peer.id));
	if (!(isHeard && isTurn)) {
		return;
	}

	setGuard(turn, 'kept');
	tellKept(turn);
}

function tellKept(turn: Turn): void {
	const {claim, config: {keepAtLeast}} = turn.state;
	const reason = claim.wants === 'out' ? claim.reason : '';
	const others = keepAtLeast === 1 ? 'nobody else' : `fewer than ${keepAtLeast} others`;
	tell(turn, 'error', 'application-kept', `this node goes on serving, degraded, for ${others} would: ${reason}`, {reason});
}

/** Live peers that serve. */
const servers = (state: MembershipState): readonly Peer[] => alivePeers(state)
	.filter(peer => peer.message.state === 'UP' && isAlike(state, peer) && peer.message.weights.some(weight => weight > 0));

const isAsking = (state: MembershipState, peer: Peer): boolean => peer.message.wellness === 'unwell' && peer.message.isServing && isAlike(state, peer);

/** Whether it will serve when this node does not. */
const isStaying = ({config: {self}}: MembershipState, {id, message: {wellness}}: Peer): boolean => wellness === 'well' || (wellness === 'degraded' && id < self);

const hasEchoed = ({guard, incarnation}: MembershipState, {echoSequence}: Peer): boolean => echoSequence >= (guard.incarnation === incarnation ? guard.sequence : 1);

/** Whether these are as many as the guard demands, and one of them at least can serve each group that this node serves. */
function isEnough(state: MembershipState, peers: readonly Peer[]): boolean {
	const {config: {groups, keepAtLeast, self}} = state;
	const own = {id: self, message: {weights: ownWeights(state)}};
	const canServe = ({id, message: {weights}}: typeof own, group: number): boolean => {
		const {order} = groups[group]!;
		return (weights[group] ?? 0) > 0 && (order.length === 0 || order.includes(id));
	};

	const served = groups.map((_, group) => group).filter(group => canServe(own, group));
	return served.length === 0 || (peers.length >= keepAtLeast && served.every(group => peers.some(peer => canServe(peer, group))));
}

/** Who has just begun, or was just told to leave, has yet to hear who serves. */
function hasHeardAll({state, now}: Turn): boolean {
	const {config: {nodes}, guard: {at}} = state;
	return alivePeers(state).length >= nodes.length - 1 || now - at >= admissionWaitMs(state);
}
