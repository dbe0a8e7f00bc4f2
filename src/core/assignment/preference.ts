/** The order of preference of one slot, told whole: the owner is the first of it that serves, the next one takes the slot when that goes. */

import {precedes, type Member} from './owners.js';

/**
The members that may own the slot, the most preferred first; those of weight 0 are not among them.

@param slot - 0 to 2519, in its group.
@param members - With their weights in the group.
@param order - Of a group that is a chain of priorities: every slot prefers its nodes in this order and knows no others. Empty for a group that shares.
*/
export function preferenceOf<Known extends Member>(slot: number, members: readonly Known[], order: readonly number[] = []): Known[] {
	const able = members.filter(({weight}) => weight > 0);
	return order.length > 0
		? order.flatMap(id => able.filter(member => member.id === id))
		: able.toSorted((a, b) => precedes(slot, a, b) ? -1 : 1);
}
