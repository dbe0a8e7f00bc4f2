
/**
The messages of multicast router discovery (RFC 4286), which make a switch that snoops send all multicast frames to the port they came in by.

	advertisement                          termination
	 0        8        16      31           0        8        16      31
	+--------+--------+---------+          +--------+--------+---------+
	| type   |seconds | checksum|          | type   |   0    | checksum|
	+--------+--------+---------+          +--------+--------+---------+
	| query interval  |robustness|
	+-----------------+---------+

IPv4 sends them as IGMP, IPv6 as ICMPv6. Query interval and robustness are zero: we run no IGMP or MLD querier (section 3.1).
*/

import type {AddressFamily} from '../../core/model/farm.js';

export type DiscoveryMessage = 'advertisement' | 'termination';

/** Section 7 of RFC 4286, in IPv4 in IGMP's numbers, in IPv6 in ICMPv6's. */
export const discoveryTypes = {
	4: {advertisement: 0x30, termination: 0x32},
	6: {advertisement: 151, termination: 153},
} as const;

/** All-Snoopers, section 5. */
export const allSnoopers = {4: '224.0.0.106', 6: 'ff02::6a'} as const;

/**
The bytes of the message. In IPv4 with its checksum (RFC 1071, over the message alone); in IPv6 with none, since the kernel fills in that of every
ICMPv6 message (RFC 3542, section 3.1) from a pseudo-header that only it knows.
*/
export function encodeDiscovery(message: DiscoveryMessage, family: AddressFamily, intervalSeconds: number): Uint8Array {
	const bytes = new Uint8Array(message === 'advertisement' ? 8 : 4);
	bytes[0] = discoveryTypes[family][message];
	bytes[1] = message === 'advertisement' ? intervalSeconds : 0;
	if (family === 4) {
		const sum = internetChecksum(bytes);
		bytes[2] = sum >>> 8;
		bytes[3] = sum & 0xFF;
	}

	return bytes;
}

/** One's complement of the one's complement sum of all 16-bit words (RFC 1071). Zero for a message that contains its own checksum. */
export function internetChecksum(bytes: Uint8Array): number {
	let sum = 0;
	for (const [index, byte] of bytes.entries()) {
		sum += index % 2 === 0 ? byte << 8 : byte;
	}

	while (sum > 0xFF_FF) {
		sum = (sum & 0xFF_FF) + (sum >>> 16);
	}

	return ~sum & 0xFF_FF;
}
