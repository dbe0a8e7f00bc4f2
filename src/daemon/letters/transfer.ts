/** The parts of one request or one answer on their way: at most so many unacknowledged at once, each sent again until a receipt names it. */

import {Buffer} from 'node:buffer';

/** More parts are not on their way at once: they fit the smallest socket buffer. */
export const windowParts = 32;

export type Outgoing = {
	/** Sends what may be sent and was not; at most `windowParts` that no receipt has named are on their way. */
	send: () => void;
	/** Sends all that are on their way again. */
	sendAgain: () => void;
	/** Takes a receipt in; answers whether it says anything new. */
	acknowledged: (has: readonly boolean[]) => boolean;
	isWhole: () => boolean;
	/** Whether each part has been sent at least once. */
	isSent: () => boolean;
};

export function createOutgoing(parts: readonly Uint8Array[], sendPart: (position: number) => void): Outgoing {
	const missing = new Set(parts.keys());
	let sentCount = 0;
	return {
		send() {
			// In order, so that what is on its way is what is missing below `sentCount`.
			const onTheirWay = [...missing].filter(position => position < sentCount).length;
			const end = Math.min(parts.length, sentCount + windowParts - onTheirWay);
			for (; sentCount < end; sentCount++) {
				sendPart(sentCount);
			}
		},
		sendAgain() {
			for (const position of missing) {
				if (position < sentCount) {
					sendPart(position);
				}
			}
		},
		acknowledged(has) {
			const before = missing.size;
			for (const [position, isThere] of has.length === parts.length ? has.entries() : []) {
				if (isThere) {
					missing.delete(position);
				}
			}

			return missing.size < before;
		},
		isWhole: () => missing.size === 0,
		isSent: () => sentCount === parts.length,
	};
}

export type Incoming = {
	readonly count: number;
	/** Takes a part in, unless it is there already. */
	take: (position: number, bytes: Uint8Array) => void;
	has: () => readonly boolean[];
	/** The whole text when nothing is missing. */
	whole: () => string | undefined;
};

export function createIncoming(count: number): Incoming {
	const parts: Array<Uint8Array | undefined> = Array.from({length: count}, () => undefined);
	return {
		count,
		take(position, bytes) {
			parts[position] ??= bytes;
		},
		has: () => parts.map(part => part !== undefined),
		whole: () => parts.includes(undefined) ? undefined : Buffer.concat(parts as Uint8Array[]).toString('utf8'),
	};
}
