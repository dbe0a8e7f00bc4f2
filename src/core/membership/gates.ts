/**
Slots that are about to change hands between live nodes are put behind a gate while they still serve as before; passing the gate is one short transaction,
so that the time without an owner is that of a message and not of thousands of elements.
*/

import {noSlots, unionSlots, type SlotSet} from '../model/slot-set.js';
import type {Gate} from '../ruleset/model.js';
import type {SlotTable} from './types.js';

/** Which gates have been passed since slots were put behind them. */
export type Passed = Readonly<Record<Gate, boolean>>;

export const nonePassed: Passed = {leaving: false, arriving: false};

/** Slots whose new connections the table accepts. */
export const acceptedIn = ({owned, leaving, arriving}: SlotTable, passed: Passed): SlotSet =>
	unionSlots(unionSlots(owned, passed.leaving ? noSlots : leaving), passed.arriving ? arriving : noSlots);

/** The table without the gates that have been passed: their slots are where those lead. */
export const passGates = (table: SlotTable, passed: Passed): SlotTable => ({
	...table,
	owned: passed.arriving ? unionSlots(table.owned, table.arriving) : table.owned,
	retained: passed.leaving ? unionSlots(table.retained, table.leaving) : table.retained,
	leaving: passed.leaving ? noSlots : table.leaving,
	arriving: passed.arriving ? noSlots : table.arriving,
});
