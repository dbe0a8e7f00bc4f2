/** Who accepts which slots at every instant: looked at when a kernel was changed and when a lease runs out, for nothing changes in between. */

import {
	equalSlots,
	noSlots,
	unionSlots,
	type SlotSet,
} from '../model/slot-set.js';
import type {Agenda} from './agenda.js';
import type {NodeModel} from './node-model.js';

export type Acceptance = {
	/** Slots whose new connections the node accepts. */
	readonly of: (id: number) => SlotSet;
	readonly ofAll: () => SlotSet;
	/** The nodes that accept anything. */
	readonly ids: () => Iterable<number>;
	/** To be called after every change of the node's kernel. */
	refresh: (id: number) => void;
};

export type AcceptanceParts = {
	readonly agenda: Agenda;
	readonly nodeOf: (id: number) => NodeModel;
	/** The node accepts other slots from now on. */
	readonly changed: (id: number, before: SlotSet, after: SlotSet) => void;
};

export function createAcceptance({agenda, nodeOf, changed}: AcceptanceParts): Acceptance {
	const accepted = new Map<number, SlotSet>();
	const looksAt = new Map<number, number>();

	/** When the look at the end of a lease comes, the lease has mostly been renewed; then the next one is planned. */
	const planLook = (id: number, endsAt: number): void => {
		if (endsAt <= agenda.now() || (looksAt.get(id) ?? Infinity) <= endsAt) {
			return;
		}

		looksAt.set(id, endsAt);
		agenda.at(endsAt, () => {
			if (looksAt.get(id) !== endsAt) {
				return;
			}

			looksAt.delete(id);
			refresh(id);
		});
	};

	const refresh = (id: number): void => {
		const node = nodeOf(id);
		const before = accepted.get(id) ?? noSlots;
		const after = node.accepted();
		planLook(id, node.leaseEndsAt());
		if (equalSlots(before, after)) {
			return;
		}

		if (after === noSlots) {
			accepted.delete(id);
		} else {
			accepted.set(id, after);
		}

		changed(id, before, after);
	};

	return {
		of: id => accepted.get(id) ?? noSlots,
		ofAll() {
			let all = noSlots;
			for (const slots of accepted.values()) {
				all = unionSlots(all, slots);
			}

			return all;
		},
		ids: () => accepted.keys(),
		refresh,
	};
}
