/** The slots of a node in a farm without daemons: what is its share while the named nodes serve, or a list that someone keeps by hand. */

import {ownersOfGroups, type FarmMember} from '../assignment/groups.js';
import {slotsOf} from '../assignment/owners.js';
import type {SlotTable} from '../membership/types.js';
import type {Farm, FarmNode} from '../model/farm.js';
import {weightsOf} from '../model/group.js';
import {allSlots, listSlots, noSlots, slotSetOf, slotsCount, type SlotSet} from '../model/slot-set.js';

/** Of a static farm: nobody retains anything, so every unknown connection in these slots may be reset. */
export const staticSlots = (owned: SlotSet): SlotTable => ({owned, retained: noSlots, resettable: owned, leaving: noSlots, arriving: noSlots});

/** The slots that `self` owns while exactly the nodes of these names serve; or the names that the farm does not have. */
export function shareAmong(farm: Farm, self: FarmNode, names: readonly string[]): {readonly slots: SlotSet} | {readonly unknown: readonly string[]} {
	const unknown = names.filter(name => !farm.nodes.some(node => node.name === name));
	return unknown.length > 0 ? {unknown} : {slots: slotsOf(ownersOfGroups(farm.groups, members(farm, names)), self.id)};
}

const members = ({nodes, groups}: Farm, names: readonly string[]): FarmMember[] =>
	nodes.filter(({name}) => names.includes(name)).map(({id}) => ({id, weights: weightsOf(groups, id)}));

/** Slots of a group as people write them: `all`, `none`, or numbers and ranges such as `0-1259,2000`. Nothing when the text is something else. */
export function parseSlots(text: string): SlotSet | undefined {
	if (text === 'all' || text === 'none') {
		return text === 'all' ? allSlots : noSlots;
	}

	const ranges = text.split(',').map(part => parseRange(part));
	return ranges.includes(undefined) ? undefined : slotSetOf(ranges.flatMap(range => range!));
}

function parseRange(text: string): number[] | undefined {
	const match = /^(?<from>\d{1,4})(?:-(?<to>\d{1,4}))?$/u.exec(text.trim());
	if (match?.groups === undefined) {
		return undefined;
	}

	const from = Number(match.groups.from);
	const to = Number(match.groups.to ?? from);
	return from <= to && to < slotsCount ? Array.from({length: to - from + 1}, (_, index) => from + index) : undefined;
}

/** The slots as `parseSlots` reads them. */
export function renderSlots(set: SlotSet): string {
	const slots = listSlots(set);
	if (slots.length === 0 || slots.length === slotsCount) {
		return slots.length === 0 ? 'none' : 'all';
	}

	const starts = slots.filter((slot, index) => slots[index - 1] !== slot - 1);
	const ends = slots.filter((slot, index) => slots[index + 1] !== slot + 1);
	return starts.map((start, index) => start === ends[index] ? String(start) : `${start}-${ends[index]}`).join(',');
}
