/**
R9: prepare, release, claim. A node that sees a new view announces it and goes on serving; when all agree it takes what is no longer its own out of the
kernel, and says so when the kernel has done it; a gainer claims when all have said so. The gap is one one-way delay.
*/

import {precedes} from '../assignment/owners.js';
import {
	areDisjointSlots,
	commonSlots,
	countSlots,
	equalSlots,
	isEmptySlots,
	listSlots,
	minusSlots,
	noSlots,
	slotSetOf,
	unionSlots,
	type SlotSet,
} from '../model/slot-set.js';
import {agreement, isAlike, type Agreement} from './agreement.js';
import {askTable, heldSlots, isTableBusy} from './kernel.js';
import {leaseLimit} from './lease.js';
import {addRetained, dropRetained} from './retention.js';
import type {MembershipState} from './state.js';
import {
	alivePeers,
	nameOf,
	ownWeight,
	tell,
	type Turn,
} from './turn.js';
import {ownersIn, ownSlots} from './view.js';

/** Gives up and takes what the view demands and the protocol permits now. */
export function moveSlots(turn: Turn): void {
	const {state, now} = turn;
	if (isTableBusy(state)) {
		return;
	}

	const agreed = agreement(state, now);
	if (agreed.isComplete && state.isServing && state.isReady && !state.isAdmitted) {
		state.isAdmitted = true;
		state.awaited = [];
		tell(turn, 'info', 'admitted', 'all live peers agree; this node serves', {generation: state.generation});
	}

	const held = state.kernel.table.owned;
	const kept = keptSlots(turn, held, agreed);
	const claimed = claimableSlots(turn, kept, agreed);
	if (!isEmptySlots(claimed)) {
		dropRetained(turn, claimed);
		if (state.kernel.failures === 0) {
			tellClaim(turn, claimed);
		}

		state.settledView = state.view;
	}

	const owned = unionSlots(kept, claimed);
	askTable(turn, owned, minusSlots(owned, retainedByPeers(state)));
}

function keptSlots(turn: Turn, held: SlotSet, agreed: Agreement): SlotSet {
	const {state} = turn;
	if (isEmptySlots(held)) {
		setReleased(turn);
		return held;
	}

	const foreign = minusSlots(held, ownSlots(state));
	if (state.phase === 'prepared' && isEmptySlots(foreign)) {
		setReleased(turn);
	}

	const given = unionSlots(yieldedSlots(state, held), state.phase === 'prepared' && agreed.canRelease ? foreign : noSlots);
	if (isEmptySlots(given)) {
		return held;
	}

	addRetained(turn, given);
	if (state.kernel.failures === 0) {
		tell(turn, 'info', 'slots-released', `${countSlots(given)} slots given up; their established connections may finish`, {slots: countSlots(given)});
	}

	return minusSlots(held, given);
}

/** The kernel's answer has taken the foreign slots away, or there were none. */
function setReleased(turn: Turn): void {
	const {state, now} = turn;
	if (state.phase === 'prepared') {
		state.phase = 'released';
		turn.isDirty = true;
	}

	if (state.wanted === 'stop' && isEmptySlots(heldSlots(state))) {
		state.releasedAt ??= now;
	}
}

/** After a split both sides may hold a slot: the one that comes later in its order gives it up at once. */
function yieldedSlots(state: MembershipState, held: SlotSet): SlotSet {
	const self = {id: state.config.self, weight: ownWeight(state)};
	let yielded = noSlots;
	for (const peer of alivePeers(state)) {
		if (!isAlike(state, peer) || areDisjointSlots(held, peer.message.held)) {
			continue;
		}

		const both = commonSlots(held, peer.message.held);
		const other = {id: peer.id, weight: peer.message.weight};
		yielded = unionSlots(yielded, slotSetOf(listSlots(both).filter(slot => precedes(slot, other, self))));
	}

	return yielded;
}

function claimableSlots({state, now}: Turn, kept: SlotSet, agreed: Agreement): SlotSet {
	if (state.phase !== 'released' || !agreed.canClaim || !state.isServing || !state.isAdmitted) {
		return noSlots;
	}

	const marginMs = state.config.timing.timerLatenessMs + 1;
	const missing = minusSlots(ownSlots(state), kept);
	return leaseLimit(state, now) - now > marginMs ? missing : noSlots;
}

/** Unknown packets of these slots may belong to connections that a live node still serves. */
function retainedByPeers(state: MembershipState): SlotSet {
	let retained = noSlots;
	for (const peer of alivePeers(state)) {
		retained = unionSlots(retained, peer.message.retained);
	}

	return retained;
}

function tellClaim(turn: Turn, claimed: SlotSet): void {
	const {state} = turn;
	const owners = state.settledView.length === 0 ? [] : ownersIn(state.settledView);
	const counts = new Map<number, number>();
	for (const slot of listSlots(claimed)) {
		const owner = owners[slot] ?? 0;
		counts.set(owner, (counts.get(owner) ?? 0) + 1);
	}

	const from = [...counts].filter(([id]) => id !== 0 && id !== state.config.self).map(([id, count]) => `${count} of ${nameOf(state, id)}`).join(', ');
	tell(turn, 'info', 'slots-claimed', `${countSlots(claimed)} slots claimed${from === '' ? '' : `: ${from}`}`, {slots: countSlots(claimed), from});
}

/** Whether all slots that this node gave up are held by live peers again. */
export function isHandedOver(state: MembershipState, slots: SlotSet): boolean {
	let held = noSlots;
	for (const peer of alivePeers(state)) {
		held = unionSlots(held, peer.message.held);
	}

	return equalSlots(commonSlots(held, slots), slots);
}
