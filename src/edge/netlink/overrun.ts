/**
Netlink sockets that are told more than they can hold: a blocklist of some hundred thousand elements is loaded, or this process did not run for a while.

The kernel then marks the socket with an error, and the package that reads it does not survive that: it ends the whole process. So the kernel is asked not to
mark ours (`NETLINK_NO_ENOBUFS` of `linux/netlink.h`), and how much was lost is read from the socket's own count (`SO_MEMINFO`, `linux/sock_diag.h`).
*/

import {Buffer} from 'node:buffer';
import {readdirSync} from 'node:fs';
import {endianness} from 'node:os';
import {loadLibc, type NativeCall} from '../native/libc.js';

const isLittle = endianness() === 'LE';

const familyOfNetlink = 16;
const solSocket = 1;
const solNetlink = 270;
const soProtocol = 38;
const soMemoryInfo = 55;
const noOverrunErrors = 5;

/** The ninth of nine words is the count of what was lost. */
const memoryInfo = {bytes: 36, losses: 32};

/** `struct sockaddr_nl`. */
const addressBytes = 12;
const portOffset = 4;

/** Whether more was lost since it was asked last. */
export type LossCheck = () => boolean;

type Calls = Readonly<Record<'address' | 'option' | 'setOption', NativeCall>>;

type SocketName = {readonly protocol: number; readonly port: number};

/** No netlink socket that this process has now is marked any more. Resolves with the losses of the one of that name, or with undefined where it cannot be had. */
export async function endureOverruns(name: SocketName): Promise<LossCheck | undefined> {
	const declare = await loadLibc('enduring more notices than a socket holds', 'do without').catch(() => undefined);
	if (declare === undefined) {
		return undefined;
	}

	const calls: Calls = {
		address: declare('int getsockname(int fd, uint8_t *address, uint8_t *length)'),
		option: declare('int getsockopt(int fd, int level, int name, uint8_t *value, uint8_t *length)'),
		setOption: declare('int setsockopt(int fd, int level, int name, const void *value, unsigned int length)'),
	};
	const sockets = readdirSync('/proc/self/fd').map(Number).flatMap(fd => {
		const found = nameOf(calls, fd);
		return found === undefined ? [] : [{fd, ...found}];
	});
	for (const {fd} of sockets) {
		calls.setOption(fd, solNetlink, noOverrunErrors, word(1), 4);
	}

	const own = sockets.find(({protocol, port}) => protocol === name.protocol && port === name.port);
	return own === undefined ? undefined : lossCheck(calls, own.fd);
}

function lossCheck(calls: Calls, fd: number): LossCheck {
	let before = 0;
	return () => {
		const info = Buffer.alloc(memoryInfo.bytes);
		if (calls.option(fd, solSocket, soMemoryInfo, info, word(info.length)) < 0) {
			return false;
		}

		const losses = readWord(info, memoryInfo.losses);
		const isMore = losses !== before;
		before = losses;
		return isMore;
	};
}

/** Undefined for what is no netlink socket. */
function nameOf(calls: Calls, fd: number): SocketName | undefined {
	const address = Buffer.alloc(addressBytes);
	const protocol = Buffer.alloc(4);
	const isNetlink = calls.address(fd, address, word(addressBytes)) >= 0 && (isLittle ? address.readUInt16LE() : address.readUInt16BE()) === familyOfNetlink
		&& calls.option(fd, solSocket, soProtocol, protocol, word(4)) >= 0;
	return isNetlink ? {protocol: readWord(protocol, 0), port: readWord(address, portOffset)} : undefined;
}

/** In the machine's own order of bytes. */
function word(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	if (isLittle) {
		bytes.writeUInt32LE(value);
	} else {
		bytes.writeUInt32BE(value);
	}

	return bytes;
}

const readWord = (bytes: Buffer, offset: number): number => isLittle ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
