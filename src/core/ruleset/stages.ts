/**
The two stages that decide on a packet for a VIP (design, sections 3.2 and 3.3).

	prerouting -300   stage1 -> vip-ADDRESS -> AFFINITY[-GROUP] -> owned | retained | drop      before conntrack: a foreign packet leaves no trace
	                                              -> leaving | arriving -> one of these  a slot about to change hands: owned while its gate is open
	prerouting -150   stage2 -> connection-ADDRESS -> unknown-AFFINITY[-GROUP]                  after it: an established connection goes on

What this machine sends to its own VIP stays on it: a check of the application through the VIP asks this node, whoever owns its slot.

A SYN is decided by stage 1 alone. Stage 2 also has to be there for farms without TCP: its `ct state` is what makes the kernel put fragments together
before stage 1 reads ports.
*/

import type {Ports} from '../change/compatibility.js';
import type {AddressFamily, Affinity, Farm, PortRange, Rule, Vip} from '../model/farm.js';
import {defaultGroupName} from '../model/group.js';
import {slotsCount} from '../model/slot-set.js';
import {connectionChain, connectionsMap, leaseSet, shareChain, slotSetsOf, unknownChain, vipChain, vipsMap} from './names.js';
import {hashInto} from './share.js';
import {accept, count, drop, goTo, isFamily, isIcmp, isLocal, isPort, isProtocol} from './statements.js';
import {addressBytes, connectionStates, echoRequestType, errorTypes, neighbourTypes, tcpFlags, u32} from './values.js';
import {gates, type Chain, type FieldName, type FilterRule, type Gate, type NamedSet, type Statement} from './model.js';

export const stage1Priority = -300;
export const stage2Priority = -150;

/** Room beyond the slots themselves: one transaction deletes and adds, and the kernel counts both until it ends. */
const slotElementsMax = 2 * slotsCount;

const isSyn: Statement = {kind: 'match', field: 'tcp flags', mask: [tcpFlags.syn | tcpFlags.ack], is: 'equal', value: [tcpFlags.syn]}; // eslint-disable-line no-bitwise
const isNoSyn: Statement = {...isSyn, is: 'different'};
const isKnown: Statement = {kind: 'match', field: 'ct state', mask: u32(connectionStates.established + connectionStates.related), is: 'different', value: u32(0)};

const destination = (family: AddressFamily): FieldName => family === 4 ? 'ip daddr' : 'ip6 daddr';

export const familiesOf = (farm: Farm): AddressFamily[] => ([4, 6] as const).filter(family => farm.vips.some(vip => vip.family === family));

const rulesOf = (farm: Farm, vip: Vip): Rule[] => farm.rules.filter(rule => rule.vip === vip.address);

export function stageSets(farm: Farm): NamedSet[] {
	return [
		...familiesOf(farm).flatMap(family => familySets(farm, family)),
		...farm.groups.map(({name}) => slotSetsOf(name)).flatMap(({slots, resettable}): NamedSet[] => [
			{name: slots, key: 'slot', isMap: true, hasTimeout: false, size: slotElementsMax, elements: 'live'},
			{name: resettable, key: 'slot', isMap: false, hasTimeout: false, size: slotElementsMax, elements: 'live'},
		]),
		...gates.map((gate): NamedSet => ({name: gate, key: 'nf_proto', isMap: true, hasTimeout: false, elements: 'live'})),
	];
}

const familySets = (farm: Farm, family: AddressFamily): NamedSet[] => [...leaseSets(farm, family), dispatchMap(farm, family, connectionsMap(family), connectionChain)];

/** The leases of a family, and the VIPs that need one. */
export const leaseSets = (farm: Farm, family: AddressFamily): NamedSet[] => [
	{name: leaseSet(family), key: keyOf(family), isMap: false, hasTimeout: true, elements: 'live'},
	dispatchMap(farm, family, vipsMap(family), vipChain),
];

const keyOf = (family: AddressFamily): 'ipv4_addr' | 'ipv6_addr' => family === 4 ? 'ipv4_addr' : 'ipv6_addr';

const dispatchMap = (farm: Farm, family: AddressFamily, name: string, chainOf: (vip: Vip) => string): NamedSet => ({
	name, key: keyOf(family), isMap: true, hasTimeout: false,
	elements: farm.vips.filter(vip => vip.family === family).map(vip => ({key: addressBytes(vip.address), verdict: {kind: 'goto', chain: chainOf(vip)}})),
});

/** `kept`: ports of the configuration before, whose established connections go on. */
export function stageChains(farm: Farm, kept: readonly Ports[] = []): Chain[] {
	const families = familiesOf(farm);
	return [
		{name: 'stage1', hook: {hook: 'prerouting', priority: stage1Priority}, rules: dispatchRules(farm)},
		...farm.vips.map(vip => ({name: vipChain(vip), rules: vipRules(vip, rulesOf(farm, vip), keptOf(kept, vip))})),
		...families.flatMap(family => shareChains(farm, family)),
		{name: 'owned', rules: [[count('accepted'), accept]]},
		{name: 'retained', rules: retainedRules},
		...gates.map(gate => ({name: gate, rules: [throughGate(gate), ...retainedRules]})),
		{name: 'stage2', hook: {hook: 'prerouting', priority: stage2Priority}, rules: [[isKnown, accept], ...dispatchRules(farm, connectionsMap)]},
		...farm.vips.map(vip => ({name: connectionChain(vip), rules: connectionRules(vip, rulesOf(farm, vip), keptOf(kept, vip))})),
		...families.flatMap(family => unknownChains(farm, family)),
	];
}

