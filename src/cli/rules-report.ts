/** What the kernel holds of a farm's rules, for people and for scripts. */

import type {Farm} from '../core/model/farm.js';
import {countSlots, slotsOfGroup} from '../core/model/slot-set.js';
import type {SlotTable} from '../core/membership/types.js';
import {gates, type Ruleset} from '../core/ruleset/model.js';
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

/** nft text, with the slots as comments: they are too many to list. */
export function renderRules({groups}: Farm, {ruleset, slots}: HeldRules): string {
	const lines = groups.map(({name}, group) => `# slots${groups.length === 1 ? '' : ` of group ${name}`}: ${countsText(slots, group)}`);
	return `${lines.join('\n')}\n\n${renderRuleset(ruleset)}`;
}

const gateNames: ReadonlySet<string> = new Set(gates);

/** Of the gates only what stands behind them now. */
const countsText = (slots: SlotTable, group: number): string => Object.entries(slots)
	.map(([name, set]) => ({name, count: countSlots(slotsOfGroup(set, group))}))
	.filter(({name, count}) => count > 0 || !gateNames.has(name))
	.map(({name, count}) => `${count} ${name}`)
	.join(', ');

/** The JSON document: slots as lists that `rules install --slots` reads; `slots` are those of the default group. */
export const rulesDocument = (farm: Farm, held: HeldRules | undefined): object => ({
	schema: rulesSchemaVersion,
	farm: farm.name,
	isInstalled: held !== undefined,
	...held && {
		slots: groupDocument(held.slots, 0),
		...farm.groups.length > 1 && {groups: farm.groups.map(({name}, group) => ({name, ...groupDocument(held.slots, group)}))},
		counters: held.counters,
		ruleset: held.ruleset,
	},
});

const groupDocument = ({owned, retained, resettable}: SlotTable, group: number): Readonly<Record<string, string>> => Object.fromEntries(
	Object.entries({owned, retained, resettable}).map(([name, set]) => [name, renderSlots(slotsOfGroup(set, group))]),
);
