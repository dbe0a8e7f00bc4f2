/**
Who owns which slot of which group. Groups do not know of one another: each is shared by its own weights, or belongs as a whole to the first node of its
order that serves.
*/

import type {NodeId} from '../model/farm.js';
import type {Group} from '../model/group.js';
import {groupOfSlot, slotStride, slotsCount} from '../model/slot-set.js';
import {ownersOf, precedes, type Member} from './owners.js';

/** A serving node with its weight in each group. */
export type FarmMember = {readonly id: NodeId; readonly weights: readonly number[]};

/** What of a group decides, besides the weights. */
export type GroupOrder = Pick<Group, 'order'>;

const memberIn = ({id, weights}: FarmMember, group: number): Member => ({id, weight: weights[group] ?? 0});

/**
The owner of each slot number, 0 where nobody is, and between the slots of two groups.

@param groups - In the order of the configuration.
@param members - As for `ownersOf`, with a weight for each group.
@returns Of one group 2520 node ids; each further group begins `slotStride` later.
*/
export function ownersOfGroups(groups: readonly GroupOrder[], members: readonly FarmMember[]): readonly NodeId[] {
	const [first, ...others] = groups.map(({order}, group) => ownersOfGroup(order, members.map(member => memberIn(member, group))));
	return others.length === 0 ? first ?? [] : others.reduce<NodeId[]>((all, owners) => {
		all.push(...Array.from({length: slotStride - slotsCount}, () => 0), ...owners);
		return all;
	}, [...first!]);
}

function ownersOfGroup(order: readonly NodeId[], members: readonly Member[]): readonly NodeId[] {
	if (order.length === 0) {
		return ownersOf(members);
	}

	const owner = order.find(id => members.some(member => member.id === id && member.weight > 0)) ?? 0;
	return Array.from({length: slotsCount}, () => owner);
}

/** Whether `a` comes before `b` for the slot number: of the two, `a` would own it. A member that can own nothing of the group comes before nobody. */
export function precedesIn(groups: readonly GroupOrder[], slot: number, a: FarmMember, b: FarmMember): boolean {
	const group = groupOfSlot(slot);
	const {order = []} = groups[group] ?? {};
	const [one, other] = [memberIn(a, group), memberIn(b, group)];
	return order.length === 0 ? precedes(slot % slotStride, one, other) : placeIn(order, one) < placeIn(order, other);
}

const placeIn = (order: readonly NodeId[], {id, weight}: Member): number => {
	const place = weight > 0 ? order.indexOf(id) : -1;
	return place === -1 ? Infinity : place;
};
