/** What the kernel holds under the farm's table names, decoded into the model that the desired ruleset is in. */

import {delinearize} from '../../core/ruleset/delinearize.js';
import type {Chain, ChainHook, FilterRule, NamedSet, Ruleset, SetElement, SetKey, Table, TableFamily} from '../../core/ruleset/model.js';
import {isLiveSet} from '../../core/ruleset/names.js';
import {attributeMap, decodeAttributes, decodeText, text} from '../netlink/attribute.js';
import type {NetlinkConnection} from '../netlink/connection.js';
import {flags, type NetlinkMessage} from '../netlink/message.js';
import {decodeExpression, decodeValue, decodeVerdict} from './expression-codec.js';
import {acceptPolicy, hookName, keyTypes, type TableName} from './ruleset-codec.js';
import {
	chainAttributes, counterAttributes, deviceAttributes, elementAttributes, elementListAttributes, familyFrom,
	header, headerBytes, hookAttributes, messages, nftRequest,
	objectAttributes, ruleAttributes, setAttributes, setDescriptionAttributes, setFlags, tableAttributes,
} from './wire.js';

/** A dump that a change interrupted is taken again, so often. */
const attemptsMax = 10;

const empty = Buffer.alloc(0);

type Attributes = ReadonlyMap<number, Buffer>;

export type FoundTable = TableName & {
	/** NFTA_TABLE_FLAGS. */
	readonly flags: number;
	/** Port of the socket that owns the table; absent for one without owner. */
	readonly owner?: number;
};

/** Every object that a dump of this kind and family names, with its attributes. `what` completes the sentence "the kernel refused to ...". */
async function dump(connection: NetlinkConnection, request: Parameters<NetlinkConnection['request']>[0], what: string): Promise<Array<{family: TableFamily | undefined; attributes: Attributes}>> {
	for (let attempt = 1; ; attempt++) {
		const found = await connection.request({...request, flags: flags.dump}, what); // eslint-disable-line no-await-in-loop
		if (attempt === attemptsMax || !found.some(message => isInterrupted(message))) {
			return found.map(({payload}) => ({family: familyFrom(payload[0]!), attributes: attributeMap(payload.subarray(headerBytes))}));
		}
	}
}

const hasBit = (bits: number, bit: number): boolean => Math.floor(bits / bit) % 2 === 1;

const isInterrupted = (message: NetlinkMessage): boolean => hasBit(message.flags, flags.dumpInterrupted);

const read = (attributes: Attributes, type: number): string => decodeText(attributes.get(type) ?? empty);

const readNumber = (attributes: Attributes, type: number): number => attributes.get(type)?.readUInt32BE(0) ?? 0;

/** The farm's tables that stand in the kernel, whoever made them. */
export async function findTables(connection: NetlinkConnection, name: string): Promise<FoundTable[]> {
	const tables = await dump(connection, {type: messages.getTable, payload: header(0)}, 'list the tables');
	return tables.flatMap(({family, attributes}) => {
		const owner = attributes.get(tableAttributes.owner)?.readUInt32BE(0);
		return family === undefined || read(attributes, tableAttributes.name) !== name
			? []
			: [{family, name, flags: readNumber(attributes, tableAttributes.flags), ...owner !== undefined && {owner}}];
	});
}

/** The ruleset under this table name; nothing when no table has it. */
export async function observeRuleset(connection: NetlinkConnection, name: string): Promise<Ruleset | undefined> {
	const found = await findTables(connection, name);
	const tables = await Promise.all(found.map(async table => observeTable(connection, table)));
	return tables.length === 0 ? undefined : {tables};
}

async function observeTable(connection: NetlinkConnection, {family, name}: TableName): Promise<Table> {
	const isOurs = (type: number) => (item: {family: TableFamily | undefined; attributes: Attributes}): boolean => item.family === family && read(item.attributes, type) === name;
	const [objects, sets, chains, rules] = await Promise.all([
		dump(connection, nftRequest(messages.getObject, family, 0, [text(objectAttributes.table, name)]), 'list the counters'),
		dump(connection, nftRequest(messages.getSet, family, 0, [text(setAttributes.table, name)]), 'list the sets'),
		dump(connection, nftRequest(messages.getChain, family, 0, []), 'list the chains'),
		dump(connection, nftRequest(messages.getRule, family, 0, [text(ruleAttributes.table, name)]), 'list the rules'),
	]);
	const ourRules = rules.filter(isOurs(ruleAttributes.table));
	return {
		family, name,
		counters: objects.filter(isOurs(objectAttributes.table)).map(({attributes}) => read(attributes, objectAttributes.name)),
		sets: await Promise.all(sets.filter(isOurs(setAttributes.table)).map(async ({attributes}) => observeSet(connection, {family, name}, attributes))),
		chains: chains.filter(isOurs(chainAttributes.table)).map(({attributes}) => decodeChain(family, attributes, ourRules.map(rule => rule.attributes))),
	};
}

