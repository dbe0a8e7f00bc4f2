/**
The short way through a step. Where the input says nothing new, nothing is under way and nothing is due, the whole pass would find nothing to do but to
look after the lease; at many nodes that pass would be most of what a daemon costs. What follows from the short way is what would follow from the whole.
*/

import {equalSlots, isEmptySlots, type SlotSet} from '../model/slot-set.js';
import {nextDeadline} from './deadline.js';
import {updateLease} from './lease.js';
import {retainedSlots} from './kernel.js';
import type {MembershipState} from './state.js';
import {measureStrain} from './stretch.js';
import type {Turn} from './turn.js';
import {ownSlots} from './view.js';

/** Whether a step from this state, with what it has taken in so far, needs the lease looked after and nothing else. */
export const canBeShort = (before: MembershipState, {state, now, isRoutine, isDirty}: Turn): boolean =>
	isRoutine && !isDirty && now < nextDeadline(before) && isAtRest(state);

/** Whether this node serves its share and nothing is under way. */
export const isAtRest = (state: MembershipState): boolean => isServingInPeace(state) && isKernelInPeace(state);

const isServingInPeace = (state: MembershipState): boolean => state.stage === 'on' && state.wanted === 'serve' && state.isServing
	&& state.isReady && state.isAdmitted && state.guard.stage !== 'asking' && state.phase === 'released' && state.change === undefined && state.echoesDue.length === 0 && !state.isAnnouncementDue && state.nextConfig === undefined
	&& state.towards === undefined && state.leaving.length === 0;

function isKernelInPeace(state: MembershipState): boolean {
	const {kernel, lease} = state;
	return lease.endAt !== undefined && !kernel.isClearDue && kernel.retryAt === undefined
		&& kernel.failures === 0 && kernel.pending.every(({change}) => change.kind === 'lease') && kernel.tidyAt === undefined
		&& isEmptySlots(kernel.table.leaving) && isEmptySlots(kernel.table.arriving)
		&& areSameSlots(kernel.table.owned, ownSlots(state)) && equalSlots(kernel.table.retained, retainedSlots(state));
}

/** Sets that were found equal: at rest it is the same two, over and over. */
const sameAs = new WeakMap<SlotSet, SlotSet>();

function areSameSlots(a: SlotSet, b: SlotSet): boolean {
	if (sameAs.get(a) === b) {
		return true;
	}

	const isSame = equalSlots(a, b);
	if (isSame) {
		sameAs.set(a, b);
	}

	return isSame;
}

/** What is left of the whole pass. */
export function keepLease(turn: Turn): void {
	measureStrain(turn);
	updateLease(turn);
}
