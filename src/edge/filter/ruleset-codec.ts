/** A ruleset as the messages of one nf_tables transaction. Sets and chains come before the elements and rules that name them. */

import {linearize} from '../../core/ruleset/linearize.js';
import type {Difference} from '../../core/ruleset/diff.js';
import type {Chain, FilterRule, NamedSet, Ruleset, SetElement, SetKey, Table, TableFamily} from '../../core/ruleset/model.js';
import {renderRule} from '../../core/ruleset/render.js';
import {attribute, nested, text, u32be} from '../netlink/attribute.js';
import {flags, type NetlinkRequest} from '../netlink/message.js';
import {encodeExpression, encodeValue, encodeVerdict} from './expression-codec.js';
import {
	chainAttributes, counterObject, elementAttributes, elementListAttributes, hookAttributes, i32be, listElement, messages,
	nftRequest, objectAttributes, ruleAttributes, setAttributes, setDescriptionAttributes, setFlags, tableAttributes, verdictDataType,
} from './wire.js';

const make = flags.create;
const makeNew = flags.create + flags.exclusive;
const append = flags.create + flags.append;

/** NF_INET_* and NF_ARP_* hook numbers, and the one of netdev. */
const hookNumbers: Readonly<Record<TableFamily, Readonly<Record<string, number>>>> = {
	inet: {prerouting: 0, input: 1, output: 3},
	arp: {input: 0, output: 1},
	netdev: {ingress: 0},
	ip: {},
	ip6: {},
};

/** NF_ACCEPT. */
export const acceptPolicy = 1;

/** Length of a key, and the number by which the nft program knows its type when it lists a set. */
export const keyTypes: Readonly<Record<SetKey, {readonly length: number; readonly number: number}>> = {
	ipv4_addr: {length: 4, number: 7},
	ipv6_addr: {length: 16, number: 8},
	slot: {length: 4, number: 4},
	nf_proto: {length: 1, number: 2},
};

/**
What the nft program itself stores with a set declared `typeof numgen inc mod 2520`, so that it can list the set as text that it also reads. Nested
type, length, value (libnftnl `udata.h`): key byte order host, merge flag, and the key's expression: numgen, with its type, modulus and offset. For a
map also that its data has no byte order of its own.
*/
const slotTypeof = [0x1A, 0x00, 0x04, 0x17, 0x00, 0x00, 0x00, 0x01, 0x12, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x01, 0x04, 0xD8, 0x09, 0x00, 0x00, 0x02, 0x04, 0x00, 0x00, 0x00, 0x00];
const slotMapUserdata = Buffer.from([
	0x00, 0x04, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x00, 0x00, 0x00, 0x00, 0x03, ...slotTypeof,
	0x04, 0x08, 0x00, 0x04, 0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x06, 0x04, 0x00, 0x00, 0x00, 0x00,
]);
const slotSetUserdata = Buffer.from([0x00, 0x04, 0x01, 0x00, 0x00, 0x00, 0x03, ...slotTypeof]);

/** A message, and what it makes or takes away, for the sentence that says what the kernel refused. */
export type RulesetRequest = NetlinkRequest & {readonly what: string};

/** The messages that make the ruleset where nothing of that name stands; the tables with these flags, 0 for plain ones. */
export const encodeRuleset = (ruleset: Ruleset, tableFlagBits: number): RulesetRequest[] => ruleset.tables.flatMap(table => encodeTable(table, tableFlagBits));

function encodeTable(table: Table, tableFlagBits: number): RulesetRequest[] {
	const {family, name} = table;
	const place = `table ${family} ${name}`;
	const called = (what: string, request: NetlinkRequest): RulesetRequest => ({...request, what: `${what} of ${place}`});
	return [
		{...nftRequest(messages.newTable, family, makeNew, [text(tableAttributes.name, name), u32be(tableAttributes.flags, tableFlagBits)]), what: place},
		...table.counters.map(counter => called(`counter ${counter}`, encodeCounter(table, counter))),
		...table.sets.map((set, index) => called(`set ${set.name}`, encodeSet(table, set, index + 1))),
		...table.chains.map(chain => called(`chain ${chain.name}`, encodeChain(table, chain))),
		...table.sets.flatMap(set => set.elements === 'live' || set.elements.length === 0 ? [] : [called(`elements of ${set.name}`, encodeElements(table, set.name, set.elements))]),
		...table.chains.flatMap(chain => chain.rules.map(rule => called(`rule '${renderRule(rule)}' in chain ${chain.name}`, encodeRule(table, chain.name, rule)))),
	];
}

/**
The messages that make these differences and touch nothing else, so that slots and leases stay; `undefined` when they are more than chains that are
missing or hold other rules.
*/
export function encodeRewrite(differences: readonly Difference[]): RulesetRequest[] | undefined {
	const chains = differences.flatMap(difference => difference.kind === 'chain' && difference.after !== undefined && hasSameHook(difference.before, difference.after)
		? [{table: difference.table, isNew: difference.before === undefined, chain: difference.after}]
		: []);
	if (chains.length < differences.length) {
		return undefined;
	}

	const called = ({table, chain}: typeof chains[number], request: NetlinkRequest): RulesetRequest => ({...request, what: `chain ${chain.name} of table ${table.family} ${table.name}`});
	return [
		...chains.map(item => called(item, item.isNew ? encodeChain(item.table, item.chain) : encodePolicy(item.table, item.chain))),
		...chains.filter(({isNew}) => !isNew).map(item => called(item, encodeFlush(item.table, item.chain.name))),
		...chains.flatMap(item => item.chain.rules.map(rule => called(item, encodeRule(item.table, item.chain.name, rule)))),
	];
}

