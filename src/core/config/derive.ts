/** Values that every node derives alike where the configuration names none. */

import {fnv1a64} from '../hash/fnv.js';
import type {VipMode} from '../model/farm.js';

/** Unsigned 32 bits from the farm's name. */
export const deriveSeed = (farmName: string): number => Number.parseInt(fnv1a64(`seed ${farmName}`).slice(8), 16);

/**
The cluster MAC of a VIP, from the farm's name and the canonical address: locally administered, so that it is no vendor's (IEEE 802, section 8).

A group address is 03:… and not 01:00:5e:… or 33:33:…: those are the ranges that switches with IGMP or MLD snooping forward to members only, and they
stand for IP groups that nobody joins here. Others are flooded, which is what a farm needs.
*/
export function deriveMac(farmName: string, address: string, mode: VipMode): string {
	const digits = fnv1a64(`mac ${farmName} ${address}`).slice(6);
	return [mode === 'unicast' ? '02' : '03', ...digits.match(/../gu)!].join(':');
}
