/** What the kernel holds of a farm's rules, for people and for scripts. */

import type {Farm} from '../core/model/farm.js';
import {countSlots} from '../core/model/slot-set.js';
import type {SlotTable} from '../core/membership/types.js';
import type {Ruleset} from '../core/ruleset/model.js';
import {renderRuleset} from '../core/ruleset/render.js';
import {renderSlots} from '../core/ruleset/static-slots.js';
import type {Filter, FilterCounters} from '../edge/filter/port.js';

/** Of the JSON that `rules show` prints. */
export const rulesSchemaVersion = 1;

export type HeldRules = {readonly ruleset: Ruleset; readonly slots: SlotTable; readonly counters: FilterCounters};

/** What is in the kernel; nothing where there are no rules. */
export async function readRules(filter: Filter): Promise<HeldRules | undefined> {
	const ruleset = await filter.observe();
	return ruleset && {ruleset, slots: await filter.observeSlots(), counters: await filter.counters()};
}

/** nft text, with the slots as a comment: they are too many to list. */
export function renderRules({ruleset, slots}: HeldRules): string {
	const counts = Object.entries(slots).map(([name, set]) => `${countSlots(set)} ${name}`);
	return `# slots: ${counts.join(', ')}\n\n${renderRuleset(ruleset)}`;
}

/** The JSON document: slots as lists that `rules install --slots` reads. */
export const rulesDocument = (farm: Farm, held: HeldRules | undefined): object => ({
	schema: rulesSchemaVersion,
	farm: farm.name,
	isInstalled: held !== undefined,
	...held && {
		slots: {owned: renderSlots(held.slots.owned), retained: renderSlots(held.slots.retained), resettable: renderSlots(held.slots.resettable)},
		counters: held.counters,
		ruleset: held.ruleset,
	},
});
