/**
TCP and UDP sockets by the calls of the C library: never blocking, and at a tenth of what a stream of Node costs for a message of a few bytes. The
traffic shares two processors with the farm that it judges.

Every function answers what the call does; a negative number is the negative errno.
*/

import {Buffer} from 'node:buffer';
import process from 'node:process';
import {addressToBytes} from '../../../src/core/model/address.js';
import {loadLibc} from '../../../src/edge/native/libc.js';

const declare = await loadLibc('the traffic', 'run it where it can be');

const calls = {
	socket: declare('int socket(int domain, int type, int protocol)'),
	bind: declare('int bind(int fd, const uint8_t *address, uint32_t length)'),
	connect: declare('int connect(int fd, const uint8_t *address, uint32_t length)'),
	listen: declare('int listen(int fd, int backlog)'),
	accept4: declare('int accept4(int fd, void *address, void *length, int flags)'),
	setsockopt: declare('int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)'),
	epollCreate: declare('int epoll_create1(int flags)'),
	epollControl: declare('int epoll_ctl(int epoll, int operation, int fd, const uint8_t *event)'),
	epollWait: declare('int epoll_wait(int epoll, uint8_t *events, int count, int milliseconds)'),
};

/** Bytes that went or came; `errors.again` where the call would wait, 0 at the end of what comes. */
export const sendBytes = declare('long send(int fd, const uint8_t *bytes, size_t length, int flags)');
export const receiveBytes = declare('long recv(int fd, uint8_t *bytes, size_t length, int flags)');
export const closeSocket = declare('int close(int fd)');
export const pauseUs = declare('int usleep(uint32_t us)');

export const errors = {again: -11, reset: -104, refused: -111, inProgress: -115} as const;

/** No signal for a peer that is gone: the answer says so. */
export const noSignal = 0x40_00;

const families = {v4: 2, v6: 10} as const;
const stream = 1;
const datagram = 2;
const nonBlocking = 0o4000;
const levels = {ip: 0, socket: 1, tcp: 6} as const;
const reuseAddress = 2;
const receiveBufferForced = 33;
const bindAddressNoPort = 24;
const tcpNoDelay = 1;
const isOn = Buffer.of(1, 0, 0, 0);

const isV6 = (address: string): boolean => address.includes(':');

/** A `sockaddr_in` or `sockaddr_in6`. */
export function socketAddress(address: string, port: number): Buffer {
	const bytes = Buffer.alloc(isV6(address) ? 28 : 16);
	bytes.writeUInt16LE(isV6(address) ? families.v6 : families.v4, 0);
	bytes.writeUInt16BE(port, 2);
	bytes.set(addressToBytes(address), isV6(address) ? 8 : 4);
	return bytes;
}

const open = (address: string, type: number): number => must('socket', calls.socket(isV6(address) ? families.v6 : families.v4, type + nonBlocking, 0));

/** Throws where the machine refuses: that is no fault of the farm. */
function must(what: string, result: number): number {
	if (result < 0) {
		throw new Error(`${what} failed with errno ${-result}`);
	}

	return result;
}

/** Begins a connection from a source address; returns the socket, or why it failed at once. */
export function beginConnection(source: Buffer, target: Buffer, isSixth: boolean): number {
	const fd = must('socket', calls.socket(isSixth ? families.v6 : families.v4, stream + nonBlocking, 0));
	calls.setsockopt(fd, levels.ip, bindAddressNoPort, isOn, 4);
	calls.setsockopt(fd, levels.tcp, tcpNoDelay, isOn, 4);
	must('bind', calls.bind(fd, source, source.length));
	const result = calls.connect(fd, target, target.length);
	if (result < 0 && result !== errors.inProgress) {
		closeSocket(fd);
		return result;
	}

	return fd;
}

/** A UDP socket between two ends. */
export function openFlow(source: string, target: string, port: number): number {
	const fd = open(source, datagram);
	const address = socketAddress(source, 0);
	must('bind', calls.bind(fd, address, address.length));
	const peer = socketAddress(target, port);
	must('connect', calls.connect(fd, peer, peer.length));
	return fd;
}

/** A UDP socket for all addresses of this host, with room for what comes while nobody looks. */
export function openSink(port: number, bytes: number): number {
	const fd = open('::', datagram);
	const size = Buffer.alloc(4);
	size.writeInt32LE(bytes);
	must('the size of the buffer', calls.setsockopt(fd, levels.socket, receiveBufferForced, size, 4));
	const address = socketAddress('::', port);
	must('bind', calls.bind(fd, address, address.length));
	return fd;
}

export function openListener(port: number): number {
	const fd = open('::', stream);
	must('reuse', calls.setsockopt(fd, levels.socket, reuseAddress, isOn, 4));
	const address = socketAddress('::', port);
	must('bind', calls.bind(fd, address, address.length));
	must('listen', calls.listen(fd, 4096));
	return fd;
}

/** The next connection of a listener. */
export function acceptConnection(listener: number): number {
	const fd = calls.accept4(listener, null, null, nonBlocking);
	if (fd >= 0) {
		calls.setsockopt(fd, levels.tcp, tcpNoDelay, isOn, 4);
	}

	return fd;
}

/** `struct epoll_event` is packed on x86-64 alone. */
const eventBytes = process.arch === 'x64' ? 12 : 16;
const dataAt = eventBytes - 8;
const eventsMax = 512;
const readable = 1;

/** Which sockets can be read, or are over. */
export class Poll {
	readonly #epoll = must('epoll_create1', calls.epollCreate(0));
	readonly #events = Buffer.alloc(eventBytes * eventsMax);

	add(fd: number): void {
		const event = Buffer.alloc(eventBytes);
		event.writeUInt32LE(readable, 0);
		event.writeUInt32LE(fd, dataAt);
		must('epoll_ctl', calls.epollControl(this.#epoll, 1, fd, event));
	}

	/** Waits for at most so long, the whole program with it. */
	wait(milliseconds: number): number[] {
		const count = calls.epollWait(this.#epoll, this.#events, eventsMax, milliseconds);
		return Array.from({length: Math.max(0, count)}, (_, index) => this.#events.readUInt32LE((index * eventBytes) + dataAt));
	}
}
