/** The ruleset that a farm needs on one node: pure, a function of the configuration and of the node's own addresses. Which slots it accepts is not in it. */

import {addressToBytes, inNetwork} from '../model/address.js';
import type {Farm, Vip} from '../model/farm.js';
import {counterNames, tableName, type Chain, type OwnAddresses, type Ruleset, type Table} from './model.js';
import {arpChains, ndChain} from './neighbours.js';
import {nothingKept, type Kept} from './kept.js';
import {aheadChains, aheadSets} from './lease-ahead.js';
import {iptablesTables} from './iptables/stages.js';
import {silenceChains} from './silence.js';
import {stageChains, stageSets} from './stages.js';
import {isEqual, write} from './statements.js';
import {macBytes, packetForUs} from './values.js';

/** Before anything else that looks at packets of the interface. */
const ingressPriority = -500;

/** The whole ruleset of the farm on this node; `own` as `ownAddresses` finds it. */
export function desiredRuleset(farm: Farm, own: OwnAddresses, kept: Kept = nothingKept): Ruleset {
	const name = tableName(farm.name);
	const vips4 = farm.vips.filter(vip => vip.family === 4);
	const vips6 = farm.vips.filter(vip => vip.family === 6);
	const distribution: Omit<Table, 'family' | 'name'> = farm.backend === 'iptables'
		? {counters: ['leaseless'], sets: aheadSets(farm), chains: aheadChains(farm)}
		: {counters: counterNames, sets: stageSets(farm), chains: stageChains(farm, kept.ports)};
	return {
		tables: [
			{family: 'inet', name, ...distribution, chains: [...distribution.chains, ...silenceChains(farm), ...vips6.length === 0 ? [] : [ndChain(vips6, own)]]},
			...vips4.length === 0 ? [] : [{family: 'arp' as const, name, counters: [], sets: [], chains: arpChains(vips4, own)}],
			{family: 'netdev', name, counters: [], sets: [], chains: ingressChains([...farm.vips, ...kept.macs])},
			...farm.backend === 'iptables' ? iptablesTables(farm, kept.ports) : [],
		],
	};
}

/** The ruleset without the chains that hang on interfaces which are not there: the kernel takes none such, or keeps one for when the interface returns. */
export const withInterfaces = ({tables}: Ruleset, present: ReadonlySet<string>): Ruleset => ({
	tables: tables.map(table => ({...table, chains: table.chains.filter(({hook}) => hook?.device === undefined || present.has(hook.device))})),
});

/** What the farm's MAC brought here is for this host, although the NIC's own MAC is another: without it IP and TCP drop the packet. */
function ingressChains(vips: ReadonlyArray<Pick<Vip, 'interface' | 'mac'>>): Chain[] {
	return [...Map.groupBy(vips, vip => vip.interface)].map(([device, group]) => ({
		name: `ingress-${device}`,
		hook: {hook: 'ingress', priority: ingressPriority, device},
		rules: [...new Set(group.map(vip => vip.mac))].map(mac => [isEqual('ether daddr', macBytes(mac)), write('meta pkttype', [packetForUs])]),
	}));
}

/**
Of the addresses on this machine, for each VIP the one that stands in as the sender of the node's own questions: on the VIP's interface and network,
or for IPv6 link-local. The first that fits; give the configured addresses of the node first.
*/
export function ownAddresses(farm: Farm, addresses: ReadonlyArray<{readonly interface: string; readonly address: string}>): OwnAddresses {
	const vips = new Set(farm.vips.map(vip => vip.address));
	return Object.fromEntries(farm.vips.map(vip => {
		const candidates = addresses.filter(({interface: name, address}) => name === vip.interface && !vips.has(address)).map(({address}) => address);
		const onNetwork = candidates.find(address => inNetwork(addressToBytes(address), addressToBytes(vip.address), vip.prefixLength));
		const linkLocal = vip.family === 6 ? candidates.find(address => inNetwork(addressToBytes(address), addressToBytes('fe80::'), 10)) : undefined;
		return [vip.address, onNetwork ?? linkLocal];
	}));
}

/**
`ownAddresses` for a node that runs: an address that is still there goes on standing in, and where none is left, the last one does until there is another.
*/
export function keepOwnAddresses(farm: Farm, before: OwnAddresses, addresses: ReadonlyArray<{readonly interface: string; readonly address: string}>): OwnAddresses {
	const found = ownAddresses(farm, addresses);
	return Object.fromEntries(farm.vips.map(vip => {
		const last = before[vip.address];
		const isThere = addresses.some(({interface: name, address}) => name === vip.interface && address === last);
		return [vip.address, isThere ? last : found[vip.address] ?? last];
	}));
}
