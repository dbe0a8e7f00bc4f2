/**
Slots that were given up to a live node keep serving their established connections: until two looks in a row at the kernel's connections found none in
them, until `retain` is over, or until they are owned again.

Two looks, both begun after the kernel had taken the slot out of `owned`: a look walks tables that change under it and may miss a connection that moved,
and a handshake whose state went to the client (SYN cookies) stands in no table before it is complete.
*/

import {
	commonSlots,
	isEmptySlots,
	minusSlots,
	noSlots,
	unionSlots,
	type SlotSet,
} from '../model/slot-set.js';
import {monoMs, type MonoMs} from '../model/time.js';
import {heldSlots, retainedSlots} from './kernel.js';
import type {MembershipState, Peer, RetainedSlots} from './state.js';
import {tell, type Turn} from './turn.js';
import type {ConnectionsLook} from './types.js';

export function addRetained(turn: Turn, slots: SlotSet): void {
	const {state, now} = turn;
	dropRetained(turn, slots);
	if (!isEmptySlots(slots) && state.config.retainMs > 0) {
		state.retained = [...state.retained, {slots, untilAt: monoMs(now + state.config.retainMs), goneAt: undefined}];
	}
}

/** These slots are owned again, or new. */
export function dropRetained({state}: Turn, slots: SlotSet): void {
	if (state.retained.some(entry => !isEmptySlots(commonSlots(entry.slots, slots)))) {
		state.retained = without(state.retained, slots);
	}
}

/** Ends what has been retained long enough, and notes what the kernel has taken out of `owned` since. */
export function expireRetained(turn: Turn): void {
	const {state, now} = turn;
	noteGone(turn);
	if (state.retained.length === 0) {
		forgetLook(state);
		return;
	}

	if (state.retained.every(({untilAt}) => now < untilAt)) {
		return;
	}

	state.retained = state.retained.filter(({untilAt}) => now < untilAt);
	turn.isDirty = true;
	tell(turn, 'info', 'retained-ended', 'the time for established connections of slots given up is over', {});
}

function noteGone({state, now}: Turn): void {
	if (!state.retained.some(({goneAt}) => goneAt === undefined)) {
		return;
	}

	const held = heldSlots(state);
	state.retained = state.retained.map(entry => entry.goneAt === undefined && isEmptySlots(commonSlots(entry.slots, held)) ? {...entry, goneAt: now} : entry);
}

/** What a look found is about what is retained; nobody wants to know it afterwards. */
function forgetLook(state: Turn['state']): void {
	if (state.wanted !== 'leave') {
		state.connections = undefined;
	}
}

/** Takes in what a look at the connections found, and ends what has none. */
export function absorbConnections(turn: Turn, look: ConnectionsLook): void {
	const {state} = turn;
	const idle = idleSlots(state, look);
	state.connections = look;
	if (isEmptySlots(idle)) {
		return;
	}

	state.retained = without(state.retained, idle);
	turn.isDirty = true;
	if (state.retained.length === 0) {
		tell(turn, 'info', 'retained-ended', 'the established connections of all slots given up have ended', {});
	}
}

function idleSlots({retained, connections: before}: MembershipState, look: ConnectionsLook): SlotSet {
	if (before === undefined || look.begunAt <= before.begunAt) {
		return noSlots;
	}

	const live = unionSlots(before.slots, look.slots);
	let idle = noSlots;
	for (const {slots, goneAt} of retained) {
		if (goneAt !== undefined && goneAt < before.begunAt) {
			idle = unionSlots(idle, minusSlots(slots, live));
		}
	}

	return idle;
}

const without = (retained: readonly RetainedSlots[], slots: SlotSet): RetainedSlots[] => retained
	.map(entry => ({...entry, slots: minusSlots(entry.slots, slots)}))
	.filter(entry => !isEmptySlots(entry.slots));

/** Slots whose unknown packets may belong to connections that a live node still serves, or a kernel whose daemon is about to be back. */
export function retainedByOthers(state: MembershipState, now: MonoMs): SlotSet {
	let retained = noSlots;
	for (const peer of state.peers) {
		if (peer.isAlive || now < awayUntil(peer)) {
			retained = unionSlots(retained, peer.message.retained);
		}
	}

	return retained;
}

/** Until when the kernel of a peer that is not heard any more serves what it retains, as it said; in the past for one that is dead. */
export const awayUntil = ({isAlive, receivedAt, message: {awayMs}}: Peer): number => isAlive || awayMs === 0 ? -Infinity : receivedAt + awayMs;

/** Connections in the slots that are retained, as far as a look has told; 0 before the first. */
export const retainedConnections = (state: MembershipState): number => isEmptySlots(retainedSlots(state)) ? 0 : state.connections?.count ?? 0;
