/** Slots that were given up to a live node keep serving their established connections for a while. */

import {
	commonSlots,
	isEmptySlots,
	minusSlots,
	type SlotSet,
} from '../model/slot-set.js';
import {monoMs} from '../model/time.js';
import {tell, type Turn} from './turn.js';

export function addRetained(turn: Turn, slots: SlotSet): void {
	const {state, now} = turn;
	dropRetained(turn, slots);
	state.retained = [...state.retained, {slots, untilAt: monoMs(now + state.config.finishMs)}];
}

/** These slots are owned again, or new. */
export function dropRetained({state}: Turn, slots: SlotSet): void {
	if (state.retained.some(entry => !isEmptySlots(commonSlots(entry.slots, slots)))) {
		state.retained = state.retained
			.map(entry => ({...entry, slots: minusSlots(entry.slots, slots)}))
			.filter(entry => !isEmptySlots(entry.slots));
	}
}

/** Ends what has been retained long enough. */
export function expireRetained(turn: Turn): void {
	const {state, now} = turn;
	if (state.retained.every(({untilAt}) => !(now >= untilAt))) {
		return;
	}

	state.retained = state.retained.filter(({untilAt}) => now < untilAt);
	turn.isDirty = true;
	tell(turn, 'info', 'retained-ended', 'the time for established connections of slots given up is over', {});
}
