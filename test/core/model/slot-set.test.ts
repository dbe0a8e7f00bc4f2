import test from 'ava';
import fastCheck from 'fast-check';
import {
	allSlots,
	areDisjointSlots,
	commonSlots,
	countSlots,
	equalSlots,
	isEmptySlots,
	listSlots,
	minusSlots,
	noSlots,
	slotSetOf,
	slotsCount,
	unionSlots,
	type SlotSet,
} from '../../../src/core/model/slot-set.js';

const someSlots = fastCheck.oneof(
	fastCheck.uniqueArray(fastCheck.integer({min: 0, max: slotsCount - 1}), {maxLength: 60}).map(slots => slotSetOf(slots)),
	fastCheck.constantFrom<SlotSet[]>(noSlots, allSlots, [...noSlots], [...allSlots]),
);

const sorted = (slots: Iterable<number>): number[] => [...slots].toSorted((a, b) => a - b);

test('sets of slots behave as sets of numbers, also the constant ones, and leave what they are given as it is', t => {
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
		t.deepEqual(copies, [[...a], [...b]]);
	}));
});
