/** What an address cannot be used for, by the IANA registries of special-purpose addresses (RFC 6890). */

import {inNetwork, isMapped, addressToBytes, type Address} from '../model/address.js';

const unusable: ReadonlyArray<readonly [network: string, prefixLength: number, what: string]> = [
	['0.0.0.0', 8, 'is reserved for "this network"'],
	['127.0.0.0', 8, 'is a loopback address'],
	['224.0.0.0', 4, 'is a multicast address'],
	['255.255.255.255', 32, 'is the broadcast address'],
	['240.0.0.0', 4, 'is reserved'],
	['::', 128, 'is the unspecified address'],
	['::1', 128, 'is the loopback address'],
	['ff00::', 8, 'is a multicast address'],
	['fe80::', 10, 'is a link-local address, which means something on one link only'],
];

/** Why neither a node nor a VIP can have this address; nothing when it can. */
export function unusableReason({bytes}: Address): string | undefined {
	return isMapped(bytes)
		? 'is an IPv4 address written as IPv6'
		: unusable.find(([network, prefixLength]) => inNetwork(bytes, addressToBytes(network), prefixLength))?.[2];
}
