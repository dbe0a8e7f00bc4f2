/** The text of a ruleset, as `renderRuleset` writes it, back to the model. Lines are read one by one, and the first that is not understood is named. */

import {isLivePart} from './iptables/names.js';
import type {Chain, ChainHook, FilterRule, NamedSet, Ruleset, SetElement, SetKey, Table, TableFamily} from './model.js';
import {isLiveSet} from './names.js';
import {parseRule} from './parse-rule.js';
import {parseKey, parseVerdict} from './parse-value.js';

/** `line` from 1, in the text that was given. */
export type TextProblem = {readonly line: number; readonly text: string; readonly cause: string};

export type ParsedRuleset = {readonly ruleset: Ruleset} | {readonly problem: TextProblem};

class Refused extends Error {}

/** Never throws; `firstLine` is the number of the first line. */
export function parseRuleset(lines: readonly string[], firstLine = 1): ParsedRuleset {
	const reader = new Reader(lines, firstLine);
	try {
		return {ruleset: {tables: readTables(reader)}};
	} catch (error) {
		if (error instanceof Refused) {
			return {problem: {line: reader.line, text: reader.text, cause: error.message}};
		}

		throw error;
	}
}

/** Lines without their indentation; empty ones and comments of nft's are passed over. */
class Reader {
	line: number;
	text = '';
	readonly #lines: readonly string[];
	#next = 0;
	readonly #first: number;

	constructor(lines: readonly string[], first: number) {
		this.#lines = lines;
		this.#first = first;
		this.line = first;
	}

	/** The next line; nothing at the end. */
	take(): string | undefined {
		for (; this.#next < this.#lines.length;) {
			this.text = this.#lines[this.#next]!.trim();
			this.line = this.#first + this.#next;
			this.#next += 1;
			if (this.text !== '' && (!this.text.startsWith('#') || familyOfHeader(this.text) !== undefined)) {
				return this.text;
			}
		}

		return undefined;
	}

	/** The next line, which must be there. */
	demand(): string {
		return this.take() ?? refuse('the text ends in the middle of a table');
	}
}

function refuse(cause: string): never {
	throw new Refused(cause);
}

/** What `renderRuleset` writes before the tables of iptables or ip6tables. */
const familyOfHeader = (text: string): 'ip' | 'ip6' | undefined => (({'# iptables-restore --noflush': 'ip', '# ip6tables-restore --noflush': 'ip6'}) as const)[text];