/** Goes to the chain of the VIP that the packet is for. */
export const dispatchRules = (farm: Farm, mapName: (family: AddressFamily) => string = vipsMap): FilterRule[] =>
	familiesOf(farm).map(family => [isFamily(family), {kind: 'dispatch', field: destination(family), map: mapName(family)}]);

/** What needs no lease passes; without one all else ends here. */
export function leaseRules({family}: Vip): FilterRule[] {
	const neighbours = family === 6 ? [neighbourTypes.solicit, neighbourTypes.advert] : [];
	return [
		[isLocal, accept],
		...neighbours.map(type => [...isIcmp(family, type), accept]),
		[isFamily(family), {kind: 'member', field: destination(family), set: leaseSet(family), is: 'absent'}, count('leaseless'), drop],
	];
}

const keptOf = (kept: readonly Ports[], {address}: Vip): PortRange[] => kept.filter(({vip}) => vip === address).flatMap(({ports}) => ports);

function vipRules(vip: Vip, rules: readonly Rule[], kept: readonly PortRange[]): FilterRule[] {
	const {family} = vip;
	return [
		...leaseRules(vip),
		...kept.map((range): FilterRule => [isProtocol('tcp'), isPort('th dport', range), isNoSyn, goTo('retained')]),
		// First what there is most of: each rule that a packet passes costs it ten nanoseconds or more.
		...rules.flatMap(rule => portRules(rule, goTo(shareChain(rule.affinity, family, rule.group)))),
		...errorTypes[family].map(type => [...isIcmp(family, type), accept]),
		[...isIcmp(family, echoRequestType[family]), goTo(shareChain('client', family, defaultGroupName))],
		[count('unnamed'), drop],
	];
}

const portRules = (rule: Rule, then: Statement): FilterRule[] => rule.ports.map(range => [isProtocol(rule.protocol), isPort('th dport', range), then]);

/** A hash and a slot table that rules share. */
type Way = {readonly affinity: Affinity; readonly group: string};

function waysOf(farm: Farm, family: AddressFamily, rulesFilter: (rule: Rule) => boolean): Way[] {
	const addresses = new Set(farm.vips.filter(vip => vip.family === family).map(vip => vip.address));
	const used = farm.rules.filter(rule => addresses.has(rule.vip) && rulesFilter(rule));
	return farm.groups.flatMap(({name: group}) => (['client', 'connection', 'network'] as const).map(affinity => ({affinity, group})))
		.filter(way => used.some(rule => rule.affinity === way.affinity && rule.group === way.group));
}

/** Echo requests go by `client` in the default group, so that chain is always there. */
function shareChains(farm: Farm, family: AddressFamily): Chain[] {
	const echo: Way = {affinity: 'client', group: defaultGroupName};
	const others = waysOf(farm, family, () => true).filter(({affinity, group}) => affinity !== echo.affinity || group !== echo.group);
	return [echo, ...others].map(({affinity, group}) => ({
		name: shareChain(affinity, family, group),
		rules: [[isFamily(family), hashInto('map', slotSetsOf(group).slots, {affinity, family, seed: farm.seed})], [count('foreign'), drop]],
	}));
}

/** To `owned` while the gate is open. */
const throughGate = (gate: Gate): FilterRule => [{kind: 'dispatch', field: 'meta nfproto', map: gate}];

/** Connections that are being finished: no new one, and nothing that conntrack does not know by its own handshake. */
const retainedRules: FilterRule[] = [
	[isProtocol('tcp'), isSyn, count('foreign'), drop],
	[isProtocol('tcp'), count('accepted'), accept],
	[count('foreign'), drop],
];

function connectionRules(vip: Vip, rules: readonly Rule[], kept: readonly PortRange[]): FilterRule[] {
	const {family} = vip;
	return [
		[isLocal, accept],
		[isProtocol('tcp'), isSyn, accept],
		...errorTypes[family].map(type => [...isIcmp(family, type), count('unknown'), drop]),
		...kept.map((range): FilterRule => [isProtocol('tcp'), isPort('th dport', range), count('unknown'), drop]),
		...rules.filter(rule => rule.protocol === 'tcp').flatMap(rule => portRules(rule, goTo(unknownChain(rule.affinity, family, rule.group)))),
		[accept],
	];
}

/** Where no live node retains the slot the stack itself answers with a reset; elsewhere silence leaves the packet to the node that does. */
function unknownChains(farm: Farm, family: AddressFamily): Chain[] {
	return waysOf(farm, family, rule => rule.protocol === 'tcp').map(({affinity, group}) => ({
		name: unknownChain(affinity, family, group),
		rules: [[isFamily(family), hashInto('set', slotSetsOf(group).resettable, {affinity, family, seed: farm.seed}), accept], [count('unknown'), drop]],
	}));
}
