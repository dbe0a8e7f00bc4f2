/**
The messages that make one ruleset out of another while it stands. Nothing is ever there without what it names: what comes stands before what refers to
it, and what goes has lost what referred to it.

	tables, counters, sets, chains that come
	rules of chains that change or go, and elements that change or go, are taken out
	rules and elements that come
	chains, sets, counters, tables that go
*/

import type {Difference} from '../../core/ruleset/diff.js';
import type {Chain, NamedSet, SetElement} from '../../core/ruleset/model.js';
import {text, u32be} from '../netlink/attribute.js';
import {flags, type NetlinkRequest} from '../netlink/message.js';
import {
	encodeChain, encodeCounter, encodeElements, encodeFlush, encodePolicy, encodeRule, encodeSet, encodeTableRemoval, type RulesetRequest, type TableName,
} from './ruleset-codec.js';
import {chainAttributes, counterObject, messages, nftRequest, objectAttributes, setAttributes, tableAttributes} from './wire.js';

type Of<Kind extends Difference['kind']> = Extract<Difference, {readonly kind: Kind}>;

/** The messages; new tables with these flags. A set never changes its kind, so elements are all that differs in one that stays. */
export function encodeReshape(differences: readonly Difference[], tableFlagBits: number): RulesetRequest[] {
	const of = <Kind extends Difference['kind']>(kind: Kind): Array<Of<Kind>> => differences.filter((difference): difference is Of<Kind> => difference.kind === kind);
	const [tables, counters, sets, chains] = [of('table'), of('counter'), of('set'), of('chain')];
	const called = (table: TableName, what: string, request: NetlinkRequest): RulesetRequest => ({...request, what: `${what} of table ${table.family} ${table.name}`});
	return [
		...tables.filter(({verb}) => verb === 'add').map(({table}) => called(table, 'making', newTable(table, tableFlagBits))),
		...counters.filter(({verb}) => verb === 'add').map(({table, name}) => called(table, `counter ${name}`, encodeCounter(table, name))),
		...sets.flatMap(({table, before, after}, index) => after !== undefined && before === undefined ? [called(table, `set ${after.name}`, encodeSet(table, after, setIdsFrom + index))] : []),
		...chains.flatMap(({table, before, after}) => after === undefined ? [] : [called(table, `chain ${after.name}`, (before === undefined ? encodeChain : encodePolicy)(table, after))]),
		...chains.flatMap(({table, before}) => before === undefined ? [] : [called(table, `chain ${before.name}`, encodeFlush(table, before.name))]),
		...sets.flatMap(({table, before, after}) => elementsOf(table, before, after, 'delete')),
		...chains.flatMap(({table, after}) => (after?.rules ?? []).map(rule => called(table, `rule of chain ${after!.name}`, encodeRule(table, after!.name, rule)))),
		...sets.flatMap(({table, before, after}) => elementsOf(table, after, before, 'add')),
		...chains.flatMap(({table, before, after}) => after === undefined ? [called(table, `chain ${before!.name}`, removeChain(table, before!))] : []),
		...sets.flatMap(({table, before, after}) => after === undefined ? [called(table, `set ${before!.name}`, removeSet(table, before!))] : []),
		...counters.filter(({verb}) => verb === 'remove').map(({table, name}) => called(table, `counter ${name}`, removeCounter(table, name))),
		...tables.filter(({verb}) => verb === 'remove').map(({table}) => encodeTableRemoval(table)),
	];
}

/** Of a set that is made in one transaction with others. */
const setIdsFrom = 1;

/** The elements of the one that the other lacks. */
function elementsOf(table: TableName, of: NamedSet | undefined, without: NamedSet | undefined, verb: 'add' | 'delete'): RulesetRequest[] {
	const others = new Set(listed(without).map(element => JSON.stringify(element)));
	const elements = listed(of).filter(element => !others.has(JSON.stringify(element)));
	return elements.length === 0 ? [] : [{...encodeElements(table, of!.name, elements, verb), what: `elements of ${of!.name} of table ${table.family} ${table.name}`}];
}

const listed = (set: NamedSet | undefined): readonly SetElement[] => set === undefined || set.elements === 'live' ? [] : set.elements;

const newTable = ({family, name}: TableName, flagBits: number): NetlinkRequest =>
	nftRequest(messages.newTable, family, flags.create + flags.exclusive, [text(tableAttributes.name, name), u32be(tableAttributes.flags, flagBits)]);

const removeChain = ({family, name}: TableName, chain: Chain): NetlinkRequest =>
	nftRequest(messages.deleteChain, family, 0, [text(chainAttributes.table, name), text(chainAttributes.name, chain.name)]);

const removeSet = ({family, name}: TableName, set: NamedSet): NetlinkRequest =>
	nftRequest(messages.deleteSet, family, 0, [text(setAttributes.table, name), text(setAttributes.name, set.name)]);

const removeCounter = ({family, name}: TableName, counter: string): NetlinkRequest => nftRequest(messages.deleteObject, family, 0, [
	text(objectAttributes.table, name), text(objectAttributes.name, counter), u32be(objectAttributes.type, counterObject),
]);
