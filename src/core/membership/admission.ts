/**
R3 and R4: a node that boots, begins to serve or lost its lease holds nothing, announces itself, and claims nothing before it has the agreement of every
live node and either hears all the peers it must wait for or has waited so long that whoever holds a slot must have heard it and yielded.

While it waits it is not part of any view, so that nobody gives up a slot for a node that may not take it yet; but it says that it wants to serve, which
holds back the leases of those that cannot hear its echo.
*/

import {monoMs, type MonoMs} from '../model/time.js';
import {expiryMs, heardWithinMs} from './alive.js';
import {clearKernel, closeKernel, heldSlots} from './kernel.js';
import {addRetained} from './retention.js';
import type {MembershipState} from './state.js';
import {alivePeers, type Turn} from './turn.js';

/**
W of R3: everyone that can be heard has been by then, and a holder that does not hear this node has lost its lease. Where leases may be made longer
(R7), or a peer says that its is, that much longer: the holder may be one that is not heard.
*/
export function admissionWaitMs(state: Pick<MembershipState, 'config' | 'peers'>): number {
	const {detectionMaxMs, detectionMs} = state.config.timing;
	return Math.max(detectionMs, detectionMaxMs, ...state.peers.map(peer => expiryMs(state, peer))) + heardWithinMs(state);
}

/** When the wait is over; undefined before the first heartbeat. */
export const waitEndsAt = (state: MembershipState): MonoMs | undefined =>
	state.announcedAt === undefined ? undefined : monoMs(state.announcedAt + admissionWaitMs(state) + 1);

export function hasWaited(state: MembershipState, now: MonoMs): boolean {
	const endsAt = waitEndsAt(state);
	return endsAt !== undefined && now >= endsAt;
}

/** R3 (ii): waited, or every awaited peer is alive. Not before the first heartbeat of this life is out. */
export function hasQualified(state: MembershipState, now: MonoMs): boolean {
	return state.isAdmitted || hasWaited(state, now) || (state.announcedAt !== undefined && state.awaited.every(id => state.peers.some(peer => peer.id === id && peer.isAlive)));
}

/** Begins to serve: every configured peer is awaited. */
export function join({state}: Turn): void {
	state.isAdmitted = false;
	state.announcedAt = undefined;
	state.awaited = state.config.nodes.map(({id}) => id).filter(id => id !== state.config.self);
}

/**
Gives up everything that it owns at once and joins anew; peers that were alive are awaited, in addition to those of an earlier wait. One that was alone
awaits everyone: it may be deaf, and its silence may have let others take over. Established connections are retained where the kernel can be trusted.
*/
export function abandon(turn: Turn, {retains}: {readonly retains: boolean}): void {
	const {state} = turn;
	if (retains) {
		addRetained(turn, heldSlots(state));
		closeKernel(turn);
	} else {
		clearKernel(turn);
	}

	const alive = alivePeers(state).map(({id}) => id);
	const before = alive.length > 0 ? alive : state.config.nodes.map(({id}) => id).filter(id => id !== state.config.self);
	state.awaited = [...new Set([...state.awaited, ...before])];
	state.isAdmitted = false;
	state.announcedAt = turn.now;
	state.generation++;
	state.phase = 'prepared';
	turn.isDirty = true;
}
