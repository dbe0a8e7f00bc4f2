/**
The two stages of the distribution (core/ruleset/stages.ts) as chains of iptables and ip6tables.

	raw PREROUTING     -> stage1 -> vipN -> sN-AFFINITY: HMARK -> slotsN -> owned | retained | leaving | arriving | foreign
	mangle PREROUTING  -> stage2 -> connN -> uN-AFFINITY: HMARK -> resetN -> answer | unknown

To be let through is RETURN: behind our jump the packet goes on through everyone else's rules. HMARK overwrites the whole mark of the packet, so within our
chains the mark is the slot, and what they let through leaves them with the mark 0.

A gate is a list of xt_recent, whose file in /proc takes and loses the VIPs without a program: while the packet's VIP stands in it, what is behind the gate
is owned.

Each end that is counted is a chain of its own, which is never written again, so that its counters stay when slots change.
*/

import {networkAffinityPrefix} from '../../hash/jhash.js';
import type {Ports} from '../../change/compatibility.js';
import type {AddressFamily, Affinity, Farm, PortRange, Rule, Vip} from '../../model/farm.js';
import {slotsCount} from '../../model/slot-set.js';
import {gates, type Chain, type CounterName, type Table} from '../model.js';
import {echoRequestType, errorTypes, neighbourTypes} from '../values.js';
import {chainPrefix, connectionPart, entryChains, gateList, hookedChain, resettablePart, sharePart, slotsPart, unknownPart, vipPart, type IptablesTableName} from './names.js';

/** Where each counter of the farm stands: a table, the chain's part of the name, and the rule that counts, from 0; `leaseless` is counted before. */
export const countingRules: Readonly<Record<Exclude<CounterName, 'leaseless'>, ReadonlyArray<{readonly table: IptablesTableName; readonly part: string; readonly index: number}>>> = {
	accepted: [{table: 'raw', part: 'owned', index: 0}, {table: 'raw', part: 'retained', index: 2}, ...gates.map(gate => ({table: 'raw', part: gate, index: 3} as const))],
	foreign: [{table: 'raw', part: 'foreign', index: 0}],
	unnamed: [{table: 'raw', part: 'unnamed', index: 0}],
	unknown: [{table: 'mangle', part: 'unknown', index: 0}],
};

/** The tables of both stages, for each family of which the farm has a VIP. */
export const iptablesTables = (farm: Farm, kept: readonly Ports[] = []): Table[] => ([4, 6] as const)
	.filter(family => farm.vips.some(vip => vip.family === family))
	.flatMap(family => familyTables(farm, family, kept));

