import test from 'ava';
import fastCheck from 'fast-check';
import {
	allSlots,
	allSlotsOf,
	areDisjointSlots,
	commonSlots,
	countSlots,
	equalSlots,
	groupOfSlot,
	hasSlot,
	isEmptySlots,
	joinGroups,
	listSlots,
	minusSlots,
	noSlots,
	slotSetOf,
	slotsCount,
	slotsOfGroup,
	slotStride,
	unionSlots,
	type SlotSet,
} from '../../../src/core/model/slot-set.js';

const someSlots = fastCheck.oneof(
	fastCheck.uniqueArray(fastCheck.integer({min: 0, max: slotsCount - 1}), {maxLength: 60}).map(slots => slotSetOf(slots)),
	fastCheck.constantFrom<SlotSet[]>(noSlots, allSlots, [...noSlots], [...allSlots], [], [5], allSlotsOf(2)),
	fastCheck.uniqueArray(fastCheck.integer({min: 0, max: (4 * slotStride) - 1}), {maxLength: 60}).map(slots => slotSetOf(slots)),
);

const sorted = (slots: Iterable<number>): number[] => [...slots].toSorted((a, b) => a - b);

test('sets of slots behave as sets of numbers, also the constant ones and those of unequal length, and leave what they are given as it is', t => {
	fastCheck.assert(fastCheck.property(someSlots, someSlots, (a, b) => {
		const [one, other] = [listSlots(a), listSlots(b)];
		const both = one.filter(slot => other.includes(slot));
		const copies = [[...a], [...b]];
		t.deepEqual(listSlots(unionSlots(a, b)), sorted(new Set([...one, ...other])));
		t.deepEqual(listSlots(minusSlots(a, b)), one.filter(slot => !other.includes(slot)));
		t.deepEqual(listSlots(commonSlots(a, b)), sorted(both));
		t.is(areDisjointSlots(a, b), both.length === 0);
		t.is(equalSlots(a, b), both.length === one.length && both.length === other.length);
		t.is(isEmptySlots(a), one.length === 0);
		t.is(countSlots(a), one.length);
		t.true(one.every(slot => hasSlot(a, slot)));
		t.false(hasSlot(a, 5 * slotStride));
		t.deepEqual(copies, [[...a], [...b]]);
	}));
});

test('the slots of several groups are one set, and come apart again', t => {
	const inGroup = fastCheck.uniqueArray(fastCheck.integer({min: 0, max: slotsCount - 1}), {maxLength: 60});
	fastCheck.assert(fastCheck.property(fastCheck.array(inGroup, {minLength: 1, maxLength: 4}), groups => {
		const all = slotSetOf(groups.flatMap((slots, group) => slots.map(slot => (group * slotStride) + slot)));
		const parts = groups.map((_, group) => slotsOfGroup(all, group));
		t.deepEqual(parts.map(part => listSlots(part)), groups.map(slots => sorted(slots)));
		t.true(equalSlots(joinGroups(parts), all));
		t.true(listSlots(all).every(slot => groups[groupOfSlot(slot)]!.includes(slot % slotStride)));
	}));
	t.is(countSlots(allSlotsOf(4)), 4 * slotsCount);
	t.is(allSlotsOf(1), allSlots);
	t.true(isEmptySlots(slotsOfGroup(allSlots, 1)));
});
