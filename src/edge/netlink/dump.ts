/**
A netlink socket for long lists: what the kernel lists is looked at datagram by datagram and never kept.

The rule it keeps: the event loop gets its turn between small pieces. The kernel fills each datagram with as much as the reader has room for, so the room is
what a page holds, some forty entries; the socket hands over at most 32 datagrams in one turn.
*/

import {RawNetlinkSocket} from 'netlink/dist/raw.js';
import {KernelFailure} from '../../errors.js';
import {encodeMessages, errnoName, flags, headerBytes, messageTypes, type NetlinkRequest} from './message.js';

/** No smaller than what the kernel allocates at least, NLMSG_GOODSIZE, which is less than a page. */
const datagramBytes = 4096;

/** The kernel goes on listing while half of this is free: nothing is ever lost for want of room. */
const receiveBytes = 64 * 1024;
const sendBytes = 16 * 1024;

/** So long without a datagram: the kernel has lost the request. */
const silenceMsMax = 5000;

/** Called with each entry: the datagram, and where in it the payload begins and ends. Must not keep the bytes. */
export type TakeEntry = (bytes: Buffer, from: number, to: number) => void;

type Dump = {readonly sequence: number; readonly what: string; readonly take: TakeEntry; readonly settle: (error?: Error) => void};

export class DumpConnection {
	readonly #socket: RawNetlinkSocket;
	#sequence = 0;
	#current: Dump | undefined;
	#isClosed = false;
	/** Settles when no dump is under way: a socket takes one at a time. */
	#last: Promise<unknown> = Promise.resolve();

	constructor(protocol: number) {
		this.#socket = new RawNetlinkSocket(protocol, {messagePeeking: false, msgBufferSize: datagramBytes, recvBufferSize: receiveBytes, sendBufferSize: sendBytes});
		this.#socket.unref();
		this.#socket.on('message', bytes => {
			this.#read(bytes);
		});
		this.#socket.on('truncatedMessage', () => {
			this.#fail('EMSGSIZE');
		});
		this.#socket.on('error', error => {
			this.#fail(error.code);
		});
	}

	/** Resolves when the kernel has listed everything; rejects with a KernelFailure when it refuses, or was interrupted and may have left something out. */
	async dump(request: NetlinkRequest, what: string, take: TakeEntry): Promise<void> {
		const dumped = this.#last.then(async () => this.#dump(request, what, take));
		this.#last = dumped.catch(() => undefined);
		return dumped;
	}

	/** A dump that is under way rejects, and one that is asked for later. */
	close(): void {
		if (this.#isClosed) {
			return;
		}

		this.#isClosed = true;
		this.#fail('ECANCELED');
		this.#socket.close();
	}

	async #dump(request: NetlinkRequest, what: string, take: TakeEntry): Promise<void> {
		if (this.#isClosed) {
			throw refusal(what, 'ECANCELED');
		}

		await new Promise<void>((resolve, reject) => {
			const sequence = ++this.#sequence;
			// It also keeps the process alive until the answer, which the socket does not.
			const timer = setTimeout(() => {
				this.#fail('ETIMEDOUT');
			}, silenceMsMax);
			this.#current = {
				sequence, what,
				take(...entry) {
					timer.refresh();
					take(...entry);
				},
				settle: error => {
					clearTimeout(timer);
					this.#current = undefined;
					if (error === undefined) {
						resolve();
					} else {
						reject(error);
					}
				},
			};
			this.#socket.send(encodeMessages([{...request, flags: (request.flags ?? 0) | flags.dump}], sequence), {}, error => {
				if (error) {
					this.#fail(error.code);
				}
			});
		});
	}

	#fail(errno: string): void {
		this.#current?.settle(refusal(this.#current.what, errno));
	}

	#read(bytes: Buffer): void {
		for (let offset = 0; offset + headerBytes <= bytes.length;) {
			const length = bytes.readUInt32LE(offset);
			if (length < headerBytes || offset + length > bytes.length) {
				return;
			}

			this.#take(bytes, offset, offset + length);
			offset += (length + 3) & ~3;
		}
	}

	#take(bytes: Buffer, from: number, to: number): void {
		const dump = this.#current;
		if (dump?.sequence !== bytes.readUInt32LE(from + 8)) {
			return;
		}

		const type = bytes.readUInt16LE(from + 4);
		const isInterrupted = (bytes.readUInt16LE(from + 6) & flags.dumpInterrupted) !== 0;
		if (isInterrupted) {
			this.#fail('EINTR');
		} else if (type === messageTypes.error || type === messageTypes.done) {
			const code = to - from >= headerBytes + 4 ? bytes.readInt32LE(from + headerBytes) : 0;
			dump.settle(code < 0 ? refusal(dump.what, errnoName(code)) : undefined);
		} else {
			dump.take(bytes, from + headerBytes, to);
		}
	}
}

const refusal = (what: string, errno: string): KernelFailure => new KernelFailure(`the kernel refused to ${what}: ${errno}`, {errno});