/** The VIPs that these tables are for. */
export const vipsOf = (tables: readonly Table[]): string[] => tables.filter(({name}) => name === 'raw')
	.flatMap(({chains}) => chains.find(({name}) => name.endsWith(`/${entryChains.raw}`))?.rules ?? [])
	.flatMap(([statement]) => statement?.kind === 'iptables' ? /^-d (?<address>[^/]+)\//u.exec(statement.text)?.groups?.address ?? [] : []);

type Parts = {readonly kept: readonly Ports[]; readonly farm: Farm; readonly family: AddressFamily; readonly prefix: string; readonly vips: ReadonlyArray<{readonly vip: Vip; readonly position: number}>};

function familyTables(farm: Farm, family: AddressFamily, kept: readonly Ports[]): Table[] {
	const parts: Parts = {
		farm, family, kept, prefix: chainPrefix(farm.name),
		vips: farm.vips.map((vip, position) => ({vip, position})).filter(({vip}) => vip.family === family),
	};
	const table = (name: IptablesTableName, chains: ReadonlyArray<readonly [part: string, rules: readonly string[]]>): Table => ({
		family: family === 4 ? 'ip' : 'ip6', name, counters: [], sets: [],
		chains: [chain(hookedChain, [`-j ${parts.prefix}${entryChains[name]}`]), ...chains.map(([part, rules]) => chain(`${parts.prefix}${part}`, rules))],
	});
	return [table('raw', stage1(parts)), table('mangle', stage2(parts))];
}

const chain = (name: string, rules: readonly string[]): Chain => ({name, rules: rules.map(text => [{kind: 'iptables', text}])});

type Chains = ReadonlyArray<readonly [part: string, rules: readonly string[]]>;

const unmark = '-j MARK --set-xmark 0x0/0xffffffff';
const isSyn = '-p tcp -m tcp --tcp-flags SYN,ACK SYN';
const isLocal = '-i lo';
const wholeMask = {4: '255.255.255.255', 6: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'} as const;

function stage1({farm, family, kept, prefix, vips}: Parts): Chains {
	const goTo = (part: string): string => `-g ${prefix}${part}`;
	const echo: Way = {affinity: 'client', group: 0};
	const ways = [echo, ...waysOf(farm, rulesFor(farm, vips)).filter(({affinity, group}) => affinity !== echo.affinity || group !== echo.group)];
	const neighbours = family === 6 ? [neighbourTypes.solicit, neighbourTypes.advert] : [];
	const retained = [`${isSyn} ${goTo('foreign')}`, `! -p tcp ${goTo('foreign')}`, unmark];
	return [
		[entryChains.raw, vips.map(({vip, position}) => `-d ${hostAddress(vip)} ${goTo(vipPart(position))}`)],
		...vips.map(({vip, position}) => [vipPart(position), [
			`${isLocal} -j RETURN`,
			...keptOf(kept, vip).map(range => `-p tcp -m tcp --dport ${portText(range)} ! --tcp-flags SYN,ACK SYN ${goTo('retained')}`),
			...rulesOf(farm, vip).flatMap(rule => portRules(rule, goTo(sharePart(rule.affinity, groupOf(farm, rule))))),
			...[...neighbours, ...errorTypes[family]].map(type => `${isIcmp(family, type)} -j RETURN`),
			`${isIcmp(family, echoRequestType[family])} ${goTo(sharePart(echo.affinity, echo.group))}`,
			goTo('unnamed'),
		]] as const),
		...ways.map(({affinity, group}) => [sharePart(affinity, group), [hash(affinity, family, farm.seed), goTo(slotsPart(group))]] as const),
		...farm.groups.map((_, group) => [slotsPart(group), []] as const),
		['owned', [unmark]],
		['retained', retained],
		...gates.map(gate => [gate, [`-m recent --rcheck --name ${gateList(farm.name, gate)} --mask ${wholeMask[family]} --rdest ${goTo('owned')}`, ...retained]] as const),
		['foreign', ['-j DROP']],
		['unnamed', ['-j DROP']],
	];
}

function stage2({farm, family, kept, prefix, vips}: Parts): Chains {
	const goTo = (part: string): string => `-g ${prefix}${part}`;
	const ways = waysOf(farm, rulesFor(farm, vips).filter(rule => rule.protocol === 'tcp'));
	return [
		[entryChains.mangle, vips.map(({vip, position}) => `-d ${hostAddress(vip)} ${goTo(connectionPart(position))}`)],
		...vips.map(({vip, position}) => [connectionPart(position), [
			`${isLocal} -j RETURN`,
			`${isSyn} -j RETURN`,
			'-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN',
			...errorTypes[family].map(type => `${isIcmp(family, type)} ${goTo('unknown')}`),
			...keptOf(kept, vip).map(range => `-p tcp -m tcp --dport ${portText(range)} ${goTo('unknown')}`),
			...rulesOf(farm, vip).filter(rule => rule.protocol === 'tcp').flatMap(rule => portRules(rule, goTo(unknownPart(rule.affinity, groupOf(farm, rule))))),
		]] as const),
		...ways.map(({affinity, group}) => [unknownPart(affinity, group), [hash(affinity, family, farm.seed), goTo(resettablePart(group))]] as const),
		...farm.groups.map((_, group) => [resettablePart(group), []] as const),
		['answer', [unmark]],
		['unknown', ['-j DROP']],
	];
}

const keptOf = (kept: readonly Ports[], {address}: Vip): PortRange[] => kept.filter(({vip}) => vip === address).flatMap(({ports}) => ports);

/** A hash and the slots of a group that rules share. */
type Way = {readonly affinity: Affinity; readonly group: number};

const groupOf = ({groups}: Farm, rule: Rule): number => groups.findIndex(({name}) => name === rule.group);

const waysOf = (farm: Farm, rules: readonly Rule[]): Way[] => farm.groups.flatMap((_, group) => (['client', 'connection', 'network'] as const).map(affinity => ({affinity, group})))
	.filter(way => rules.some(rule => rule.affinity === way.affinity && groupOf(farm, rule) === way.group));

const rulesOf = (farm: Farm, vip: Vip): Rule[] => farm.rules.filter(rule => rule.vip === vip.address);

const rulesFor = (farm: Farm, vips: Parts['vips']): Rule[] => vips.flatMap(({vip}) => rulesOf(farm, vip));

const hostAddress = ({address, family}: Vip): string => `${address}/${family === 4 ? 32 : 128}`;

const isIcmp = (family: AddressFamily, type: number): string => family === 4 ? `-p icmp -m icmp --icmp-type ${type}` : `-p ipv6-icmp -m icmp6 --icmpv6-type ${type}`;

const portRules = ({protocol, ports}: Rule, then: string): string[] => ports.map(range => `-p ${protocol} -m ${protocol} --dport ${portText(range)} ${then}`);

const portText = ({from, to}: PortRange): string => from === to ? String(from) : `${from}:${to}`;

/** What `hmarkSlotOfClient` computes; in the words in which iptables-save prints it. */
function hash(affinity: Affinity, family: AddressFamily, seed: number): string {
	const prefix = affinity === 'network' ? networkAffinityPrefix[family] : (family === 4 ? 32 : 128);
	const port = affinity === 'connection' ? ' --hmark-sport-mask 0xffff' : '';
	return `-j HMARK --hmark-src-prefix ${prefix}${port} --hmark-rnd 0x${seed.toString(16).padStart(8, '0')} --hmark-mod ${slotsCount} --hmark-offset 0`;
}
