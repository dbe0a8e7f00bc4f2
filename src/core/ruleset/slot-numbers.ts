/** Slots of all groups by their numbers, as text: `none`, or numbers and ranges such as `0-1259,2528`. */

import {groupsMax} from '../model/group.js';
import {listSlots, noSlots, slotSetOf, slotStride, type SlotSet} from '../model/slot-set.js';

export function renderSlotNumbers(set: SlotSet): string {
	const slots = listSlots(set);
	const starts = slots.filter((slot, index) => slots[index - 1] !== slot - 1);
	const ends = slots.filter((slot, index) => slots[index + 1] !== slot + 1);
	return slots.length === 0 ? 'none' : starts.map((start, index) => start === ends[index] ? String(start) : `${start}-${ends[index]}`).join(',');
}

/** Nothing when the text is something else. */
export function parseSlotNumbers(text: string): SlotSet | undefined {
	if (text === 'none') {
		return noSlots;
	}

	const ranges = text.split(',').map(part => parseRange(part));
	return ranges.includes(undefined) ? undefined : slotSetOf(ranges.flatMap(range => range!));
}

function parseRange(text: string): number[] | undefined {
	const {from, to = from} = /^(?<from>\d{1,5})(?:-(?<to>\d{1,5}))?$/u.exec(text)?.groups ?? {};
	const length = Number(to) - Number(from) + 1;
	return from !== undefined && length > 0 && Number(to) < groupsMax * slotStride ? Array.from({length}, (_, index) => Number(from) + index) : undefined;
}
