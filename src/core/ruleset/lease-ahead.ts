/**
The lease alone, in nftables ahead of iptables' tables: without it no packet for a VIP comes as far as they are. What it must let pass is what stage 1 of
the nft back end lets pass without a lease.

	prerouting -301   lease -> vip-ADDRESS -> drop
*/

import type {Farm, Vip} from '../model/farm.js';
import type {Chain, NamedSet} from './model.js';
import {leaseChain, vipChain} from './names.js';
import {dispatchRules, familiesOf, leaseRules, leaseSets, stage1Priority} from './stages.js';

/** iptables' own tables come at the priorities of the two stages. */
const aheadPriority = stage1Priority - 1;

export const aheadSets = (farm: Farm): NamedSet[] => familiesOf(farm).flatMap(family => leaseSets(farm, family));

export const aheadChains = (farm: Farm): Chain[] => [
	{name: leaseChain, hook: {hook: 'prerouting', priority: aheadPriority}, rules: dispatchRules(farm)},
	...farm.vips.map((vip: Vip) => ({name: vipChain(vip), rules: leaseRules(vip)})),
];
