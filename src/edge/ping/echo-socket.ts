/**
Raw sockets that send one echo request and receive what its destination sends back. Node has none; these are the C library's. A socket lives for one
ping: routes and addresses may change between two, nothing piles up, and since it is connected it receives from that address alone.

Linux hands every raw socket a copy of what the kernel receives, so it takes root or CAP_NET_RAW and disturbs nobody else's pings. The unprivileged kind
of socket is closed to everyone, root too, unless net.ipv4.ping_group_range says otherwise. Nothing here ever waits (MSG_DONTWAIT). Numbers: Linux
`include/uapi/linux/in.h`, `in6.h`, `asm-generic/socket.h`; they differ on no machine that farmctl runs on.
*/

import {Buffer} from 'node:buffer';
import {getSystemErrorName} from 'node:util';
import {addressToBytes} from '../../core/model/address.js';
import type {AddressFamily} from '../../core/model/farm.js';
import {SystemFailure} from '../../errors.js';
import {loadLibc} from '../native/libc.js';

export type EchoSocket = {
	/** The next datagram that came back, undefined when there is none now. */
	take: () => Uint8Array | undefined;
	close: () => void;
};

/** A socket that has sent the request, or the name of the errno that says why it could not. */
export type SendEcho = (address: string, family: AddressFamily, request: Uint8Array) => EchoSocket | string;

const rawType = 3;
const closeOnExec = 0o200_0000;
const doNotWait = 0x40;
const families = {4: {domain: 2, protocol: 1}, 6: {domain: 10, protocol: 58}} as const;

/** Longer than any reply of ours with its IP header; what is longer is not ours. */
const receiveBytes = 256;

type Calls = Readonly<Record<'socket' | 'connect' | 'send' | 'recv' | 'close', (...values: readonly unknown[]) => number>>;

/** Who pings, for messages, and what does without. */
export type EchoUser = {readonly what: string; readonly otherwise: string};

const witness: EchoUser = {what: 'quorum: witness', otherwise: 'set another quorum'};

/** Loads what pinging needs and tries it. Rejects with a SystemFailure when raw sockets of one of the families cannot be had. */
export async function openEchoSender(wanted: readonly AddressFamily[], {what, otherwise}: EchoUser = witness): Promise<SendEcho> {
	const declare = await loadLibc(what, otherwise);
	const calls: Calls = {
		socket: declare('int socket(int domain, int type, int protocol)'),
		connect: declare('int connect(int fd, const void *address, unsigned int length)'),
		send: declare('long send(int fd, const void *bytes, unsigned long length, int flags)'),
		recv: declare('long recv(int fd, uint8_t *bytes, unsigned long length, int flags)'),
		close: declare('int close(int fd)'),
	};
	for (const family of wanted) {
		const fd = openSocket(calls, family);
		if (fd < 0) {
			throw failure(getSystemErrorName(fd), what);
		}

		calls.close(fd);
	}

	return (address, family, request) => sendEcho(calls, {address, family, request});
}

const openSocket = ({socket}: Calls, family: AddressFamily): number => socket(families[family].domain, rawType + closeOnExec, families[family].protocol);

function sendEcho(calls: Calls, {address, family, request}: {readonly address: string; readonly family: AddressFamily; readonly request: Uint8Array}): EchoSocket | string {
	const fd = openSocket(calls, family);
	if (fd < 0) {
		return getSystemErrorName(fd);
	}

	const destination = socketAddress(address, family);
	const connected = calls.connect(fd, destination, destination.length);
	const sent = connected < 0 ? connected : calls.send(fd, request, request.length, doNotWait);
	if (sent < 0) {
		calls.close(fd);
		return getSystemErrorName(sent);
	}

	const bytes = Buffer.alloc(receiveBytes);
	return {
		take() {
			const length = calls.recv(fd, bytes, bytes.length, doNotWait);
			return length < 0 ? undefined : bytes.subarray(0, length);
		},
		close() {
			calls.close(fd);
		},
	};
}

/** `struct sockaddr_in` or `sockaddr_in6`. */
function socketAddress(address: string, family: AddressFamily): Buffer {
	const bytes = Buffer.alloc(family === 4 ? 16 : 28);
	bytes.writeUInt16LE(families[family].domain, 0);
	bytes.set(addressToBytes(address), family === 4 ? 4 : 8);
	return bytes;
}

const failure = (errno: string, what: string): SystemFailure => new SystemFailure(
	`cannot open a raw socket for pings: ${errno}`,
	errno === 'EPERM' ? {hint: `run the same command with sudo (${what} needs CAP_NET_RAW)`} : {},
);
