/**
Sends a burst of frames into a veth in one system call, so that what is timed is the kernel and not this program: sendmmsg(2) on a packet socket. On a veth
the receiving side runs at the end of each frame's transmission, on the same processor, so the call lasts as long as all the work.
*/

import {readFileSync} from 'node:fs';
import koffi from 'koffi';
import type {Namespace} from '../../kernel/support/namespace.js';
import {libcCall} from '../../kernel/support/libc.js';

const sendmmsg = koffi.load('libc.so.6').func('int sendmmsg(int fd, void *messages, uint32_t count, int flags)') as (fd: number, messages: unknown, count: number, flags: number) => number;

/** Half a millisecond of work: most bursts then end before the scheduler gives the processor to someone else. sendmmsg takes at most 1024. */
export const burstFrames = 256;

const packetFamily = 17;
const rawType = 3;

/** `struct mmsghdr` and `struct iovec` of 64-bit Linux, in words of eight bytes: only the pointer to the iovec and how many of them there are matter. */
const headerWords = 8;
const headerVector = 2;
const headerVectors = 3;
const vectorWords = 2;

export type Injector = {
	/** Sends the burst and returns how long that took, in nanoseconds a frame; undefined when the kernel put some of the work off to later. */
	readonly burst: () => number | undefined;
	readonly close: () => void;
};

/** Sends these frames in turn, `count` a burst, out of the interface. */
export function createInjector(namespace: Namespace, interfaceName: string, frames: readonly Uint8Array[], count = burstFrames): Injector {
	const fd = namespace.run(() => {
		const socket = libcCall('socket', packetFamily, rawType, 0);
		const address = Buffer.alloc(20);
		address.writeUInt16LE(packetFamily, 0);
		address.writeInt32LE(libcCall('if_nametoindex', interfaceName), 4);
		libcCall('bind', socket, address, address.length);
		return socket;
	});
	const messages = messagesOf(frames, count);
	return {
		burst() {
			const before = packetsProcessed();
			const begin = performance.now();
			const sent = sendmmsg(fd, messages, count, 0);
			const ms = performance.now() - begin;
			const isDone = packetsProcessed() - before >= count;
			if (sent !== count) {
				throw new Error(`only ${sent} of ${count} frames were sent`);
			}

			return isDone ? ms * 1_000_000 / count : undefined;
		},
		close() {
			libcCall('close', fd);
		},
	};
}

/** Native memory that lives as long as the process. */
function messagesOf(frames: readonly Uint8Array[], count: number): unknown {
	const vectors = koffi.alloc('uint64_t', frames.length * vectorWords) as object;
	for (const [index, frame] of frames.entries()) {
		const bytes = koffi.alloc('uint8_t', frame.length) as object;
		koffi.encode(bytes, koffi.array('uint8_t', frame.length), [...frame]);
		koffi.encode(vectors, index * vectorWords * 8, koffi.array('uint64_t', vectorWords), [koffi.address(bytes), BigInt(frame.length)]);
	}

	const messages = koffi.alloc('uint64_t', count * headerWords) as object;
	for (let index = 0; index < count; index++) {
		const words = Array.from({length: headerWords}, () => 0n);
		words[headerVector] = koffi.address(vectors) + BigInt((index % frames.length) * vectorWords * 8);
		words[headerVectors] = 1n;
		koffi.encode(messages, index * headerWords * 8, koffi.array('uint64_t', headerWords), words);
	}

	return messages;
}

/** Packets that the kernel has taken from its backlog, on all processors and in all namespaces. */
function packetsProcessed(): number {
	let sum = 0;
	for (const line of readFileSync('/proc/net/softnet_stat', 'latin1').split('\n')) {
		sum += Number.parseInt(line.slice(0, 8) || '0', 16);
	}

	return sum;
}
