/**
R9: prepare, release, claim. A node that sees a new view announces it and goes on serving; it puts what will change hands between live nodes behind a gate
in its kernel, which takes milliseconds, and says that it is ready. When all agree and are, it passes the gate of what is no longer its own, which takes
microseconds, and says so when the kernel has done it; a gainer passes its own when all have said so. The gap is one one-way delay. What nobody alive
holds is claimed without a gate. A while later the table is put in order.
*/

import {precedesIn} from '../assignment/groups.js';
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
import {isHeldExact} from '../protocol/heartbeat.js';
import {gates} from '../ruleset/model.js';
import {agreement, isAlike, type Agreement} from './agreement.js';
import {acceptedSlots, askPass, askTable, heldSlots, isTableBusy, tidyLater} from './kernel.js';
import {leaseLimit} from './lease.js';
import {ownShare} from './application.js';
import {shareWeights} from './share.js';
import {addRetained, dropRetained, retainedByOthers} from './retention.js';
import type {MembershipState, Peer} from './state.js';
import {
	alivePeers,
	nameOf,
	ownWeights,
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

	const share = shareOf(state);
	notice(turn, share);
	const given = unionSlots(yieldedSlots(state), state.phase === 'prepared' && agreed.canRelease ? share.foreign : noSlots);
	if (!isEmptySlots(given)) {
		release(turn, share, given);
	} else if (isEmptySlots(claimableSlots(turn, share, agreed))) {
		prepare(turn, share);
	} else {
		claim(turn, share);
	}
}

/** What this node accepts, seen from its view. */
type Share = {
	readonly kept: SlotSet;
	/** Another node's; served until it is given up. */
	readonly foreign: SlotSet;
	/** Its own, and not accepted yet. */
	readonly missing: SlotSet;
	/** Of those, what live peers hold and will give up, so that no time may be lost when they do. */
	readonly contested: SlotSet;
};

function shareOf(state: MembershipState): Share {
	const accepted = acceptedSlots(state);
	const own = ownSlots(state);
	const missing = minusSlots(own, accepted);
	return {
		kept: commonSlots(accepted, own), foreign: minusSlots(accepted, own), missing, contested: isEmptySlots(missing) ? noSlots : commonSlots(missing, heldByPeers(state)),
	};
}

/** The phases that need nobody else: ready once the kernel is, released once nothing foreign is accepted. */
function notice(turn: Turn, share: Share): void {
	const {state} = turn;
	if (state.phase === 'noticed' && isReadied(state, share)) {
		state.phase = 'prepared';
		turn.isDirty = true;
	}

	if (state.phase !== 'noticed' && isEmptySlots(share.foreign)) {
		setReleased(turn);
	}
}

/** Whether what will change hands stands behind the gates, or need not. A kernel that refuses is not waited for. */
function isReadied({kernel: {table, passed, failures}}: MembershipState, {foreign, contested}: Share): boolean {
	const [leaving, arriving] = gates.map(gate => passed[gate] ? noSlots : table[gate]);
	return failures > 0 || (equalSlots(foreign, leaving!) && isEmptySlots(minusSlots(contested, arriving!)));
}

function release(turn: Turn, share: Share, given: SlotSet): void {
	const {state} = turn;
	const {kernel: {table, passed, failures}} = state;
	addRetained(turn, given);
	if (failures === 0) {
		tell(turn, 'info', 'slots-released', `${countSlots(given)} slots given up; their established connections may finish`, {slots: countSlots(given)});
	}

	if (failures === 0 && !passed.leaving && equalSlots(table.leaving, given)) {
		askPass(turn, 'leaving');
	} else {
		arrange(turn, {...share, kept: minusSlots(share.kept, given), foreign: minusSlots(share.foreign, given)});
	}
}

/** First what stands behind the gate: what else is claimed follows when that has been done. */
function claim(turn: Turn, share: Share): void {
	const {state} = turn;
	const {kernel: {table, passed, failures}} = state;
	const isPassable = failures === 0 && !passed.arriving && !isEmptySlots(table.arriving) && isEmptySlots(minusSlots(table.arriving, share.missing));
	const claimed = isPassable ? table.arriving : share.missing;
	dropRetained(turn, claimed);
	if (state.kernel.failures === 0) {
		tellClaim(turn, claimed);
	}

	if (isPassable) {
		askPass(turn, 'arriving');
	} else {
		arrange(turn, {...share, kept: unionSlots(share.kept, claimed), missing: noSlots, contested: noSlots});
	}

	if (equalSlots(claimed, share.missing)) {
		state.settledView = state.view;
	}
}