const hasSameHook = (before: Chain | undefined, {hook}: Chain): boolean => before === undefined
	|| (before.hook?.hook === hook?.hook && before.hook?.priority === hook?.priority && before.hook?.device === hook?.device);

/** Takes the rules out of a chain. */
export const encodeFlush = ({family, name}: TableName, chain: string): NetlinkRequest =>
	nftRequest(messages.deleteRule, family, 0, [text(ruleAttributes.table, name), text(ruleAttributes.chain, chain)]);

/** Gives a chain that stands the policy that it should have. */
export const encodePolicy = ({family, name}: TableName, {name: chain, hook}: Chain): NetlinkRequest => nftRequest(messages.newChain, family, 0, [
	text(chainAttributes.table, name),
	text(chainAttributes.name, chain),
	...hook === undefined ? [] : [u32be(chainAttributes.policy, acceptPolicy)],
]);

export type TableName = {readonly family: TableFamily; readonly name: string};

export const encodeCounter = ({family, name}: TableName, counter: string): NetlinkRequest => nftRequest(messages.newObject, family, make, [
	text(objectAttributes.table, name),
	text(objectAttributes.name, counter),
	u32be(objectAttributes.type, counterObject),
	nested(objectAttributes.data),
]);

export function encodeSet({family, name}: TableName, set: NamedSet, id: number): NetlinkRequest {
	const {length, number} = keyTypes[set.key];
	return nftRequest(messages.newSet, family, make, [
		text(setAttributes.table, name),
		text(setAttributes.name, set.name),
		u32be(setAttributes.flags, (set.isMap ? setFlags.isMap : 0) + (set.hasTimeout ? setFlags.hasTimeout : 0)),
		u32be(setAttributes.keyType, number),
		u32be(setAttributes.keyLength, length),
		...set.isMap ? [u32be(setAttributes.dataType, verdictDataType), u32be(setAttributes.dataLength, 0)] : [],
		u32be(setAttributes.id, id),
		...set.size === undefined ? [] : [nested(setAttributes.description, u32be(setDescriptionAttributes.size, set.size))],
		...set.key === 'slot' ? [attribute(setAttributes.userdata, set.isMap ? slotMapUserdata : slotSetUserdata)] : [],
	]);
}

export function encodeChain({family, name}: TableName, {name: chain, hook}: Chain): NetlinkRequest {
	const attributes = [text(chainAttributes.table, name), text(chainAttributes.name, chain)];
	if (hook !== undefined) {
		attributes.push(
			nested(
				chainAttributes.hook,
				u32be(hookAttributes.number, hookNumbers[family][hook.hook]!),
				i32be(hookAttributes.priority, hook.priority),
				...hook.device === undefined ? [] : [text(hookAttributes.device, hook.device)],
			),
			u32be(chainAttributes.policy, acceptPolicy),
			text(chainAttributes.type, 'filter'),
		);
	}

	return nftRequest(messages.newChain, family, make, attributes);
}

/** The hook's name by its number in the family; nothing for a hook that farmctl never uses. */
export const hookName = (family: TableFamily, number: number): 'ingress' | 'prerouting' | 'input' | 'output' | undefined =>
	(['ingress', 'prerouting', 'input', 'output'] as const).find(name => hookNumbers[family][name] === number);

export const encodeRule = ({family, name}: TableName, chain: string, rule: FilterRule): NetlinkRequest => nftRequest(messages.newRule, family, append, [
	text(ruleAttributes.table, name),
	text(ruleAttributes.chain, chain),
	nested(ruleAttributes.expressions, ...linearize(rule).map(expression => nested(listElement, encodeExpression(expression)))),
]);

/** One message that adds these elements, or takes them away; at most a few hundred, for a message's list is one attribute. */
export const encodeElements = ({family, name}: TableName, set: string, elements: readonly SetElement[], verb: 'add' | 'delete' = 'add'): NetlinkRequest => nftRequest(
	verb === 'add' ? messages.newElement : messages.deleteElement, family, verb === 'add' ? make : 0, [
		text(elementListAttributes.table, name),
		text(elementListAttributes.set, set),
		nested(elementListAttributes.elements, ...elements.map(({key, verdict}) => nested(
			listElement,
			encodeValue(elementAttributes.key, key),
			...verdict === undefined || verb === 'delete' ? [] : [encodeVerdict(elementAttributes.data, verdict)],
		))),
	],
);

/** The message that takes the table and all that is in it away. */
export const encodeTableRemoval = ({family, name}: TableName): RulesetRequest => ({
	...nftRequest(messages.deleteTable, family, 0, [text(tableAttributes.name, name)]),
	what: `table ${family} ${name}`,
});
