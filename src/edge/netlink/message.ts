/**
Netlink messages: encode to bytes, decode from bytes. Layout: `include/uapi/linux/netlink.h`, `struct nlmsghdr`.

	 0           4      6      8           12          16
	+-----------+------+------+-----------+-----------+------ - -
	| length    | type | flags| sequence  | port      | payload
	+-----------+------+------+-----------+-----------+------ - -
*/

import {getSystemErrorName} from 'node:util';

export const headerBytes = 16;
const portOffset = 12;

export const flags = {
	request: 0x1,
	multi: 0x2,
	ack: 0x4,
	dumpInterrupted: 0x10,
	dump: 0x3_00,
	replace: 0x1_00,
	exclusive: 0x2_00,
	create: 0x4_00,
	append: 0x8_00,
} as const;

/** NLMSG_ERROR, which is also an acknowledgement, and NLMSG_DONE. */
export const messageTypes = {error: 2, done: 3} as const;

export type NetlinkRequest = {
	readonly type: number;
	/** Without `request`, which is always set. */
	readonly flags?: number;
	readonly payload: Uint8Array;
};

export type NetlinkMessage = {
	readonly type: number;
	readonly flags: number;
	readonly sequence: number;
	/** Of a notice: the socket that made the change, 0 for the kernel itself. */
	readonly port: number;
	readonly payload: Buffer;
};

const align = (length: number): number => (length + 3) & ~3;

/** The messages one after another, numbered from `sequence` on. */
export function encodeMessages(requests: readonly NetlinkRequest[], sequence: number): Buffer {
	let total = 0;
	for (const {payload} of requests) {
		total += align(headerBytes + payload.length);
	}

	const bytes = Buffer.alloc(total);
	let offset = 0;
	for (const [index, {type, flags: extra = 0, payload}] of requests.entries()) {
		const length = headerBytes + payload.length;
		bytes.writeUInt32LE(length, offset);
		bytes.writeUInt16LE(type, offset + 4);
		bytes.writeUInt16LE(flags.request | extra, offset + 6);
		bytes.writeUInt32LE(sequence + index, offset + 8);
		bytes.set(payload, offset + headerBytes);
		offset += align(length);
	}

	return bytes;
}

/** The port of a datagram's first message. The notices in one datagram are of one transaction, so it is the port of all. */
export const firstPort = (bytes: Buffer): number => bytes.length < headerBytes ? 0 : bytes.readUInt32LE(portOffset);

/** Every message of one datagram from the kernel. */
export function decodeMessages(bytes: Buffer): NetlinkMessage[] {
	const found: NetlinkMessage[] = [];
	for (let offset = 0; offset + headerBytes <= bytes.length;) {
		const length = bytes.readUInt32LE(offset);
		if (length < headerBytes || offset + length > bytes.length) {
			break;
		}

		found.push({
			type: bytes.readUInt16LE(offset + 4),
			flags: bytes.readUInt16LE(offset + 6),
			sequence: bytes.readUInt32LE(offset + 8),
			port: bytes.readUInt32LE(offset + portOffset),
			payload: bytes.subarray(offset + headerBytes, offset + length),
		});
		offset += align(length);
	}

	return found;
}

export const isDone = (message: NetlinkMessage): boolean => message.type === messageTypes.done;

/** The errno name of an error message, `''` for an acknowledgement, `undefined` for any other message. */
export function errnoOf(message: NetlinkMessage): string | undefined {
	if (message.type !== messageTypes.error) {
		return undefined;
	}

	const code = message.payload.readInt32LE(0);
	return code === 0 ? '' : errnoName(code);
}

/** The name of a negative errno. Numbers that the C library has no name for, such as the kernel's own 524, stay numbers. */
export function errnoName(code: number): string {
	try {
		const name = getSystemErrorName(code);
		return name.startsWith('E') ? name : `errno ${-code}`;
	} catch {
		return `errno ${-code}`;
	}
}
