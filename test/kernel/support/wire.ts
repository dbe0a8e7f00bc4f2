/** The far end of a wire: sends whole Ethernet frames to the machine under test and sees all that it sends, like a switch port with every client behind it. */

import {setTimeout as sleep} from 'node:timers/promises';
import {libcCall} from './libc.js';
import type {Namespace} from './namespace.js';
import {decodeFrame, type Frame} from './frame.js';

const packetFamily = 17;
const rawType = 3;
const nonBlocking = 0o4000;
const anyProtocol = 0x03_00;
const dontWait = 0x40;
const packetLevel = 263;
const ignoreOutgoing = 23;

const frameBytesMax = 65_536;
const pollMs = 1;

/** Far longer than the machine needs to answer: only a failing test waits for it. */
export const answerDeadlineMs = 3000;

/** How long an answer that must not come is waited for. What would answer does so within the same instant as frames that do get answers. */
const silenceMs = 60;

export class Wire {
	readonly #fd: number;
	readonly #seen: Frame[] = [];

	constructor(namespace: Namespace, interfaceName: string) {
		this.#fd = namespace.run(() => {
			const fd = libcCall('socket', packetFamily, rawType + nonBlocking, anyProtocol);
			const address = Buffer.alloc(20);
			address.writeUInt16LE(packetFamily, 0);
			address.writeUInt16LE(anyProtocol, 2);
			address.writeInt32LE(libcCall('if_nametoindex', interfaceName), 4);
			libcCall('bind', fd, address, address.length);
			libcCall('setsockopt', fd, packetLevel, ignoreOutgoing, Buffer.of(1, 0, 0, 0), 4);
			return fd;
		});
	}

	/** Has reached the machine's stack, or its filter, when it returns. */
	send(...frames: readonly Uint8Array[]): void {
		for (const frame of frames) {
			libcCall('send', this.#fd, frame, frame.length, 0);
		}
	}

	/** Everything that has come so far, oldest first. */
	get seen(): readonly Frame[] {
		this.#drain();
		return this.#seen;
	}

	/** Forgets what has come so far. */
	forget(): void {
		this.#drain();
		this.#seen.length = 0;
	}

	/** The first frame that fits, of those that came since `forget`; throws when none comes in time. */
	async receive(fits: (frame: Frame) => boolean, what: string, deadlineMs = answerDeadlineMs): Promise<Frame> {
		const end = performance.now() + deadlineMs;
		for (;;) {
			const found = this.seen.find(frame => fits(frame));
			if (found !== undefined) {
				return found;
			}

			if (performance.now() > end) {
				throw new Error(`no ${what} came within ${deadlineMs} ms; seen: ${JSON.stringify(this.#seen.map(({summary}) => summary))}`);
			}

			await sleep(pollMs);
		}
	}

	/** What came until the machine had time to answer everything. */
	async settle(): Promise<readonly Frame[]> {
		await sleep(silenceMs);
		return this.seen;
	}

	close(): void {
		libcCall('close', this.#fd);
	}

	#drain(): void {
		const buffer = Buffer.alloc(frameBytesMax);
		for (;;) {
			try {
				const length = libcCall('recv', this.#fd, buffer, buffer.length, dontWait);
				this.#seen.push(decodeFrame(Buffer.from(buffer.subarray(0, length))));
			} catch (error) {
				if ((error as {code?: string}).code === 'EAGAIN') {
					return;
				}

				throw error;
			}
		}
	}
}
