/**
What has to change in one ruleset to make it another: whole chains, sets and counters, by table. Order among chains and among sets means nothing;
order among the rules of a chain does.
*/

import type {Chain, NamedSet, Ruleset, Table, TableFamily} from './model.js';
import {renderChain, renderSet} from './render.js';

export type TableKey = {readonly family: TableFamily; readonly name: string};

/** A part of a table; `before` absent: to be added, `after` absent: to be removed. */
export type Difference = {readonly table: TableKey} & (
	| {readonly kind: 'table'; readonly verb: 'add' | 'remove'}
	| {readonly kind: 'counter'; readonly verb: 'add' | 'remove'; readonly name: string}
	| {readonly kind: 'set'; readonly before?: NamedSet; readonly after?: NamedSet}
	| {readonly kind: 'chain'; readonly before?: Chain; readonly after?: Chain}
);

const keyOf = ({family, name}: TableKey): string => `${family} ${name}`;

const none: Ruleset = {tables: []};

/** The differences that make `to` out of `from`; none when they are equal. A missing ruleset is an empty one. */
export function diffRulesets(from: Ruleset | undefined, to: Ruleset | undefined): Difference[] {
	const before = byKey((from ?? none).tables, keyOf);
	const after = byKey((to ?? none).tables, keyOf);
	return keysOf(before, after).flatMap(key => diffTable(before.get(key), after.get(key)));
}

const byKey = <T>(items: readonly T[], key: (item: T) => string): Map<string, T> => new Map(items.map(item => [key(item), item]));

const keysOf = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] => [...new Set([...a.keys(), ...b.keys()])];

function diffTable(from: Table | undefined, to: Table | undefined): Difference[] {
	const whole = (to ?? from)!;
	const table: TableKey = {family: whole.family, name: whole.name};
	if (to === undefined) {
		return [{table, kind: 'table', verb: 'remove'}];
	}

	return [
		...from === undefined ? [{table, kind: 'table', verb: 'add'} as const] : [],
		...diffCounters(from?.counters ?? [], to.counters).map(difference => ({table, ...difference})),
		...diffNamed(from?.sets ?? [], to.sets, canonicalSet).map(({before, after}) => ({table, kind: 'set' as const, ...before && {before}, ...after && {after}})),
		...diffNamed(from?.chains ?? [], to.chains, canonicalChain).map(({before, after}) => ({table, kind: 'chain' as const, ...before && {before}, ...after && {after}})),
	];
}

function diffCounters(from: readonly string[], to: readonly string[]): Array<{kind: 'counter'; verb: 'add' | 'remove'; name: string}> {
	return [
		...from.filter(name => !to.includes(name)).map(name => ({kind: 'counter' as const, verb: 'remove' as const, name})),
		...to.filter(name => !from.includes(name)).map(name => ({kind: 'counter' as const, verb: 'add' as const, name})),
	];
}

function diffNamed<T extends {readonly name: string}>(from: readonly T[], to: readonly T[], canonical: (item: T) => string): Array<{before?: T; after?: T}> {
	const before = byKey(from, item => item.name);
	const after = byKey(to, item => item.name);
	return keysOf(before, after).flatMap(name => {
		const [a, b] = [before.get(name), after.get(name)];
		return a !== undefined && b !== undefined && canonical(a) === canonical(b) ? [] : [{...a && {before: a}, ...b && {after: b}}];
	});
}

/** One text for equal values, whatever the order of properties. */
const stable = (value: unknown): string => JSON.stringify(value, (_key, inner: unknown) => typeof inner === 'object' && inner !== null && !Array.isArray(inner)
	? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1)) // eslint-disable-line unicorn/no-array-sort
	: inner);

const canonicalSet = (set: NamedSet): string => stable({...set, elements: set.elements === 'live' ? 'live' : set.elements.map(element => stable(element)).toSorted()});

const canonicalChain = (chain: Chain): string => stable(chain);

/** `from` with the differences made. */
export function applyDifferences(from: Ruleset | undefined, differences: readonly Difference[]): Ruleset {
	const tables = byKey((from ?? none).tables, keyOf);
	for (const difference of differences) {
		const key = keyOf(difference.table);
		if (difference.kind === 'table' && difference.verb === 'remove') {
			tables.delete(key);
		} else {
			tables.set(key, applyToTable(tables.get(key) ?? {...difference.table, counters: [], sets: [], chains: []}, difference));
		}
	}

	return {tables: [...tables.values()]};
}

function applyToTable(table: Table, difference: Difference): Table {
	switch (difference.kind) {
		case 'table': {
			return table;
		}

		case 'counter': {
			const {name, verb} = difference;
			return {...table, counters: verb === 'add' ? [...table.counters, name] : table.counters.filter(counter => counter !== name)};
		}

		case 'set': {
			return {...table, sets: replaced(table.sets, difference.before, difference.after)};
		}

		case 'chain': {
			return {...table, chains: replaced(table.chains, difference.before, difference.after)};
		}

		default: {
			return difference satisfies never;
		}
	}
}

function replaced<T extends {readonly name: string}>(items: readonly T[], before: T | undefined, after: T | undefined): T[] {
	const name = (after ?? before)?.name;
	const rest = items.filter(item => item.name !== name);
	return after === undefined ? rest : [...rest, after];
}

/** Lines for people: what goes with `-`, what comes with `+`, under the table's name. */
export function describeDifferences(differences: readonly Difference[]): string[] {
	return differences.flatMap(difference => {
		const place = `${difference.table.family} ${difference.table.name}`;
		if (difference.kind === 'table' || difference.kind === 'counter') {
			const what = difference.kind === 'table' ? `table ${place}` : `counter ${place} ${difference.name}`;
			return [`${difference.verb === 'add' ? '+' : '-'} ${what}`];
		}

		const [before, after] = difference.kind === 'set'
			? [difference.before && renderSet(difference.before), difference.after && renderSet(difference.after)]
			: [difference.before && renderChain(difference.before), difference.after && renderChain(difference.after)];
		return [`@ table ${place}`, ...diffLines(before ?? [], after ?? [])];
	});
}

/** The lines of both that the other lacks; lines that both have only where they open the block. */
function diffLines(before: readonly string[], after: readonly string[]): string[] {
	const opening = before[0] === after[0] && before[0] !== undefined ? [`  ${before[0]}`] : [];
	const gone = before.filter(line => !after.includes(line)).map(line => `- ${line}`);
	const come = after.filter(line => !before.includes(line)).map(line => `+ ${line}`);
	return gone.length + come.length === 0 ? [...opening, '  (the same lines in another order)'] : [...opening, ...gone, ...come];
}
