/**
Counts connections in the kernel's connection table through ctnetlink. Numbers: `include/uapi/linux/netfilter/nfnetlink_conntrack.h` and
`nf_conntrack_tcp.h`.
*/

import type {Bytes} from '../../core/ruleset/model.js';
import {attribute, findAttribute, nested, u32, u8} from '../netlink/attribute.js';
import type {NetlinkConnection} from '../netlink/connection.js';
import {flags} from '../netlink/message.js';
import {header, headerBytes} from './wire.js';

/** Subsystem 1, IPCTNL_MSG_CT_GET. */
const getConnections = 0x1_01;

const attributes = {original: 1, protocolInfo: 4, filter: 25} as const;
const tupleAttributes = {ip: 1, protocol: 2} as const;
const destinationAttribute = {4: 2, 6: 4} as const;
const sourceAttribute = {4: 1, 6: 3} as const;
const protocolNumber = 1;
const tcpInfo = 1;
const tcpState = 1;
const filterOriginal = 1;

/** Bits of CTA_FILTER_ORIG_FLAGS: compare the destination address, compare the protocol. */
const filterDestination = 0x2;
const filterProtocol = 0x8;

const familyNumbers = {4: 2, 6: 10} as const;
const tcp = 6;

/** TCP_CONNTRACK_ESTABLISHED. */
const establishedState = 3;

/** Established TCP connections whose first packet was sent to one of these addresses. */
export async function countEstablished(connection: NetlinkConnection, vips: readonly Bytes[]): Promise<number> {
	const counts = await Promise.all(vips.map(async vip => countTo(connection, vip)));
	return counts.reduce((sum, count) => sum + count, 0);
}

/** What the kernel compares before it answers. Of IPv6 addresses it leaves out those that are equal (tried on 6.18), so not those. */
const filterBits = {4: filterDestination + filterProtocol, 6: filterProtocol} as const;

/** The filter spares the dump what is not for the VIP; kernels before 5.8 ignore it, so the answer is looked at all the same. */
async function countTo(connection: NetlinkConnection, vip: Bytes): Promise<number> {
	const family = vip.length === 4 ? 4 : 6;
	const destination = Buffer.from(vip);
	const payload = Buffer.concat([
		header(familyNumbers[family]),
		nested(
			attributes.original,
			nested(tupleAttributes.ip, attribute(sourceAttribute[family], Buffer.alloc(destination.length)), attribute(destinationAttribute[family], destination)),
			nested(tupleAttributes.protocol, u8(protocolNumber, tcp)),
		),
		nested(attributes.filter, u32(filterOriginal, filterBits[family])),
	]);
	const found = await connection.request({type: getConnections, flags: flags.dump, payload}, 'list connections');
	return found.filter(message => isEstablishedTo(message.payload.subarray(headerBytes), destination, family)).length;
}

/** The state first: of a busy server's connections most have ended and only wait. */
function isEstablishedTo(entry: Buffer, destination: Buffer, family: 4 | 6): boolean {
	const state = findIn(entry, attributes.protocolInfo, tcpInfo, tcpState);
	return state?.[0] === establishedState && findIn(entry, attributes.original, tupleAttributes.ip, destinationAttribute[family])?.equals(destination) === true;
}

/** The payload at the end of a path of nested attributes. */
function findIn(bytes: Buffer, ...path: readonly number[]): Buffer | undefined {
	let found: Buffer | undefined = bytes;
	for (const type of path) {
		found &&= findAttribute(found, type);
	}

	return found;
}
