/**
R2: what one node announced is not agreement. A change is agreed on when everyone concerned announces the same view and has acknowledged this node's
current announcement, so that nobody acts on one that has been withdrawn.
*/

import {isEmptySlots} from '../model/slot-set.js';
import type {MonoMs} from '../model/time.js';
import {hasWaited, hasQualified} from './admission.js';
import type {MembershipState, Peer} from './state.js';
import {alivePeers} from './turn.js';

export type Agreement = {
	/** Everyone agrees on the view, so that slots of others may be given up. */
	readonly canRelease: boolean;
	/** In addition everyone has released, so that slots may be claimed. */
	readonly canClaim: boolean;
	/** Everyone agrees, this node may be admitted. */
	readonly isComplete: boolean;
};

export function agreement(state: MembershipState, now: MonoMs): Agreement {
	const concerned = concernedPeers(state, now);
	const alike = concerned.filter(peer => isAlike(state, peer));
	const unlike = concerned.filter(peer => !isAlike(state, peer));
	const isAgreed = alike.every(peer => peer.message.viewHash === state.viewHash && hasAcknowledged(state, peer));
	const isYielded = unlike.every(peer => !isServingOrHolding(peer) && hasAcknowledged(state, peer));
	const canRelease = isAgreed && hasQualified(state, now) && alike.every(peer => peer.message.phase !== 'noticed');
	const isComplete = canRelease && isYielded;
	return {canRelease, isComplete, canClaim: isComplete && alike.every(peer => peer.message.phase === 'released')};
}

/**
Before admission everyone alive, but for those that neither serve nor hold and after the whole wait have not heard this node; then those that serve or
hold slots. One that serves is never excused, however deaf: its lease may outlive its last heartbeat by more than S.
*/
function concernedPeers(state: MembershipState, now: MonoMs): readonly Peer[] {
	if (state.isAdmitted) {
		return alivePeers(state).filter(peer => isServingOrHolding(peer));
	}

	const isExcused = (peer: Peer): boolean => !isServingOrHolding(peer) && hasWaited(state, now) && isDeaf(state, peer, now);
	return alivePeers(state).filter(peer => !isExcused(peer));
}

function isDeaf(state: MembershipState, peer: Peer, now: MonoMs): boolean {
	return peer.echoAt === undefined || now - peer.echoAt > state.config.timing.detectionMs;
}

export const isServingOrHolding = ({message}: Peer): boolean => message.isServing || !isEmptySlots(message.held);

/** Whether the peer distributes clients as this node does; only then do their slots mean the same. */
export const isAlike = ({config, alsoAccepts}: Pick<MembershipState, 'config' | 'alsoAccepts'>, {message: {fingerprint}}: Pick<Peer, 'message'>): boolean =>
	fingerprint === config.fingerprint || alsoAccepts.includes(fingerprint);

function hasAcknowledged(state: MembershipState, {message}: Peer): boolean {
	const row = message.peers.find(({id}) => id === state.config.self);
	return row?.incarnation === state.incarnation && row.generation === state.generation;
}
