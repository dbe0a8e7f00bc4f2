/** R1: the lease ends where the slowest peer may begin to hold this node dead. Its end is computed from what peers are known to have heard, never from now. */

import {isEmptySlots} from '../model/slot-set.js';
import {monoMs, type MonoMs} from '../model/time.js';
import {abandon} from './admission.js';
import {isServingOrHolding} from './agreement.js';
import {
	clearKernel,
	closeKernel,
	heldSlots,
	holdKernel,
	isClearing,
	isKernelInUse,
	isLeaseBusy,
	isTableBusy,
	retryAfterMs,
} from './kernel.js';
import {quorumLimit} from './quorum.js';
import type {MembershipState, Peer} from './state.js';
import {dangerMs, wantedLeaseMs} from './stretch.js';
import {
	alivePeers,
	ask,
	nameOf,
	tell,
	type Turn,
} from './turn.js';

/** A renewal is worth a system call when it gains this part of the interval. */
const gainPart = 1 / 5;

/** Where the lease must end now, possibly in the past. */
export function leaseLimit(state: MembershipState, now: MonoMs): MonoMs {
	const {intervalMs, timerLatenessMs, lossesMax} = state.config.timing;
	const {usedMs} = state.lease;
	let limit = Math.min((state.sentAt ?? -Infinity) + usedMs - (lossesMax * (intervalMs + timerLatenessMs)), quorumLimit(state));
	for (const peer of holdingBack(state, now)) {
		limit = Math.min(limit, echoTime(state, peer) + usedMs);
	}

	return monoMs(limit);
}

/** Peers that serve or hold and are not silent beyond S. */
export const holdingBack = (state: MembershipState, now: MonoMs): readonly Peer[] =>
	alivePeers(state).filter(peer => isServingOrHolding(peer) && now - peer.heardAt <= state.config.timing.silenceMs);

/** When I sent the newest heartbeat that the peer has, or as if that were lately while it is new to me (R5). */
function echoTime(state: MembershipState, peer: Peer): number {
	const {usedMs} = state.lease;
	const graceMs = isEmptySlots(peer.message.held) ? usedMs : Math.min(state.config.timing.silenceMs, usedMs);
	return Math.max(peer.echoAt ?? -Infinity, peer.formedAt + graceMs - usedMs);
}

/** R4: a lease that has run out by this node's clock, or would have to end in the past, takes everything with it. */
export function checkLease(turn: Turn): void {
	const {state, now} = turn;
	const {endAt} = state.lease;
	const hasLapsed = endAt !== undefined && now >= endAt;
	if (hasLapsed || (isHolding(state) && leaseLimit(state, now) <= now)) {
		lapse(turn);
	}
}

const isHolding = (state: MembershipState): boolean => !isClearing(state) && (state.lease.endAt !== undefined || !isEmptySlots(heldSlots(state)));

/** Gives up all that is owned. Who only retains, and has not been admitted, loses nothing but time. */
export function lapse(turn: Turn): void {
	const {state, now} = turn;
	const unheard = holdingBack(state, now).filter(peer => echoTime(state, peer) + state.lease.usedMs <= now).map(({id}) => id);
	tell(turn, 'error', 'lease-lapsed', unheard.length > 0
		? `the lease ran out: ${unheard.map(id => nameOf(state, id)).join(', ')} did not confirm this node's heartbeats`
		: 'the lease ran out before it was renewed', {slots: isEmptySlots(heldSlots(state)) ? 'none' : 'given up'});
	abandonAfterPause(turn, {retains: true});
}

/**
R4 once more: what the kernel holds is not what was asked of it, so it is emptied, and a node that served joins anew. Refusals of a filter that was
broken say nothing about the one that stands there now.
*/
export function loseKernel(turn: Turn, what: string): void {
	const {state} = turn;
	if (state.stage === 'off') {
		return;
	}

	state.kernel = {...state.kernel, failures: 0, refused: undefined, retryAt: undefined};
	if (state.stage !== 'on' || !isKernelInUse(state)) {
		clearKernel(turn);
		return;
	}

	tell(turn, 'error', 'kernel-lost', `this node gives up its share and joins again: ${what}`, {what});
	abandonAfterPause(turn, {retains: false});
}

/** What is lost again and again must not keep the node busy with nothing else. */
function abandonAfterPause(turn: Turn, {retains}: {readonly retains: boolean}): void {
	const {state, now} = turn;
	if (retains && !state.isAdmitted && isEmptySlots(heldSlots(state))) {
		closeKernel(turn);
	} else {
		abandon(turn, {retains});
	}

	const holdMs = Math.min(retryAfterMs, state.config.timing.detectionMs);
	if (state.lease.lapsedAt !== undefined && now - state.lease.lapsedAt <= 2 * holdMs) {
		holdKernel(turn, holdMs);
	}

	state.lease = {...state.lease, lapsedAt: now};
}

/** Opens, renews, shortens or ends the lease, as what is held and known demands. */
export function updateLease(turn: Turn): void {
	const {state, now} = turn;
	applyLeaseLength(turn);
	const isNeeded = state.retained.length > 0 || !isEmptySlots(heldSlots(state));
	if (!isNeeded) {
		if (state.lease.endAt !== undefined && !isTableBusy(state)) {
			clearKernel(turn);
		}

		return;
	}

	const limit = leaseLimit(state, now);
	const {endAt} = state.lease;
	if (endAt === undefined) {
		// What is only retained can wait for a lease that lasts.
		const restMs = isEmptySlots(heldSlots(state)) ? dangerMs(state.config) : 0;
		if (!isLeaseBusy(state) && limit - now > restMs) {
			askLease(turn, 'open', limit);
		}
	} else if (limit < endAt || (limit - endAt >= state.config.timing.intervalMs * gainPart && !isLeaseBusy(state))) {
		askLease(turn, 'renew', limit);
	}
}

function askLease(turn: Turn, verb: 'open' | 'renew', endAt: MonoMs): void {
	turn.state.lease = {...turn.state.lease, endAt};
	ask(turn, {kind: 'lease', verb, endAt});
}

/** R7: a longer L is used when all live peers have heard of it; of a shorter one they hear when no open lease was computed with the longer. */
function applyLeaseLength({state}: Turn): void {
	const {lease} = state;
	const leaseMs = wantedLeaseMs(state);
	if (leaseMs < lease.usedMs) {
		state.lease = {...lease, usedMs: leaseMs, raisedAtSequence: undefined};
	} else if (leaseMs > lease.usedMs) {
		const raisedAtSequence = lease.raisedAtSequence ?? (state.sequence + 1);
		const isHeard = alivePeers(state).every(peer => peer.echoSequence >= raisedAtSequence);
		state.lease = isHeard && state.sequence >= raisedAtSequence
			? {
				...lease, usedMs: leaseMs, announcedMs: leaseMs, raisedAtSequence: undefined,
			}
			: {...lease, announcedMs: leaseMs, raisedAtSequence};
	} else if (lease.announcedMs > leaseMs && (lease.endAt === undefined || lease.confirmedMs === leaseMs)) {
		state.lease = {...lease, announcedMs: leaseMs};
	}
}
