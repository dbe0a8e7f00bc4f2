/**
Connections to a VIP that the kernel hands on to another address, such as a container's: no socket of this machine has them, its connection table does.
Numbers: `include/uapi/linux/netfilter/nfnetlink_conntrack.h`, `nf_conntrack_common.h` and `nf_conntrack_tcp.h`.
*/

import {findAttribute, u32be} from '../netlink/attribute.js';
import type {AddressFamily} from '../../core/model/farm.js';
import type {DumpConnection} from '../netlink/dump.js';
import type {TakeConnection} from './sockets.js';

/** Subsystem 1, IPCTNL_MSG_CT_GET. */
const getConnections = 0x1_01;
/** `struct nfgenmsg`. */
const familyBytes = 4;
const familyNumbers = {4: 2, 6: 10} as const;

/** CTA_TUPLE_ORIG, CTA_STATUS, CTA_PROTOINFO, CTA_STATUS_MASK and what is in them. */
const attributes = {original: 1, status: 3, protocolInfo: 4, statusMask: 26} as const;
const tuple = {ip: 1, protocol: 2} as const;
const addresses = {4: {source: 1, destination: 2}, 6: {source: 3, destination: 4}} as const;
const ports = {source: 2, destination: 3} as const;
const tcpInfo = 1;
const tcpState = 1;

/** IPS_DST_NAT. */
const isTranslated = 0x20;

/** TCP_CONNTRACK_SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK. */
const liveStates = new Set([2, 3, 4, 5, 6]);

/** Every live TCP connection whose first packet was sent to an address that it was not delivered to; whether that is a VIP is for `take` to see. */
export async function eachTranslated(connection: DumpConnection, take: TakeConnection): Promise<void> {
	await connection.dump({type: getConnections, payload: question}, 'list connections', (bytes, from, to) => {
		takeEntry(bytes.subarray(from + familyBytes, to), bytes[from] === familyNumbers[4] ? 4 : 6, take);
	});
}

/** Of both families at once, for the kernel walks its whole table. It compares the status before it answers, since 5.17; older ones list everything, so the answers are looked at all the same. */
const question = Buffer.concat([Buffer.alloc(familyBytes), u32be(attributes.status, isTranslated), u32be(attributes.statusMask, isTranslated)]);

function takeEntry(entry: Buffer, family: AddressFamily, take: TakeConnection): void {
	const status = findAttribute(entry, attributes.status);
	const state = findIn(entry, attributes.protocolInfo, tcpInfo, tcpState);
	if (status === undefined || (status.readUInt32BE(0) & isTranslated) === 0 || state === undefined || !liveStates.has(state[0]!)) {
		return;
	}

	const original = findAttribute(entry, attributes.original)!;
	const {source, destination} = addresses[family];
	const [client, vip] = [findIn(original, tuple.ip, source), findIn(original, tuple.ip, destination)];
	const [clientPort, vipPort] = [findIn(original, tuple.protocol, ports.source), findIn(original, tuple.protocol, ports.destination)];
	if (client !== undefined && vip !== undefined && clientPort !== undefined && vipPort !== undefined) {
		take(client, clientPort.readUInt16BE(0), vip, vipPort.readUInt16BE(0));
	}
}

/** The payload at the end of a path of nested attributes. */
function findIn(bytes: Buffer, ...path: readonly number[]): Buffer | undefined {
	let found: Buffer | undefined = bytes;
	for (const type of path) {
		found &&= findAttribute(found, type);
	}

	return found;
}