function decodeChain(family: TableFamily, attributes: Attributes, rules: readonly Attributes[]): Chain {
	const name = read(attributes, chainAttributes.name);
	const hook = decodeHook(family, attributes.get(chainAttributes.hook));
	const own = rules.filter(rule => read(rule, ruleAttributes.chain) === name).map(rule => decodeRule(family, rule));
	return {name, ...hook && {hook}, rules: [...own, ...foreignPolicy(attributes)]};
}

/** A policy that farmctl never gives, as something that no desired chain has. */
const foreignPolicy = (attributes: Attributes): FilterRule[] =>
	attributes.has(chainAttributes.policy) && readNumber(attributes, chainAttributes.policy) !== acceptPolicy ? [[{kind: 'unknown', text: 'policy drop'}]] : [];

function decodeHook(family: TableFamily, payload: Buffer | undefined): ChainHook | undefined {
	if (payload === undefined) {
		return undefined;
	}

	const attributes = attributeMap(payload);
	const hook = hookName(family, readNumber(attributes, hookAttributes.number)) ?? 'prerouting';
	const inList = decodeAttributes(attributes.get(hookAttributes.devices) ?? empty).find(({type}) => type === deviceAttributes.name);
	const device = attributes.get(hookAttributes.device) ?? inList?.payload;
	return {hook, priority: attributes.get(hookAttributes.priority)?.readInt32BE(0) ?? 0, ...device && {device: decodeText(device)}};
}

const decodeRule = (family: TableFamily, attributes: Attributes): FilterRule =>
	delinearize(family, decodeAttributes(attributes.get(ruleAttributes.expressions) ?? empty).map(({payload}) => decodeExpression(payload)));

async function observeSet(connection: NetlinkConnection, table: TableName, attributes: Attributes): Promise<NamedSet> {
	const name = read(attributes, setAttributes.name);
	const flagBits = readNumber(attributes, setAttributes.flags);
	const isMap = hasBit(flagBits, setFlags.isMap);
	const hasTimeout = hasBit(flagBits, setFlags.hasTimeout);
	const expectedBits = (isMap ? setFlags.isMap : 0) + (hasTimeout ? setFlags.hasTimeout : 0);
	const size = attributes.get(setAttributes.description) && attributeMap(attributes.get(setAttributes.description)!).get(setDescriptionAttributes.size)?.readUInt32BE(0);
	return {
		// One of another kind gets another name, so that it never passes for ours.
		name: flagBits === expectedBits ? name : `${name} (flags ${flagBits})`,
		key: keyFrom(readNumber(attributes, setAttributes.keyType)),
		isMap,
		hasTimeout,
		...size !== undefined && {size},
		elements: isLiveSet(name) ? 'live' : await observeElements(connection, table, name),
	};
}

const keyFrom = (number: number): SetKey => (['ipv4_addr', 'ipv6_addr', 'slot', 'nf_proto'] as const).find(key => keyTypes[key].number === number) ?? 'slot';

/** What is in the set now. */
export async function observeElements(connection: NetlinkConnection, {family, name}: TableName, set: string): Promise<SetElement[]> {
	const lists = await dump(connection, nftRequest(messages.getElement, family, 0, [text(elementListAttributes.table, name), text(elementListAttributes.set, set)]), `list what is in ${set}`);
	return lists.flatMap(({attributes}) => decodeAttributes(attributes.get(elementListAttributes.elements) ?? empty).map(({payload}) => {
		const element = attributeMap(payload);
		const verdict = decodeVerdict(element.get(elementAttributes.data));
		return {key: decodeValue(element.get(elementAttributes.key)) ?? [], ...verdict && {verdict}};
	}));
}

/** Packets by counter, of the table in family inet. */
export async function observeCounters(connection: NetlinkConnection, name: string): Promise<ReadonlyMap<string, number>> {
	const objects = await dump(connection, nftRequest(messages.getObject, 'inet', 0, [text(objectAttributes.table, name)]), 'read the counters');
	return new Map(objects.filter(({attributes}) => read(attributes, objectAttributes.table) === name).map(({attributes}) => {
		const packets = attributeMap(attributes.get(objectAttributes.data) ?? empty).get(counterAttributes.packets);
		return [read(attributes, objectAttributes.name), Number(packets?.readBigUInt64BE(0) ?? 0n)];
	}));
}
