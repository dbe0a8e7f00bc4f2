import test from 'ava';
import fc from 'fast-check';
import {allSlotsOf, equalSlots, minusSlots, slotSetOf, slotsCount, slotStride, type SlotSet} from '../../../../src/core/model/slot-set.js';
import type {SlotTable} from '../../../../src/core/membership/types.js';
import {slotChains, slotsIn} from '../../../../src/core/ruleset/iptables/slot-chains.js';

const prefix = 'farmctl/web/';
const groupsCount = 3;

const slot = fc.tuple(fc.nat(groupsCount - 1), fc.nat(slotsCount - 1)).map(([group, number]) => (group * slotStride) + number);
const slots = fc.array(slot, {maxLength: 200}).map(list => slotSetOf(list));
const parts = ['owned', 'retained', 'resettable', 'leaving', 'arriving'] as const;

/** Disjoint where a slot table is. */
const tables = fc.tuple(slots, slots, slots, slots, slots).map(([owned, retained, leaving, arriving, resettable]): SlotTable => ({
	owned, resettable,
	retained: minusSlots(retained, owned),
	leaving: [owned, retained].reduce((rest, set) => minusSlots(rest, set), leaving),
	arriving: [owned, retained, leaving].reduce((rest, set) => minusSlots(rest, set), arriving),
}));

const areSame = (a: SlotTable, b: SlotTable | undefined): boolean => b !== undefined && parts.every(part => equalSlots(a[part], b[part]));

test('slots of several groups are read back from the rules that they became', t => {
	t.notThrows(() => {
		fc.assert(fc.property(tables, table => areSame(table, slotsIn(prefix, slotChains(prefix, table, groupsCount)))));
	});
});

test('all slots are one rule without a program', t => {
	const none: SlotSet = slotSetOf([]);
	const [first] = slotChains(prefix, {owned: allSlotsOf(1), retained: none, resettable: none, leaving: none, arriving: none}, 1);
	t.deepEqual(first!.rules, ['-g farmctl/web/owned', '-g farmctl/web/foreign']);
});

test('what somebody else wrote among the slots is not read', t => {
	t.is(slotsIn(prefix, [{table: 'raw', part: 'slots0', rules: ['-j ACCEPT']}]), undefined);
	t.is(slotsIn(prefix, [{table: 'raw', part: 'slots0', rules: ['-g other/web/owned']}]), undefined);
	t.is(slotsIn(prefix, [{table: 'raw', part: 'slots0', rules: ['-m bpf --bytecode "1,6 0 0 65535" -g farmctl/web/owned']}]), undefined);
});
