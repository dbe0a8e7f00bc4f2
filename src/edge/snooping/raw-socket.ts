/**
Sends one multicast router discovery message through a raw socket, which Node itself has not: socket, setsockopt, sendto and close of the C library.

A socket lives for one message: an interface that was made anew meanwhile, or a changed address, needs no care, and nothing that the socket
would receive piles up. Numbers: Linux `include/uapi/linux/in.h`, `in6.h`, `asm-generic/socket.h`; they differ on no machine that farmctl runs on.
*/

import {networkInterfaces} from 'node:os';
import {getSystemErrorName} from 'node:util';
import {addressToBytes} from '../../core/model/address.js';
import type {AddressFamily} from '../../core/model/farm.js';
import {SystemFailure} from '../../errors.js';
import {loadLibc} from '../native/libc.js';
import {allSnoopers} from './messages.js';

/** Sends the message to all snoopers by the interface. Throws a SystemFailure. */
export type RawSender = (interfaceName: string, family: AddressFamily, message: Uint8Array) => void;

const rawType = 3;
const closeOnExec = 0o200_0000;
const families = {4: {domain: 2, protocol: 2, level: 0}, 6: {domain: 10, protocol: 58, level: 41}} as const;
const options4 = {options: 4, multicastInterface: 32, multicastTtl: 33, multicastLoop: 34} as const;
const options6 = {multicastInterface: 17, multicastHops: 18, multicastLoop: 19, hopByHop: 54} as const;

/** RFC 2113: every router on the path looks into the packet. */
const routerAlert4 = Buffer.of(0x94, 4, 0, 0);

/** RFC 2711 in a hop-by-hop header of one unit: next header (the kernel's to fill in), length, option 5 with value 0 (multicast), and two bytes of padding. */
const routerAlert6 = Buffer.of(0, 0, 5, 2, 0, 0, 1, 0);

type Library = {
	readonly socket: (domain: number, type: number, protocol: number) => number;
	readonly setOption: (fd: number, level: number, option: number, value: Buffer) => void;
	readonly sendTo: (fd: number, message: Uint8Array, destination: Buffer) => void;
	readonly close: (fd: number) => void;
	readonly interfaceIndex: (name: string) => number;
};

/** Loads what sending needs. Rejects with a SystemFailure when it is not there. */
export async function openRawSender(): Promise<RawSender> {
	const library = await loadLibrary();
	return (interfaceName, family, message) => {
		const index = library.interfaceIndex(interfaceName);
		const {domain, protocol} = families[family];
		const fd = library.socket(domain, rawType | closeOnExec, protocol);
		try {
			(family === 4 ? prepare4 : prepare6)(library, fd, {index, interfaceName});
			library.sendTo(fd, message, socketAddress(family, index));
		} finally {
			library.close(fd);
		}
	};
}

type Outlet = {readonly index: number; readonly interfaceName: string};

/** The source is the node's own address where it has one: `struct ip_mreqn` is group, local address, index. */
function prepare4({setOption}: Library, fd: number, {index, interfaceName}: Outlet): void {
	const {level} = families[4];
	const own = (networkInterfaces()[interfaceName] ?? []).find(item => item.family === 'IPv4' && item.netmask !== '255.255.255.255');
	const outlet = Buffer.concat([Buffer.alloc(4), own ? addressToBytes(own.address) : Buffer.alloc(4), int(index)]);
	setOption(fd, level, options4.multicastInterface, outlet);
	setOption(fd, level, options4.multicastTtl, int(1));
	setOption(fd, level, options4.multicastLoop, int(0));
	setOption(fd, level, options4.options, routerAlert4);
}

function prepare6({setOption}: Library, fd: number, {index}: Outlet): void {
	const {level} = families[6];
	setOption(fd, level, options6.multicastInterface, int(index));
	setOption(fd, level, options6.multicastHops, int(1));
	setOption(fd, level, options6.multicastLoop, int(0));
	setOption(fd, level, options6.hopByHop, routerAlert6);
}

/** `struct sockaddr_in` or, with the interface as scope, `sockaddr_in6`. */
function socketAddress(family: AddressFamily, index: number): Buffer {
	const {domain} = families[family];
	const bytes = Buffer.alloc(family === 4 ? 16 : 28);
	bytes.writeUInt16LE(domain, 0);
	bytes.set(addressToBytes(allSnoopers[family]), family === 4 ? 4 : 8);
	if (family === 6) {
		bytes.writeUInt32LE(index, 24);
	}

	return bytes;
}

async function loadLibrary(): Promise<Library> {
	const declare = await loadLibc('multicast mode', 'set mode: unicast');
	const socket = declare('int socket(int domain, int type, int protocol)');
	const setsockopt = declare('int setsockopt(int fd, int level, int name, const void *value, unsigned int length)');
	const sendto = declare('long sendto(int fd, const void *bytes, unsigned long length, int flags, const void *address, unsigned int addressLength)');
	const close = declare('int close(int fd)');
	const ifNameToIndex = declare('unsigned int if_nametoindex(const char *name)');
	const check = (what: string, result: number): number => {
		if (result < 0) {
			throw failure(what, getSystemErrorName(result));
		}

		return result;
	};

	return {
		socket: (...values) => check('open a raw socket', socket(...values)),
		setOption(fd, level, option, value) {
			check(`set option ${option} of a raw socket`, setsockopt(fd, level, option, value, value.length));
		},
		sendTo(fd, message, destination) {
			check('send a multicast router advertisement', sendto(fd, message, message.length, 0, destination, destination.length));
		},
		close(fd) {
			close(fd);
		},
		interfaceIndex(name) {
			const index = ifNameToIndex(name);
			if (index === 0) {
				throw failure(`send by interface '${name}'`, 'ENODEV');
			}

			return index;
		},
	};
}

const failure = (what: string, errno: string): SystemFailure => new SystemFailure(
	`cannot ${what}: ${errno}`,
	errno === 'EPERM' ? {hint: 'run the same command with sudo (multicast mode needs CAP_NET_RAW)'} : {},
);

/** An `int` in host order. */
function int(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeInt32LE(value);
	return bytes;
}