function readTables(reader: Reader): Table[] {
	const tables: Table[] = [];
	let family: 'ip' | 'ip6' | undefined;
	for (let text = reader.take(); text !== undefined; text = reader.take()) {
		const own = /^table (?<family>inet|arp|netdev) (?<name>[-\w.]+) \{$/u.exec(text)?.groups;
		if (own !== undefined) {
			tables.push(readTable(reader, own.family as TableFamily, own.name!));
		} else if (familyOfHeader(text) !== undefined) {
			family = familyOfHeader(text);
		} else if (family !== undefined && /^\*(?:raw|mangle)$/u.test(text)) {
			tables.push(readIptablesTable(reader, family, text.slice(1)));
		} else {
			refuse('expected a table');
		}
	}

	return tables;
}

function readTable(reader: Reader, family: TableFamily, name: string): Table {
	let table: Table = {family, name, counters: [], sets: [], chains: []};
	for (let text = reader.demand(); text !== '}'; text = reader.demand()) {
		const [, kind = '', item = ''] = /^(counter|set|map|chain) (\S+) \{$/u.exec(text) ?? [];
		table = withPart(table, kind, item, reader);
	}

	return table;
}

function withPart(table: Table, kind: string, name: string, reader: Reader): Table {
	switch (kind) {
		case 'counter': {
			expectEnd(reader);
			return {...table, counters: [...table.counters, name]};
		}

		case 'chain': {
			return {...table, chains: [...table.chains, readChain(reader, name)]};
		}

		case 'set':
		case 'map': {
			return {...table, sets: [...table.sets, readSet(reader, name, kind === 'map')]};
		}

		default: {
			return refuse('expected a counter, a set, a map or a chain');
		}
	}
}

function expectEnd(reader: Reader): void {
	if (reader.demand() !== '}') {
		refuse('expected \'}\'');
	}
}

const hookText = /^type filter hook (?<hook>ingress|prerouting|input|output)(?: device "(?<device>[^"]+)")? priority (?<priority>-?\d+); policy accept;$/u;

function readChain(reader: Reader, name: string): Chain {
	const rules: FilterRule[] = [];
	let hook: ChainHook | undefined;
	for (let text = reader.demand(); text !== '}'; text = reader.demand()) {
		const found = hookText.exec(text)?.groups;
		if (found === undefined) {
			rules.push(parseRule(text) ?? refuse('farmctl writes no such rule'));
		} else {
			hook = {hook: found.hook as ChainHook['hook'], priority: Number(found.priority), ...found.device !== undefined && {device: found.device}};
		}
	}

	return {name, ...hook && {hook}, rules};
}

const keys: Readonly<Record<string, SetKey>> = {'type ipv4_addr': 'ipv4_addr', 'type ipv6_addr': 'ipv6_addr', 'typeof numgen inc mod 2520': 'slot', 'type nf_proto': 'nf_proto'};

function readSet(reader: Reader, name: string, isMap: boolean): NamedSet {
	const key = keys[reader.demand().replace(/ : verdict$/u, '')] ?? refuse('expected the type of the key');
	let set: NamedSet = {name, key, isMap, hasTimeout: false, elements: isLiveSet(name) ? 'live' : []};
	for (let text = reader.demand(); text !== '}'; text = reader.demand()) {
		const size = /^size (?<size>\d+)$/u.exec(text)?.groups?.size;
		const elements = /^elements = \{ (?<list>.*) \}$/u.exec(text)?.groups?.list;
		if (text === 'flags timeout') {
			set = {...set, hasTimeout: true};
		} else if (size !== undefined) {
			set = {...set, size: Number(size)};
		} else if (elements !== undefined && set.elements !== 'live') {
			set = {...set, elements: elements.split(', ').map(element => readElement(key, element, isMap))};
		} else {
			refuse('farmctl writes no such line in a set');
		}
	}

	return set;
}

function readElement(keyKind: SetKey, text: string, isMap: boolean): SetElement {
	const [keyText = '', verdictText] = text.split(' : ', 2);
	const key = parseKey(keyKind, keyText) ?? refuse(`'${keyText}' is no key of this set`);
	if (!isMap) {
		return {key};
	}

	return {key, verdict: parseVerdict(verdictText ?? '') ?? refuse(`'${verdictText ?? ''}' is no verdict`)};
}

function readIptablesTable(reader: Reader, family: 'ip' | 'ip6', name: string): Table {
	const chains = new Map<string, FilterRule[]>();
	for (let text = reader.demand(); text !== 'COMMIT'; text = reader.demand()) {
		const declared = /^:(?<chain>farmctl\/\S+) - \[0:0\]$/u.exec(text)?.groups?.chain;
		const {chain, rule} = /^-A (?<chain>\S+) (?<rule>.+)$/u.exec(text)?.groups ?? {};
		const hooked = /^-I (?<chain>PREROUTING) 1 (?<rule>-j farmctl\/\S+)$/u.exec(text)?.groups;
		if (declared !== undefined) {
			chains.set(declared, []);
		} else if (hooked !== undefined) {
			chains.set(hooked.chain!, [[{kind: 'iptables', text: hooked.rule!}]]);
		} else if (chain !== undefined && chains.has(chain) && !isLivePart(chain.slice(chain.lastIndexOf('/') + 1))) {
			chains.get(chain)!.push([{kind: 'iptables', text: rule!}]);
		} else {
			refuse('expected a chain of the farm, or a rule in one');
		}
	}

	return {family, name, counters: [], sets: [], chains: [...chains].map(([chain, rules]) => ({name: chain, rules}))};
}
