/** What a daemon finds in the filter that an earlier one left behind. */

import {diffRulesets} from '../core/ruleset/diff.js';
import type {Ruleset} from '../core/ruleset/model.js';
import {allSlotsOf, isEmptySlots, noSlots, unionSlots, type SlotSet} from '../core/model/slot-set.js';
import {KernelFailure} from '../errors.js';
import type {Filter} from '../edge/filter/port.js';

/**
The slots whose established connections the new daemon shall retain: those that the earlier one owned or retained. Where that one's rules dealt clients to
slots in another way its numbers mean nothing here, and it may be any slot; a look at the connections soon tells which.
*/
export async function inheritedSlots(filter: Pick<Filter, 'observe' | 'observeSlots'>, ruleset: Ruleset, groupsCount: number): Promise<SlotSet> {
	try {
		const before = await filter.observe();
		if (before?.tables.some(({family}) => family === 'inet') !== true) {
			return noSlots;
		}

		const {owned, retained, leaving, arriving} = await filter.observeSlots();
		const slots = [retained, leaving, arriving].reduce((all, part) => unionSlots(all, part), owned);
		return isEmptySlots(slots) || isAlike(before, ruleset) ? slots : allSlotsOf(groupsCount);
	} catch (error) {
		return noTable(error);
	}
}

/** A table of that name that has no slots, or chains that hold somebody else's rules, are none of ours. */
function noTable(error: unknown): SlotSet {
	if (error instanceof KernelFailure && (error.errno === 'ENOENT' || error.errno === 'EINVAL')) {
		return noSlots;
	}

	throw error;
}

const isAlike = (before: Ruleset, ruleset: Ruleset): boolean => diffRulesets(ruleset, before).every(({table: {family}}) => family === 'arp' || family === 'netdev');
