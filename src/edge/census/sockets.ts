/**
Connections that end at a socket of this machine, through sock_diag. Layout and numbers: `include/uapi/linux/inet_diag.h`, `inet_diag_req_v2`,
`inet_diag_msg` and the bytecode; states of `include/net/tcp_states.h`.

The kernel compares state and address before it writes an answer: connections that have ended and only wait cost nothing, nor do those to other addresses.
*/

import type {AddressFamily, Vip} from '../../core/model/farm.js';
import {addressToBytes} from '../../core/model/address.js';
import {attribute} from '../netlink/attribute.js';
import type {DumpConnection} from '../netlink/dump.js';

/** NETLINK_SOCK_DIAG. */
export const socketDiagnosis = 4;

/** Called with each connection; the bytes are only lent. */
export type TakeConnection = (client: Uint8Array, clientPort: number, vip: Uint8Array, vipPort: number) => void;

/** SOCK_DIAG_BY_FAMILY. */
const byFamily = 20;
const familyNumbers = {4: 2, 6: 10} as const;
const tcp = 6;

/** TCP_ESTABLISHED, SYN_RECV, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, LAST_ACK, CLOSING: not those that are over and only wait. */
const liveStates = [1, 3, 4, 5, 8, 9, 11];
const liveBits = liveStates.reduce((bits, state) => bits | (1 << state), 0);

const requestBytes = 56;
const statesOffset = 4;

/** Of an answer: ports in network order, then both addresses in sixteen bytes each. */
const offsets = {vipPort: 4, clientPort: 6, vip: 8, client: 24} as const;
const addressBytes = {4: 4, 6: 16} as const;

/** INET_DIAG_REQ_BYTECODE; INET_DIAG_BC_JMP, INET_DIAG_BC_S_COND. */
const bytecodeAttribute = 1;
const operations = {jump: 1, source: 7} as const;
const operationBytes = 4;
const conditionBytes = 8;
const anyPort = -1;

/** Every live connection of this machine at one of the VIPs, also those of a server that listens on IPv6 for both families. */
export async function eachSocket(connection: DumpConnection, vips: readonly Vip[], take: TakeConnection): Promise<void> {
	for (const family of [4, 6] as const) {
		const size = addressBytes[family];
		const request = Buffer.alloc(requestBytes);
		request[0] = familyNumbers[family];
		request[1] = tcp;
		request.writeUInt32LE(liveBits, statesOffset);
		const payload = Buffer.concat([request, attribute(bytecodeAttribute, anyOf(vips.map(vip => atAddress(vip))))]);
		// eslint-disable-next-line no-await-in-loop -- one socket takes one dump at a time
		await connection.dump({type: byFamily, payload}, 'list sockets', (bytes, from) => {
			const address = (offset: number): Uint8Array => bytes.subarray(from + offset, from + offset + size);
			take(address(offsets.client), bytes.readUInt16BE(from + offsets.clientPort), address(offsets.vip), bytes.readUInt16BE(from + offsets.vipPort));
		});
	}
}

/** The operation that compares a socket's own address; the kernel takes an IPv4 address for the same one mapped into IPv6. */
function atAddress({address, family}: Vip): Buffer {
	const condition = Buffer.alloc(conditionBytes);
	condition[0] = familyNumbers[family satisfies AddressFamily];
	condition[1] = addressBytes[family] * 8;
	condition.writeInt32LE(anyPort, 4);
	return Buffer.concat([operation(operations.source), condition, addressToBytes(address)]);
}

const operation = (code: number): Buffer => Buffer.of(code, 0, 0, 0);

/**
The program that accepts where one of the operations holds. Each says how far to go on when it holds and when not; a program accepts at its very end and
refuses beyond it. A step has one byte, so behind each operation but the last stands a jump to the end.
*/
function anyOf(conditions: readonly Buffer[]): Buffer {
	const parts: Buffer[] = [];
	let rest = 0;
	for (const [index, condition] of conditions.toReversed().entries()) {
		const part = Buffer.from(condition);
		part[1] = part.length;
		part.writeUInt16LE(part.length + operationBytes, 2);
		const jump = operation(operations.jump);
		jump[1] = operationBytes;
		jump.writeUInt16LE(operationBytes + rest, 2);
		parts.unshift(...index === 0 ? [part] : [part, jump]);
		rest += part.length + (index === 0 ? 0 : operationBytes);
	}

	return Buffer.concat(parts);
}
