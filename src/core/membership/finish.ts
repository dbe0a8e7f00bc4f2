/**
The end of a `stop`: the slots are handed over, the established connections have ended or had their time; then the kernel is emptied and peers are told,
so that none of them waits for silence.
*/

import {isEmptySlots} from '../model/slot-set.js';
import {send} from './announce.js';
import {isHandedOver} from './handoff.js';
import {
	clearFailuresMax,
	clearKernel,
	heldSlots,
	retainedSlots,
} from './kernel.js';
import {handoverMs} from './resting.js';
import {alivePeers, tell, type Turn} from './turn.js';

export function stop(turn: Turn): void {
	const {state, now} = turn;
	if (state.stage === 'off') {
		turn.effects.push({kind: 'finished'});
		return;
	}

	if (state.wanted === 'leave') {
		return;
	}

	// One that rests changes no view by leaving, and its peers are to hear of it all the same.
	turn.isDirty ||= state.wanted === 'rest';
	state.wanted = 'leave';
	state.waitReason = '';
	state.stoppedAt = now;
	state.releasedAt = undefined;
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
		clearKernel(turn);
	}

	const {kernel} = state;
	const isEmpty = !kernel.isClearDue && kernel.retryAt === undefined && kernel.pending.length === 0;
	if (state.stage === 'ending' && (isEmpty || kernel.failures >= clearFailuresMax)) {
		end(turn, isEmpty);
	}
}

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
	tell(turn, 'info', 'finished', 'this node has nothing left to serve', {});
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

	const isDone = state.retained.length === 0 || now >= state.releasedAt + finishMs;
	const isTaken = alivePeers(state).every(peer => !peer.message.isServing) || isHandedOver(state, retainedSlots(state)) || now >= state.releasedAt + timing.detectionMs;
	return isDone && isTaken;
}

