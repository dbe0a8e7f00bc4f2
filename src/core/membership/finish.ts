/**
The end of a `stop`: the slots are handed over, the established connections have ended or had their time; then the kernel is emptied and peers are told,
so that none of them waits for silence. A daemon that is about to be followed by the next leaves the connections in the kernel's care.
*/

import {isEmptySlots} from '../model/slot-set.js';
import {monoMs} from '../model/time.js';
import {awayMaxMs} from '../protocol/heartbeat.js';
import type {MembershipState} from './state.js';
import {send} from './announce.js';
import {isOut} from './application.js';
import {isHandedOver} from './handoff.js';
import {
	clearFailuresMax,
	clearKernel,
	closeKernel,
	heldSlots,
	retainedSlots,
} from './kernel.js';
import {handoverMs} from './resting.js';
import {addRetained} from './retention.js';
import {alivePeers, ask, tell, type Turn} from './turn.js';

export function stop(turn: Turn, awayMs: number | undefined): void {
	const {state, now} = turn;
	if (state.stage === 'off') {
		turn.effects.push({kind: 'finished'});
		return;
	}

	if (state.wanted === 'leave') {
		return;
	}

	// One that serves nothing changes no view by leaving, and its peers are to hear of it all the same.
	turn.isDirty ||= state.wanted === 'rest' || isOut(state) || awayMs !== undefined;
	state.wanted = 'leave';
	state.waitReason = '';
	state.stoppedAt = now;
	state.releasedAt = undefined;
	state.awayMs = awayMs === undefined ? undefined : Math.min(awayMs, awayMaxMs);
	state.connections = undefined;
	state.nextConfig = undefined;
	if (state.stage === 'clearing') {
		state.stage = 'ending';
	}
}

/** Ends a stop that is over, and the life of a node whose kernel is empty. */
export function finish(turn: Turn): void {
	const {state} = turn;
	if (state.stage === 'on' && state.wanted === 'leave' && isOver(turn)) {
		state.stage = 'ending';
		leaveKernel(turn);
	}

	const {kernel} = state;
	const isEmpty = !kernel.isClearDue && kernel.retryAt === undefined && kernel.pending.length === 0;
	if (state.stage === 'ending' && isEmpty && isLeftWithoutLease(state)) {
		ask(turn, {kind: 'lease', verb: 'open', endAt: monoMs(turn.now + state.awayMs!)});
	} else if (state.stage === 'ending' && (isEmpty || kernel.failures >= clearFailuresMax)) {
		end(turn, isEmpty);
	}
}

/**
What a daemon leaves behind: nothing, or, where the next one is about to start, what is retained and a lease for it. Nothing is owned then, so that this
lease is not bound to what peers have heard.
*/
function leaveKernel(turn: Turn): void {
	const {state, now} = turn;
	if (state.awayMs === undefined) {
		clearKernel(turn);
		return;
	}

	if (!isEmptySlots(heldSlots(state))) {
		addRetained(turn, heldSlots(state));
		closeKernel(turn);
	}

	if (state.retained.length > 0) {
		ask(turn, {kind: 'lease', verb: state.lease.endAt === undefined ? 'open' : 'renew', endAt: monoMs(now + state.awayMs)});
	} else {
		clearKernel(turn);
	}
}

/** It ran out before it could be made longer, and nothing was owned then: the connections need it all the same. */
const isLeftWithoutLease = ({awayMs, retained, lease, kernel}: MembershipState): boolean =>
	awayMs !== undefined && retained.length > 0 && lease.confirmedAt === undefined && kernel.failures === 0;

function end(turn: Turn, isEmpty: boolean): void {
	const {state} = turn;
	if (isEmpty) {
		send(turn, 'OFF', {wantsEcho: false});
	} else {
		tell(turn, 'error', 'kernel-not-empty', 'the kernel refuses to be emptied; peers will notice the silence', {});
	}

	state.stage = 'off';
	state.change = undefined;
	state.echoesDue = [];
	state.isAnnouncementDue = false;
	turn.isDirty = false;
	tell(turn, 'info', 'finished', state.retained.length === 0 ? 'this node has nothing left to serve' : 'the next daemon goes on with the established connections', {});
	turn.effects.push({kind: 'finished'});
}

function isOver(turn: Turn): boolean {
	const {state, now} = turn;
	const {timing, finishMs} = state.config;
	if (state.stoppedAt !== undefined && now >= state.stoppedAt + handoverMs(state) && !isEmptySlots(heldSlots(state))) {
		tell(turn, 'warning', 'handover-forced', 'peers did not agree on a handover in time; stopping without', {waitedMs: now - state.stoppedAt});
		return true;
	}

	if (state.releasedAt === undefined || !isEmptySlots(heldSlots(state))) {
		return false;
	}

	const isDone = state.awayMs === undefined
		? state.retained.length === 0 || now >= state.releasedAt + finishMs
		: !turn.isDirty && !state.isAnnouncementDue && state.change === undefined;
	const isTaken = alivePeers(state).every(peer => !peer.message.isServing) || isHandedOver(state, retainedSlots(state)) || now >= state.releasedAt + timing.detectionMs;
	return isDone && isTaken;
}

/** Whether the kernel goes on serving what is retained, for the next daemon. */
export const hasLeft = ({stage, awayMs}: Pick<MembershipState, 'stage' | 'awayMs'>): boolean => stage === 'off' && awayMs !== undefined;
