/**
What `farmctl rules save` prints and `farmctl rules restore` reads: the farm's whole filter with its slots. The same filter is always the same text.

	# farmctl rules: farm web, back end nft
	owned: 0-1259
	retained: none
	...
	table inet farmctl-web {
*/

import type {SlotTable} from '../membership/types.js';
import type {BackEnd} from '../model/farm.js';
import type {Ruleset, SetElement, Table} from './model.js';
import {parseRuleset, type TextProblem} from './parse-ruleset.js';
import {renderRuleset} from './render.js';
import {parseSlotNumbers, renderSlotNumbers} from './slot-numbers.js';

export type SavedRules = {readonly farm: string; readonly backend: BackEnd; readonly slots: SlotTable; readonly ruleset: Ruleset};

const parts = ['owned', 'retained', 'resettable', 'leaving', 'arriving'] as const;

const header = /^# farmctl rules: farm (?<farm>[-\w.]+), back end (?<backend>nft|iptables)$/u;

/** Text that ends with a newline. */
export const renderSavedRules = ({farm, backend, slots, ruleset}: SavedRules): string => [
	`# farmctl rules: farm ${farm}, back end ${backend}`,
	...parts.map(part => `${part}: ${renderSlotNumbers(slots[part])}`),
	'',
	renderRuleset(inOrder(ruleset)),
].join('\n');

/** Never throws; the first line that cannot be read is the problem. */
export function parseSavedRules(text: string): SavedRules | {readonly problem: TextProblem} {
	const lines = text.split('\n');
	const found = header.exec(lines[0]!)?.groups;
	if (found === undefined) {
		return problemAt(lines, 1, 'expected the first line of what \'farmctl rules save\' prints');
	}

	const slots = parts.map((part, index) => lines[index + 1]?.startsWith(`${part}: `) === true ? parseSlotNumbers(lines[index + 1]!.slice(part.length + 2)) : undefined);
	const wrong = slots.indexOf(undefined);
	if (wrong !== -1) {
		return problemAt(lines, wrong + 2, `expected '${parts[wrong]}: ' and slots such as 0-1259,2000, or none`);
	}

	const parsed = parseRuleset(lines.slice(parts.length + 1), parts.length + 2);
	const [owned, retained, resettable, leaving, arriving] = slots.map(set => set!);
	return 'problem' in parsed ? parsed : {
		farm: found.farm!, backend: found.backend as BackEnd, ruleset: parsed.ruleset,
		slots: {owned: owned!, retained: retained!, resettable: resettable!, leaving: leaving!, arriving: arriving!},
	};
}

const problemAt = (lines: readonly string[], line: number, cause: string): {readonly problem: TextProblem} => ({problem: {line, text: lines[line - 1] ?? '', cause}});

const families = ['inet', 'arp', 'netdev', 'ip', 'ip6'] as const;

/** The order of rules in a chain means something, and that of the sets of groups; all other is the kernel's. */
const inOrder = ({tables}: Ruleset): Ruleset => ({
	tables: tables.map(table => sortedTable(table)).toSorted((a, b) => placeOf(a) - placeOf(b)),
});

/** Raw before mangle, as iptables-save has it not, but as packets come through them. */
const placeOf = ({family, name}: Table): number => (2 * families.indexOf(family)) + (name === 'mangle' ? 1 : 0);

const sortedTable = (table: Table): Table => ({
	...table,
	counters: table.counters.toSorted(compare),
	sets: table.sets.map(set => set.elements === 'live' ? set : {...set, elements: set.elements.toSorted((a, b) => compare(keyOf(a), keyOf(b)))}),
	chains: table.chains.toSorted(byName),
});

const compare = (a: string, b: string): number => a < b ? -1 : (a > b ? 1 : 0);

const byName = (a: {readonly name: string}, b: {readonly name: string}): number => compare(a.name, b.name);

const keyOf = ({key}: SetElement): string => key.map(byte => byte.toString(16).padStart(2, '0')).join('');
