/**
What a node says about a VIP to its neighbours, by ARP and by ND: always the cluster MAC, only on the VIP's own interface, and never as the sender of
a question of its own, from which a client would learn the NIC's MAC and leave the farm (design, section 3.1).
*/

import type {Vip} from '../model/farm.js';
import {arrivesElsewhere, drop, isDifferent, isEqual, isFamily, isIcmp, leavesElsewhere, write} from './statements.js';
import {addressBytes, arpOperations, macBytes, neighbourOptions, neighbourTypes, u16} from './values.js';
import type {Chain, FilterRule, OwnAddresses} from './model.js';

/** Sender of an ARP probe (RFC 5227, section 1.1): who is asked answers, and nobody learns anything from it. */
const nobody4 = [0, 0, 0, 0] as const;

export function arpChains(vips: readonly Vip[], own: OwnAddresses): Chain[] {
	return [
		{name: 'input', hook: {hook: 'input', priority: 0}, rules: vips.map(vip => [arrivesElsewhere(vip.interface), isEqual('arp daddr ip', addressBytes(vip.address)), drop])},
		{name: 'output', hook: {hook: 'output', priority: 0}, rules: vips.flatMap(vip => arpOutput(vip, own[vip.address]))},
	];
}

/** Questions first: once their sender is another address, the rules behind no longer mean them. An announcement asks for the VIP itself and keeps it. */
function arpOutput(vip: Vip, own: string | undefined): FilterRule[] {
	const address = addressBytes(vip.address);
	const isFromVip = isEqual('arp saddr ip', address);
	const asks = [isEqual('arp operation', u16(arpOperations.request)), isFromVip, isDifferent('arp daddr ip', address)];
	return [
		[leavesElsewhere(vip.interface), ...asks, write('arp saddr ip', nobody4)],
		[leavesElsewhere(vip.interface), isFromVip, drop],
		...own === undefined ? [] : [[...asks, write('arp saddr ip', addressBytes(own))]],
		[isFromVip, write('arp saddr ether', macBytes(vip.mac))],
	];
}

export function ndChain(vips: readonly Vip[], own: OwnAddresses): Chain {
	return {name: 'output', hook: {hook: 'output', priority: 0}, rules: vips.flatMap(vip => ndOutput(vip, own[vip.address]))};
}

function ndOutput(vip: Vip, own: string | undefined): FilterRule[] {
	const address = addressBytes(vip.address);
	const option = (type: number): FilterRule => [isEqual('nd option', [type]), write('nd address', macBytes(vip.mac))];
	const advert = [isFamily(6), ...isIcmp(6, neighbourTypes.advert), isEqual('nd target', address)];
	const solicit = [isFamily(6), ...isIcmp(6, neighbourTypes.solicit), isEqual('ip6 saddr', address)];
	return [
		[...advert, leavesElsewhere(vip.interface), drop],
		[...advert, ...option(neighbourOptions.targetAddress)],
		[...solicit, ...own === undefined ? option(neighbourOptions.sourceAddress) : [write('ip6 saddr', addressBytes(own))]],
	];
}
