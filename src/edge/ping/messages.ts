/**
Echo requests and replies, ICMP (RFC 792) and ICMPv6 (RFC 4443, section 4).

	 0        8        16      31
	+--------+--------+---------+
	| type   |   0    | checksum|
	+--------+--------+---------+
	| identifier      | sequence|
	+-----------------+---------+
	| payload ...

A reply repeats everything behind the checksum. The payload is random, so that only who saw the request can make its reply.
*/

import type {AddressFamily} from '../../core/model/farm.js';
import {internetChecksum} from '../snooping/messages.js';

const types = {4: {request: 8, reply: 0}, 6: {request: 128, reply: 129}} as const;

const headerBytes = 8;

/** Random bytes in a request. */
export const payloadBytes = 16;

export type Echo = {
	readonly identifier: number;
	readonly sequence: number;
	readonly payload: Uint8Array;
};

/** The request. In IPv4 with its checksum, in IPv6 with none: the kernel fills it in (RFC 3542, section 3.1). */
export function encodeRequest(family: AddressFamily, {identifier, sequence, payload}: Echo): Uint8Array {
	const bytes = new Uint8Array(headerBytes + payload.length);
	const view = new DataView(bytes.buffer);
	bytes[0] = types[family].request;
	view.setUint16(4, identifier);
	view.setUint16(6, sequence);
	bytes.set(payload, headerBytes);
	if (family === 4) {
		view.setUint16(2, internetChecksum(bytes));
	}

	return bytes;
}

/** Whether what a raw socket received (in IPv4 with its IP header) is the reply to this request, whole and to the last bit. The kernel has checked the checksum of ICMPv6; that of ICMP is checked here. */
export function isReplyTo(family: AddressFamily, echo: Echo, received: Uint8Array): boolean {
	const message = family === 4 ? received.subarray(4 * ((received[0] ?? 0) % 16)) : received;
	if (message.length !== headerBytes + echo.payload.length || message[0] !== types[family].reply || message[1] !== 0) {
		return false;
	}

	const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
	return view.getUint16(4) === echo.identifier && view.getUint16(6) === echo.sequence
		&& echo.payload.every((byte, index) => byte === message[headerBytes + index])
		&& (family === 6 || internetChecksum(message) === 0);
}