/** Puts slots behind the gates, or in order where that is over. Not while a short change may be waited for. */
function prepare(turn: Turn, share: Share): void {
	const {phase, kernel: {tidyAt}} = turn.state;
	if (phase === 'noticed' || tidyAt === undefined || turn.now >= tidyAt) {
		arrange(turn, share);
	}

	if (turn.state.kernel.tidyAt === undefined && !(phase === 'released' && isEmptySlots(share.missing))) {
		tidyLater(turn);
	}
}

/** What has been made ready stays so until it is claimed. */
function arrange(turn: Turn, {kept, foreign, missing, contested}: Share): void {
	const {table, passed} = turn.state.kernel;
	const readied = passed.arriving ? noSlots : commonSlots(table.arriving, missing);
	askTable(turn, {owned: kept, leaving: foreign, arriving: unionSlots(contested, readied), resettable: minusSlots(kept, retainedByOthers(turn.state, turn.now))});
}

/** The kernel's answer has taken the foreign slots away, or there were none. */
function setReleased(turn: Turn): void {
	const {state, now} = turn;
	if (state.phase === 'prepared') {
		state.phase = 'released';
		turn.isDirty = true;
	}

	if (state.wanted !== 'serve' && isEmptySlots(heldSlots(state))) {
		state.releasedAt ??= now;
	}
}

/**
After a split both sides may hold a slot: the one that comes later in its order gives it up at once. What a peer holds that did not say it exactly is
given up when all agree on the view.
*/
function yieldedSlots(state: MembershipState): SlotSet {
	const held = acceptedSlots(state);
	const self = {id: state.config.self, weights: shareWeights({weights: ownWeights(state), shareThousandths: ownShare(state)})};
	let yielded = noSlots;
	for (const peer of alivePeers(state)) {
		if (!isAlike(state, peer) || !isHeldExact(peer.message) || areDisjointSlots(held, peer.message.held)) {
			continue;
		}

		const both = commonSlots(held, peer.message.held);
		const other = {id: peer.id, weights: shareWeights(peer.message)};
		yielded = unionSlots(yielded, slotSetOf(listSlots(both).filter(slot => precedesIn(state.config.groups, slot, other, self))));
	}

	return yielded;
}

function claimableSlots({state, now}: Turn, {missing}: Share, agreed: Agreement): SlotSet {
	if (state.phase !== 'released' || !agreed.canClaim || !state.isServing || !state.isAdmitted) {
		return noSlots;
	}

	const marginMs = state.config.timing.timerLatenessMs + 1;
	return leaseLimit(state, now) - now > marginMs ? missing : noSlots;
}

function tellClaim(turn: Turn, claimed: SlotSet): void {
	const {state} = turn;
	const owners = state.settledView.length === 0 ? [] : ownersIn(state.settledView, state.config.groups);
	const counts = new Map<number, number>();
	for (const slot of listSlots(claimed)) {
		const owner = owners[slot] ?? 0;
		counts.set(owner, (counts.get(owner) ?? 0) + 1);
	}

	const from = [...counts].filter(([id]) => id !== 0 && id !== state.config.self).map(([id, count]) => `${count} of ${nameOf(state, id)}`).join(', ');
	tell(turn, 'info', 'slots-claimed', `${countSlots(claimed)} slots claimed${from === '' ? '' : `: ${from}`}`, {slots: countSlots(claimed), from});
}

/** And perhaps more, where a peer did not say it exactly. */
function heldByPeers(state: MembershipState, filter: (peer: Peer) => boolean = () => true): SlotSet {
	let held = noSlots;
	for (const peer of alivePeers(state)) {
		held = filter(peer) ? unionSlots(held, peer.message.held) : held;
	}

	return held;
}

/** Whether all slots that this node gave up are held by live peers again. */
export const isHandedOver = (state: MembershipState, slots: SlotSet): boolean => equalSlots(commonSlots(heldByPeers(state, ({message}) => isHeldExact(message)), slots), slots);
