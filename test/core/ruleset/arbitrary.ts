/** Random farms and random rulesets. */

import fc, {type Arbitrary} from 'fast-check';
import {addressFromBytes} from '../../../src/core/model/address.js';
import type {Affinity, Farm, PortRange, Rule, Vip} from '../../../src/core/model/farm.js';
import {fieldPlaces} from '../../../src/core/ruleset/fields.js';
import type {Bytes, Chain, FieldName, FilterRule, NamedSet, Ruleset, Statement, Table, TableFamily} from '../../../src/core/ruleset/model.js';
import {farmWith} from '../../kernel/support/machine.js';

const byte = fc.integer({min: 0, max: 255});

const bytes = (length: number): Arbitrary<Bytes> => fc.array(byte, {minLength: length, maxLength: length});

const name = fc.constantFrom('one', 'two', 'three', 'four');

const portRange: Arbitrary<PortRange> = fc.tuple(fc.integer({min: 1, max: 65_535}), fc.integer({min: 1, max: 65_535})).map(([a, b]) => ({from: Math.min(a, b), to: Math.max(a, b)}));

const vip: Arbitrary<Vip> = fc.oneof(
	bytes(3).map(tail => ({address: addressFromBytes([10, ...tail]), family: 4 as const, prefixLength: 8})),
	bytes(14).map(tail => ({address: addressFromBytes([0x20, 0x01, ...tail]), family: 6 as const, prefixLength: 64})),
).chain(parts => fc.record({
	...Object.fromEntries(Object.entries(parts).map(([key, value]) => [key, fc.constant(value)])),
	interface: fc.constantFrom('eth0', 'eth1', 'bond0.100'),
	mode: fc.constantFrom('unicast', 'multicast'),
	mac: bytes(6).map(list => list.map(value => value.toString(16).padStart(2, '0')).join(':')),
}) as unknown as Arbitrary<Vip>);

/** Farms with one to four VIPs and rules for them. */
export const arbitraryFarm: Arbitrary<Farm> = fc.uniqueArray(vip, {minLength: 1, maxLength: 4, selector: ({address}) => address}).chain(vips => fc.record({
	vips: fc.constant(vips),
	rules: fc.array(fc.record({
		vip: fc.constantFrom(...vips.map(({address}) => address)),
		protocol: fc.constantFrom('tcp' as const, 'udp' as const),
		ports: fc.array(portRange, {minLength: 1, maxLength: 3}),
		affinity: fc.constantFrom<Affinity>('client', 'connection', 'network'),
		group: fc.constantFrom('default', 'static'),
	}) as Arbitrary<Rule>, {minLength: 1, maxLength: 5}),
	seed: fc.integer({min: 0, max: 0xFF_FF_FF_FF}),
	groups: fc.constant(['default', 'static']),
})).map(parts => farmWith(parts));

const fieldsOf = (family: TableFamily): FieldName[] => (Object.keys(fieldPlaces) as FieldName[]).filter(field => {
	const place = fieldPlaces[field];
	return place.load !== 'payload' || place.families.includes(family);
});

const withBytes = (field: FieldName): Arbitrary<Bytes> => bytes(fieldPlaces[field].length);

const verdict = fc.oneof(fc.constant({kind: 'accept' as const}), fc.constant({kind: 'drop' as const}), name.map(chain => ({kind: 'goto' as const, chain})));

const hashKey = fc.constantFrom(
	[{field: 'ip saddr' as const}], [{field: 'ip6 saddr' as const}, {field: 'th sport' as const}],
	[{field: 'ip saddr' as const, mask: [255, 255, 255, 0]}], [{field: 'ip saddr' as const}, {field: 'th sport' as const}],
);

/** Any statement that a rule of the family may have. */
export const arbitraryStatement = (family: TableFamily): Arbitrary<Statement> => fc.constantFrom(...fieldsOf(family)).chain(field => fc.oneof(
	fc.record({kind: fc.constant('match' as const), field: fc.constant(field), is: fc.constantFrom('equal' as const, 'different' as const), value: withBytes(field)}),
	fc.record({kind: fc.constant('match' as const), field: fc.constant(field), mask: withBytes(field), is: fc.constantFrom('equal' as const, 'different' as const), value: withBytes(field)}),
	fc.record({kind: fc.constant('range' as const), field: fc.constant(field), from: withBytes(field), to: withBytes(field)}),
	fc.record({kind: fc.constant('member' as const), field: fc.constant(field), set: name, is: fc.constantFrom('in' as const, 'absent' as const)}),
	fc.record({kind: fc.constant('dispatch' as const), field: fc.constant(field), map: name}),
	fc.record({kind: fc.constant('count' as const), counter: name}),
	fc.record({kind: fc.constant('verdict' as const), verdict}),
	...family === 'inet' ? [fc.record({
		kind: fc.constant('hash' as const), key: hashKey, modulus: fc.integer({min: 1, max: 5000}), seed: fc.integer({min: 0, max: 0xFF_FF_FF_FF}), into: fc.constantFrom('map' as const, 'set' as const), name,
	})] : [],
	...fieldPlaces[field].load === 'ct' ? [] : [fc.record({kind: fc.constant('write' as const), field: fc.constant(field), value: withBytes(field)})],
));

export const arbitraryRule = (family: TableFamily): Arbitrary<FilterRule> => fc.array(arbitraryStatement(family), {maxLength: 5});

const chain = (family: TableFamily): Arbitrary<Chain> => fc.record({name, rules: fc.array(arbitraryRule(family), {maxLength: 3})});

const set: Arbitrary<NamedSet> = fc.record({
	name, key: fc.constantFrom('ipv4_addr' as const, 'ipv6_addr' as const, 'slot' as const), isMap: fc.boolean(), hasTimeout: fc.boolean(), elements: fc.constant('live' as const),
});

const table: Arbitrary<Table> = fc.constantFrom<TableFamily>('inet', 'arp', 'netdev').chain(family => fc.record({
	family: fc.constant(family),
	name,
	counters: fc.uniqueArray(name),
	sets: fc.uniqueArray(set, {selector: item => item.name}),
	chains: fc.uniqueArray(chain(family), {selector: item => item.name}),
}));

export const arbitraryRuleset: Arbitrary<Ruleset> = fc.uniqueArray(table, {maxLength: 4, selector: item => `${item.family} ${item.name}`}).map(tables => ({tables}));
