import test from 'ava';
import fc from 'fast-check';
import {ownersOfGroups, precedesIn, type FarmMember} from '../../../src/core/assignment/groups.js';
import {ownersOf, weightedShareErrorMax} from '../../../src/core/assignment/owners.js';
import {groupsMax, weightMax} from '../../../src/core/model/group.js';
import {slotsCount, slotStride} from '../../../src/core/model/slot-set.js';

const shared = {order: []};
const groupsCount = fc.integer({min: 1, max: groupsMax});
const order = fc.oneof(fc.constant<readonly number[]>([]), fc.uniqueArray(fc.integer({min: 1, max: 10}), {minLength: 1, maxLength: 4}));

/** Groups, and members with a weight for each. */
const farm = groupsCount.chain(count => fc.record({
	groups: fc.array(fc.record({order}), {minLength: count, maxLength: count}),
	members: fc.uniqueArray(fc.record({id: fc.integer({min: 1, max: 10}), weights: fc.array(fc.nat({max: 5}), {minLength: count, maxLength: count})}), {selector: ({id}) => id, maxLength: 5}),
}));

const slotsOfGroup = (owners: readonly number[], group: number): readonly number[] => owners.slice(group * slotStride, (group * slotStride) + slotsCount);

test('each group is dealt by its own weights, as if there were no other', t => {
	fc.assert(fc.property(farm, ({groups, members}) => {
		const owners = ownersOfGroups(groups.map(() => shared), members);
		t.is(owners.length, ((groups.length - 1) * slotStride) + slotsCount);
		for (const group of groups.keys()) {
			t.deepEqual(slotsOfGroup(owners, group), ownersOf(members.map(({id, weights}) => ({id, weight: weights[group]!}))));
		}

		t.true(groups.every((_, group) => group === 0 || owners.slice((group * slotStride) - 8, group * slotStride).every(owner => owner === 0)), 'nobody has what is between');
	}), {numRuns: 50});
});

test('a chain of priorities belongs to its first node that serves with a weight, whole', t => {
	fc.assert(fc.property(farm, ({groups, members}) => {
		const owners = ownersOfGroups(groups, members);
		const chains = groups.map(({order: chain}, group) => ({chain, group})).filter(({chain}) => chain.length > 0);
		for (const {chain, group} of chains) {
			const first = chain.find(id => members.some(member => member.id === id && member.weights[group]! > 0));
			t.deepEqual([...new Set(slotsOfGroup(owners, group))], [first ?? 0]);
		}
	}), {numRuns: 50});
});

test('of two members the one that precedes owns the slot', t => {
	fc.assert(fc.property(farm, fc.nat({max: slotsCount - 1}), ({groups, members}, slot) => {
		const [a, b] = members;
		fc.pre(a !== undefined && b !== undefined);
		const owners = ownersOfGroups(groups, [a, b]);
		for (const group of groups.keys()) {
			const number = (group * slotStride) + slot;
			t.is(precedesIn(groups, number, a, b), owners[number] === a.id);
			t.is(precedesIn(groups, number, b, a), owners[number] === b.id);
			t.false(precedesIn(groups, number, a, a));
		}
	}), {numRuns: 50});
});

test('a weight that changes in one group moves slots of that group alone, to or from its node alone, and no more than its share grew by, within the stated error', t => {
	const weight = fc.integer({min: 0, max: weightMax});
	const trio = fc.record({before: fc.array(weight, {minLength: 3, maxLength: 3}), after: weight});
	fc.assert(fc.property(trio, ({before, after}) => {
		const members: FarmMember[] = before.map((own, index) => ({id: index + 1, weights: [1, own]}));
		const changed = members.map(member => member.id === 1 ? {...member, weights: [1, after]} : member);
		const [was, is] = [members, changed].map(list => ownersOfGroups([shared, shared], list));
		const moved = was!.map((owner, slot) => ({slot, owner, next: is![slot]!})).filter(({owner, next}) => owner !== next);
		t.true(moved.every(({slot, owner, next}) => slot >= slotStride && [owner, next].includes(1)));
		const share = (list: readonly FarmMember[]): number => list[0]!.weights[1]! / Math.max(1, list.reduce((sum, {weights}) => sum + weights[1]!, 0));
		t.true(moved.length <= (slotsCount * Math.abs(share(changed) - share(members))) + (2 * weightedShareErrorMax), `${moved.length} slots moved`);
	}), {numRuns: 60});
});
