/** What a capture of a LAN says of its SYNs: which nodes answered each, and how long each client went without an answer. */

import {tcp, type Frame} from './frame.js';

type TimedFrame = Frame & {readonly atMs: number};

export type Syn = {
	readonly client: string;
	readonly atMs: number;
	/** How often it was sent. */
	sent: number;
	/** MACs of the nodes that answered it, in the order of their first answers. */
	readonly by: string[];
	/** MACs of the nodes that refused it: with a reset instead of an answer (RFC 9293, 3.10.7.1). */
	readonly refusedBy: string[];
};

/** Answers to SYNs that were sent before the capture began are left out. A SYN that is sent again is one, from its first time. */
export function censusOf(frames: readonly TimedFrame[]): Syn[] {
	const bySyn = new Map<string, Syn>();
	for (const frame of frames) {
		if (isSyn(frame)) {
			const key = `${frame.source} ${frame.tcp!.sourcePort} ${frame.tcp!.sequence}`;
			const syn = bySyn.get(key);
			if (syn === undefined) {
				bySyn.set(key, {client: frame.source!, atMs: frame.atMs, sent: 1, by: [], refusedBy: []});
			} else {
				syn.sent++;
			}
		} else if (isSynAck(frame) || isRefusal(frame)) {
			const syn = bySyn.get(`${frame.target} ${frame.tcp!.targetPort} ${(frame.tcp!.acknowledge - 1) >>> 0}`);
			const nodes = isSynAck(frame) ? syn?.by : syn?.refusedBy;
			if (nodes?.includes(frame.sourceMac) === false) {
				nodes.push(frame.sourceMac);
			}
		}
	}

	return [...bySyn.values()];
}

const flagsOf = (frame: Frame): number => frame.tcp === undefined ? 0 : frame.tcp.flags & (tcp.syn | tcp.ack | tcp.reset);
const isSyn = (frame: Frame): boolean => flagsOf(frame) === tcp.syn;
const isSynAck = (frame: Frame): boolean => flagsOf(frame) === (tcp.syn | tcp.ack);
const isRefusal = (frame: Frame): boolean => flagsOf(frame) === (tcp.reset | tcp.ack);

/** SYNs that more than one node answered. */
export const twiceAnswered = (syns: readonly Syn[]): Syn[] => syns.filter(({by}) => by.length > 1);

/** The SYNs of each client, in the order in which they were sent. */
export function byClient(syns: readonly Syn[]): Syn[][] {
	const clients = new Map<string, Syn[]>();
	for (const syn of syns.toSorted((a, b) => a.atMs - b.atMs)) {
		const own = clients.get(syn.client);
		if (own === undefined) {
			clients.set(syn.client, [syn]);
		} else {
			own.push(syn);
		}
	}

	return [...clients.values()];
}

/**
The longest time in milliseconds between two answered SYNs of one client, in order, with an unanswered one between them, or from the last answered one to an unanswered
one at the end; 0 when all were answered. A client that sent nothing for a while, on a busy machine, had no outage. Infinity when none was answered.
*/
export function outageMs(syns: readonly Syn[]): number {
	let answeredAt = -Infinity;
	let longest = syns.some(({by}) => by.length > 0) ? 0 : Infinity;
	let isMissing = false;
	for (const {atMs, by} of syns) {
		isMissing ||= by.length === 0;
		if (isMissing && answeredAt > -Infinity) {
			longest = Math.max(longest, atMs - answeredAt);
		}

		if (by.length > 0) {
			answeredAt = atMs;
			isMissing = false;
		}
	}

	return longest;
}

/** From the first to the last of them; 0 for none. */
export const spanMs = (syns: readonly Syn[]): number => {
	const times = syns.map(({atMs}) => atMs);
	return times.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
};
