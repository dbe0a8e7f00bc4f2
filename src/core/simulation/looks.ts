/** The daemon's looks at its node's connections: now and then, while it retains slots or is about to end. */

import type {MembershipState} from '../membership/state.js';
import type {MembershipInput} from '../membership/types.js';
import {countSlots, type SlotSet} from '../model/slot-set.js';
import {monoMs} from '../model/time.js';
import type {Agenda} from './agenda.js';

const intervalMs = 250;

export type LooksParts = {
	readonly agenda: Agenda;
	readonly localNow: () => number;
	/** Slots that have a connection with this node. */
	readonly connected: () => SlotSet;
	readonly submit: (input: MembershipInput) => void;
};

/** To be called after every step of the daemon. */
export function createLooks({agenda, localNow, connected, submit}: LooksParts): (state: MembershipState) => void {
	let isPlanned = false;
	return ({retained, wanted}) => {
		if (isPlanned || (retained.length === 0 && wanted === 'serve')) {
			return;
		}

		isPlanned = true;
		agenda.after(intervalMs, () => {
			isPlanned = false;
			const slots = connected();
			submit({kind: 'connections', begunAt: monoMs(localNow()), count: countSlots(slots), slots});
		});
	};
}
