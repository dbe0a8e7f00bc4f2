/**
The last move of every slot, as one node saw it: who took it from whom, when, and why.

Kept a batch at a time: what a node took or gave up at once is one entry with a set of slots, and an entry ends when all its slots have moved again. So
a farm at rest is a few entries, and no farm has more than slots. Why is told from the view: what happened last to the node that had the slot and to the
one that has it now. What this node cannot know, it does not say: slots that a peer had already when it was first heard have a move without a reason.
*/

import {heldSlots} from '../membership/kernel.js';
import {peerState} from '../membership/describe.js';
import {shareWeights} from '../membership/share.js';
import type {MembershipState, ViewMember} from '../membership/state.js';
import type {NodeState} from '../membership/types.js';
import type {NodeId} from '../model/farm.js';
import {
	equalSlots,
	groupOfSlot,
	hasSlot,
	isEmptySlots,
	listSlots,
	minusSlots,
	noSlots,
	slotSetOf,
	type SlotSet,
} from '../model/slot-set.js';
import type {MonoMs} from '../model/time.js';
import {isHeldExact, nodeIdMax, wholeShare} from '../protocol/heartbeat.js';

export type MoveReason =
	/** The node had the slot when this one first heard it. */
	| {readonly kind: 'found'}
	/** The node that had it serves no longer; `state` is what it was then. */
	| {readonly kind: 'left'; readonly node: NodeId; readonly state: NodeState}
	| {readonly kind: 'joined'; readonly node: NodeId}
	| {readonly kind: 'weight'; readonly node: NodeId; readonly from: number; readonly to: number}
	/** Nobody was known to have it before. */
	| {readonly kind: 'unowned'}
	| {readonly kind: 'unknown'};

export type Move = {
	readonly at: MonoMs;
	/** `released`: the node accepts no new connections of the slot any more, and nobody is known to have taken it since. */
	readonly kind: 'claimed' | 'released';
	readonly node: NodeId;
	/** Who had it before; absent when nobody is known to. */
	readonly from?: NodeId;
	readonly reason: MoveReason;
};

export type Moves = {
	/** Compares what each node says it has with what it said before; cheap where nothing changed. */
	readonly observe: (state: MembershipState, now: MonoMs) => void;
	/** The last move of the slot of this number; nothing when it never had an owner that this node knew of. */
	readonly last: (slotNumber: number) => Move | undefined;
	/** Entries kept. */
	readonly size: () => number;
};

type Batch = Move & {readonly slots: SlotSet};

/** What happened last to a node, as far as it explains a move. */
type News = {left?: {at: MonoMs; state: NodeState}; joinedAt?: MonoMs; weights?: {at: MonoMs; from: readonly number[]; to: readonly number[]}};

type Memory = {
	batches: Batch[];
	view: readonly ViewMember[];
	readonly held: Map<NodeId, SlotSet>;
	/** Of each slot number, who had it last; 0 for nobody. */
	readonly owners: NodeId[];
	readonly news: Map<NodeId, News>;
};

export function createMoves(): Moves {
	const memory: Memory = {batches: [], view: [], held: new Map(), owners: [], news: new Map()};
	let seen: Pick<MembershipState, 'peers' | 'kernel' | 'view'> | undefined;
	return {
		observe(state, now) {
			const before = seen;
			seen = state;
			if (before?.view !== state.view) {
				noteView(memory, state, now);
			}

			if (before?.kernel !== state.kernel) {
				noteHeld(memory, state.config.self, {slots: heldSlots(state), isSelf: true}, now);
			}

			if (before?.peers !== state.peers) {
				notePeers(memory, state, now);
			}
		},
		last: slotNumber => memory.batches.findLast(({slots}) => hasSlot(slots, slotNumber)),
		size: () => memory.batches.length,
	};
}

/** A peer that is dead has nothing. */
function notePeers(memory: Memory, {peers}: MembershipState, now: MonoMs): void {
	for (const {id, isAlive, message} of peers) {
		// One that does not say exactly what it has is heard again when it does.
		if (isAlive && !isHeldExact(message)) {
			continue;
		}

		noteHeld(memory, id, {slots: isAlive ? message.held : noSlots, isSelf: false}, now);
	}
}

function noteView(memory: Memory, state: MembershipState, now: MonoMs): void {
	const before = memory.view;
	memory.view = state.view;
	for (const member of state.view) {
		const old = before.find(({id}) => id === member.id);
		if (old?.incarnation !== member.incarnation) {
			newsOf(memory, member.id).joinedAt = now;
		} else if (old !== member) {
			noteWeights(memory, {old, member, now});
		}
	}

	const gone = before.filter(old => state.view.every(member => member.id !== old.id));
	for (const {id} of gone) {
		newsOf(memory, id).left = {at: now, state: id === state.config.self ? 'WAIT' : peerState(state.peers.find(peer => peer.id === id))};
	}
}

