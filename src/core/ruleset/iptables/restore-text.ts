/**
What iptables-restore is given, without ever flushing a table or naming a chain that is not the farm's: one text changes what it names in one transaction
for each table, and leaves the rest.
*/

import type {Chain, Statement, Table} from '../model.js';
import {hookedChain, isLivePart} from './names.js';
import type {SavedTable} from './save-text.js';
import type {LiveChain} from './slot-chains.js';

type NewChain = {readonly name: string; readonly rules: readonly string[]};

/** Makes the farm's part of a table exactly so, with these rules in the chains of slots; `held` is what stands there now. */
export function installText(table: Table, live: readonly LiveChain[], prefix: string, held: Pick<SavedTable, 'chains' | 'jumps'>): string {
	const chains = ownChains(table).map(chain => withSlots(chain, live, prefix));
	const names = new Set(chains.map(({name}) => name));
	const stale = [...held.chains.keys()].filter(name => !names.has(name));
	return transaction(table.name, [
		...declarations(chains),
		...stale.map(name => `-F ${name}`),
		...additions(chains),
		...jumpLines(table, held.jumps),
		...stale.map(name => `-X ${name}`),
	]);
}

/** Makes these chains, and the jump where it is among them, and touches no other. */
export function rewriteText(table: Pick<Table, 'name'>, chains: readonly Chain[], held: SavedTable): string {
	const own = ownChains({chains}).map(({name, rules}) => ({name, rules: rules.map(rule => textOf(rule))}));
	return transaction(table.name, [...declarations(own), ...additions(own), ...jumpLines({...table, chains}, held.jumps)]);
}

/** Takes away all of the farm's that stands there. */
export const removeText = ({name, chains, jumps}: SavedTable, jump: string): string => transaction(name, [
	...Array.from({length: jumps}, () => `-D ${hookedChain} ${jump}`),
	...[...chains.keys()].map(chain => `-F ${chain}`),
	...[...chains.keys()].map(chain => `-X ${chain}`),
]);

/** Writes chains of slots that stand already; where one does not, the whole is refused. */
export const slotsText = (chains: readonly LiveChain[], prefix: string): string =>
	[...Map.groupBy(chains, ({table}) => table)].map(([table, group]) => transaction(table, [
		...group.map(({part}) => `-F ${prefix}${part}`),
		...additions(group.map(({part, rules}) => ({name: `${prefix}${part}`, rules}))),
	])).join('');

const transaction = (table: string, lines: readonly string[]): string => `*${table}\n${lines.map(line => `${line}\n`).join('')}COMMIT\n`;

/** A chain that is declared is made where there is none, and emptied where there is one. */
const declarations = (chains: readonly NewChain[]): string[] => chains.map(({name}) => `:${name} - [0:0]`);

const additions = (chains: readonly NewChain[]): string[] => chains.flatMap(({name, rules}) => rules.map(text => `-A ${name} ${text}`));

const ownChains = ({chains}: Pick<Table, 'chains'>): Chain[] => chains.filter(({name}) => name !== hookedChain);

function withSlots({name, rules}: Chain, live: readonly LiveChain[], prefix: string): NewChain {
	const part = name.slice(prefix.length);
	return {name, rules: isLivePart(part) ? live.find(chain => chain.part === part)?.rules ?? [] : rules.map(rule => textOf(rule))};
}

const textOf = ([statement]: readonly Statement[]): string => statement?.kind === 'iptables' ? statement.text : '';

/** Before all other rules where there is none; one that stands keeps its place. */
function jumpLines({chains}: Pick<Table, 'chains'>, standing: number): string[] {
	const hooked = chains.find(({name}) => name === hookedChain);
	if (hooked === undefined) {
		return [];
	}

	const jump = textOf(hooked.rules[0]!);
	return standing === 0
		? [`-I ${hookedChain} 1 ${jump}`]
		: Array.from({length: standing - 1}, () => `-D ${hookedChain} ${jump}`);
}

/** The table of the model that a saved one is; `rename` gives the words for a rule as they would be desired. */
export function tableFrom(family: 'ip' | 'ip6', saved: SavedTable, jump: string, rename: (text: string) => string): Table {
	const chain = (name: string, texts: readonly string[]): Chain => ({name, rules: texts.map(text => [{kind: 'iptables', text}])});
	return {
		family, name: saved.name, counters: [], sets: [],
		chains: [
			...saved.jumps === 0 ? [] : [chain(hookedChain, Array.from({length: saved.jumps}, () => jump))],
			...[...saved.chains].map(([name, rules]) => chain(name, isLivePart(name.slice(name.lastIndexOf('/') + 1)) ? [] : rules.map(({text}) => rename(text)))),
		],
	};
}

/** Whether a name of a table of the model is one of iptables' that the farm uses. */
export const isIptablesTable = ({family}: Pick<Table, 'family'>): boolean => family === 'ip' || family === 'ip6';
