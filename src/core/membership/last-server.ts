/** Whether clients would be left without a node if this one served less. */

import {isEmptySlots, slotsOfGroup} from '../model/slot-set.js';
import {heldSlots} from './kernel.js';
import type {MembershipState} from './state.js';

/** The names of the groups of which this node serves something, and nobody would if it had these weights, one a group. */
export function groupsLeft(state: MembershipState, weights: readonly number[]): readonly string[] {
	const {config: {groups, self}, view} = state;
	const held = heldSlots(state);
	const members = [...view.filter(({id}) => id !== self), {id: self, weights}];
	return groups.filter(({order}, group) => {
		const canServe = ({id, weights: {[group]: weight = 0}}: {readonly id: number; readonly weights: readonly number[]}): boolean =>
			weight > 0 && (order.length === 0 || order.includes(id));
		return !isEmptySlots(slotsOfGroup(held, group)) && !members.some(member => canServe(member));
	}).map(({name}) => name);
}
