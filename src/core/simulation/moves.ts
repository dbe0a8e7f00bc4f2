/**
Which slots changed their acceptor. Needlessly, when the old one ran all the time, was fit to serve, and would own the slot among all who are: clients
were sent elsewhere although nobody wished it and their server was well.
*/

import type {NodeId} from '../model/farm.js';
import {
	hasSlot,
	listSlots,
	minusSlots,
	type SlotSet,
} from '../model/slot-set.js';

export type Moves = {
	readonly moved: () => number;
	readonly needless: () => number;
	/** The node accepts other slots from now on. */
	change: (id: NodeId, before: SlotSet, after: SlotSet) => void;
	/** Forgets what was. */
	begin: () => void;
};

export type MovesParts = {
	/** No slot has a higher number than this, or this. */
	readonly slotNumbers: number;
	readonly now: () => number;
	/** The node that should own each slot: by all that are fit to serve now. */
	readonly rightOwners: () => readonly NodeId[];
	/** Since when its daemon has run without a pause, infinite when it does not. */
	readonly runsSince: (id: NodeId) => number;
	/** Slots that the node accepts now. */
	readonly acceptedBy: (id: NodeId) => SlotSet;
	readonly acceptors: () => Iterable<NodeId>;
};

export function createMoves({slotNumbers, now, rightOwners, runsSince, acceptedBy, acceptors}: MovesParts): Moves {
	const owners = new Uint8Array(slotNumbers);
	const lostAt = new Float64Array(slotNumbers);
	let moved = 0;
	let needless = 0;

	const move = (slot: number, to: NodeId, right: readonly NodeId[]): void => {
		const from = owners[slot]!;
		owners[slot] = to;
		if (from === 0 || from === to) {
			return;
		}

		moved++;
		if (right[slot] === from && runsSince(from) <= lostAt[slot]!) {
			needless++;
		}
	};

	return {
		moved: () => moved,
		needless: () => needless,
		change(id, before, after) {
			const others = [...acceptors()].filter(other => other !== id);
			const lost = listSlots(minusSlots(before, after)).filter(slot => owners[slot] === id);
			const gained = listSlots(minusSlots(after, before));
			const right = lost.length + gained.length > 0 ? rightOwners() : [];
			for (const slot of lost) {
				lostAt[slot] = now();
				const other = others.find(other => hasSlot(acceptedBy(other), slot));
				if (other !== undefined) {
					move(slot, other, right);
				}
			}

			for (const slot of gained) {
				const owner = owners[slot]!;
				if (owner !== 0 && owner !== id && hasSlot(acceptedBy(owner), slot)) {
					lostAt[slot] = now();
				}

				move(slot, id, right);
			}
		},
		begin() {
			moved = 0;
			needless = 0;
		},
	};
}
