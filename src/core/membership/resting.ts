/**
A node that shall live and serve nothing: an operator drains it. It gives its slots away as any change does, serves their established connections until
they end or are cut, and then rests, heard by all, until it is started again. Nothing else makes it serve: no lapse, no other node's death, no new configuration.
*/

import {isEmptySlots} from '../model/slot-set.js';
import type {MonoMs} from '../model/time.js';
import {abandon} from './admission.js';
import {heldSlots} from './kernel.js';
import type {MembershipState} from './state.js';
import {nameOf, tell, type Turn} from './turn.js';

/** A handover that takes longer than this many detection times is not waited for. */
const handoverDetectionsMax = 10;

export const handoverMs = ({config: {timing}}: Pick<MembershipState, 'config'>): number => handoverDetectionsMax * timing.detectionMs;

/** Drains this node; of one that drains or rests, only when to cut what is left changes. Of one that is off or ends, nothing. */
export function rest(turn: Turn, cutAt: MonoMs | undefined): void {
	const {state, now} = turn;
	if (state.wanted === 'leave') {
		return;
	}

	state.cutAt = cutAt;
	if (state.wanted === 'rest') {
		return;
	}

	state.wanted = 'rest';
	state.waitReason = '';
	state.stoppedAt = now;
	state.releasedAt = undefined;
	turn.isDirty = true;
	tell(turn, 'info', 'draining', 'an operator drains this node: it hands its slots over and serves established connections until they end', {});
}

/** Whether a node that shall rest has something to serve yet. */
export const isDraining = (state: MembershipState): boolean => state.wanted === 'rest' && (state.retained.length > 0 || !isEmptySlots(heldSlots(state)));

/** Cuts what is left of a drain whose time is over, and tells when there is nothing left. */
export function settleRest(turn: Turn): void {
	const {state, now} = turn;
	if (state.wanted !== 'rest' || state.stoppedAt === undefined) {
		return;
	}

	if (isCutDue(state, now)) {
		cut(turn);
	}

	if (isDraining(state)) {
		return;
	}

	state.stoppedAt = undefined;
	turn.isDirty = true;
	tell(turn, 'info', 'drained', `this node serves nothing any more, and rests until it is started: farmctl node start ${nameOf(state, state.config.self)}`, {});
}

/** When the time for what is retained is over; undefined for never, or for a node that shall serve. */
export const cutDueAt = ({wanted, cutAt}: Pick<MembershipState, 'wanted' | 'cutAt'>): MonoMs | undefined => wanted === 'rest' ? cutAt : undefined;

const isCutDue = (state: MembershipState, now: MonoMs): boolean => now >= (cutDueAt(state) ?? Infinity);

/** What is retained goes; slots that nobody took over only when their handover has had its time, too. */
function cut(turn: Turn): void {
	const {state, now} = turn;
	const isHolding = !isEmptySlots(heldSlots(state));
	if (isHolding && now < state.stoppedAt! + handoverMs(state)) {
		return;
	}

	if (isHolding) {
		tell(turn, 'warning', 'handover-forced', 'peers did not agree on a handover in time; giving up the slots without', {waitedMs: now - state.stoppedAt!});
		abandon(turn, {retains: false});
	} else if (state.retained.length > 0) {
		tell(turn, 'info', 'retained-ended', 'the operator\'s time for established connections is over', {});
		state.retained = [];
	}
}

/** Why a node that rests does, and what makes it serve. */
export const restProblem = (state: MembershipState): string => `drained by an operator; start it: farmctl node start ${nameOf(state, state.config.self)}`;
