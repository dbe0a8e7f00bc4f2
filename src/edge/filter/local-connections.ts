/**
Counts connections whose server is a socket of this machine, through sock_diag. Layout and numbers: `include/uapi/linux/inet_diag.h`,
`inet_diag_req_v2` and `inet_diag_msg`; states of `include/net/tcp_states.h`.

The kernel looks at the state before it writes an answer, so this costs a tenth of reading the connection table, where those that have ended still wait.
*/

import type {Bytes} from '../../core/ruleset/model.js';
import type {NetlinkConnection} from '../netlink/connection.js';
import {flags} from '../netlink/message.js';

/** NETLINK_SOCK_DIAG. */
export const socketDiagnosis = 4;

/** SOCK_DIAG_BY_FAMILY. */
const byFamily = 20;
const families = [2, 10] as const;
const tcp = 6;
/** TCP_ESTABLISHED. */
const established = 1;
const requestBytes = 56;
const statesOffset = 4;
const sourceOffset = 8;
const sourceBytes = 16;

/** Established TCP sockets of this machine at one of these addresses, also those of a server that listens on IPv6 for both. */
export async function countLocal(connection: NetlinkConnection, addresses: readonly Bytes[]): Promise<number> {
	const wanted = new Set(addresses.flatMap(address => sourcesOf(Buffer.from(address))));
	let count = 0;
	for (const family of families) {
		const payload = Buffer.alloc(requestBytes);
		payload[0] = family;
		payload[1] = tcp;
		payload.writeUInt32LE(1 << established, statesOffset);
		// eslint-disable-next-line no-await-in-loop -- one socket takes one dump at a time
		const found = await connection.request({type: byFamily, flags: flags.dump, payload}, 'list sockets');
		count += found.filter(({payload: bytes}) => wanted.has(bytes.toString('latin1', sourceOffset, sourceOffset + sourceBytes))).length;
	}

	return count;
}

/** How a socket's own address may look: IPv4 with zeros behind it, or mapped into IPv6. */
function sourcesOf(address: Buffer): string[] {
	if (address.length === sourceBytes) {
		return [address.toString('latin1')];
	}

	const plain = Buffer.alloc(sourceBytes);
	plain.set(address);
	const mapped = Buffer.alloc(sourceBytes);
	mapped.fill(0xFF, 10, 12);
	mapped.set(address, 12);
	return [plain.toString('latin1'), mapped.toString('latin1')];
}