function newsOf({news}: Memory, id: NodeId): News {
	const known = news.get(id) ?? {};
	news.set(id, known);
	return known;
}

function noteHeld(memory: Memory, id: NodeId, {slots, isSelf}: {readonly slots: SlotSet; readonly isSelf: boolean}, now: MonoMs): void {
	const before = memory.held.get(id);
	if (before === slots) {
		return;
	}

	// Also where both are equal: the next look at the same set is then over at once.
	memory.held.set(id, slots);
	if (before !== undefined && equalSlots(before, slots)) {
		return;
	}

	const gained = minusSlots(slots, before ?? noSlots);
	const lost = before === undefined ? noSlots : minusSlots(before, slots);
	if (!isEmptySlots(lost)) {
		add(memory, {at: now, kind: 'released', node: id, reason: reasonOfRelease(memory, id), slots: onlyOf(memory, lost, id)});
	}

	if (!isEmptySlots(gained)) {
		addClaims(memory, id, gained, {now, isFound: before === undefined && !isSelf});
	}
}

/** A slot that another has taken meanwhile is not given up once more. */
const onlyOf = ({owners}: Memory, slots: SlotSet, id: NodeId): SlotSet => slotSetOf(listSlots(slots).filter(slot => owners[slot] === id));

/** One batch for each node that had some of the slots, and each group. */
function addClaims(memory: Memory, id: NodeId, gained: SlotSet, {now, isFound}: {readonly now: MonoMs; readonly isFound: boolean}): void {
	const batches = Map.groupBy(listSlots(gained), slot => (groupOfSlot(slot) * (nodeIdMax + 1)) + (memory.owners[slot] ?? 0));
	for (const slots of batches.values()) {
		const from = memory.owners[slots[0]!] ?? 0;
		const known = from !== 0 && from !== id;
		const reason: MoveReason = isFound && from === 0 ? {kind: 'found'} : reasonOfClaim(memory, {id, from, group: groupOfSlot(slots[0]!)});
		add(memory, {at: now, kind: 'claimed', node: id, ...known && {from}, reason, slots: slotSetOf(slots)});
		for (const slot of slots) {
			memory.owners[slot] = id;
		}
	}
}

/** What happened last of that which can have moved a slot from one to the other. */
/** With a part of its weights a node serves as with lower ones. */
function noteWeights(memory: Memory, {old, member, now}: {readonly old: ViewMember; readonly member: ViewMember; readonly now: MonoMs}): void {
	const [from, to] = [old, member].map(one => shareWeights(one).map(weight => weight / wholeShare));
	if (to!.some((weight, group) => weight !== from![group])) {
		newsOf(memory, member.id).weights = {at: now, from: from!, to: to!};
	}
}

function reasonOfClaim({news, view}: Memory, {id, from, group}: {readonly id: NodeId; readonly from: NodeId; readonly group: number}): MoveReason {
	const {joinedAt} = news.get(id) ?? {};
	const {left} = news.get(from) ?? {};
	const candidates: Array<{readonly at: MonoMs; readonly reason: MoveReason}> = [
		...left !== undefined && view.every(member => member.id !== from) ? [{at: left.at, reason: {kind: 'left', node: from, state: left.state} as const}] : [],
		...joinedAt === undefined ? [] : [{at: joinedAt, reason: {kind: 'joined', node: id} as const}],
		...[id, from].flatMap(node => weightNews(news.get(node)?.weights, node, group)),
	];
	const [newest] = candidates.toSorted((a, b) => b.at - a.at);
	return newest?.reason ?? {kind: from === 0 ? 'unowned' : 'unknown'};
}

function weightNews(weights: News['weights'], node: NodeId, group: number): Array<{readonly at: MonoMs; readonly reason: MoveReason}> {
	const [from, to] = [weights?.from[group] ?? 0, weights?.to[group] ?? 0];
	return weights === undefined || from === to ? [] : [{at: weights.at, reason: {kind: 'weight', node, from, to}}];
}

function reasonOfRelease({news, view}: Memory, id: NodeId): MoveReason {
	const left = view.every(member => member.id !== id) ? news.get(id)?.left : undefined;
	return left === undefined ? {kind: 'unknown'} : {kind: 'left', node: id, state: left.state};
}

/** The newest last; what it takes over is gone from those before. */
function add(memory: Memory, batch: Batch): void {
	if (isEmptySlots(batch.slots)) {
		return;
	}

	const before = memory.batches
		.map(older => ({...older, slots: minusSlots(older.slots, batch.slots)}))
		.filter(({slots}) => !isEmptySlots(slots));
	memory.batches = [...before, batch];
}
