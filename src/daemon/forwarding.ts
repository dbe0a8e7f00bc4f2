/**
Heartbeats through a third node (protocol rule R8): the sealed datagram as it came, in an envelope sealed by the node that forwards it, with the time that
it had it. What is inside is opened as if it had come from its sender, but its copies are counted apart: the direct one may still come.
*/

import {decodeForwarded, encodeForwarded} from '../core/protocol/forwarded.js';
import type {NodeId} from '../core/model/farm.js';
import type {MonoMs} from '../core/model/time.js';
import type {Clock} from '../edge/clock/clock.js';
import {channels} from '../edge/seal/header.js';
import type {OpenResult, Sealer} from '../edge/seal/seal.js';

export type Opened = Extract<OpenResult, {ok: true}>;

export type Forwarding = {
	/** Remembers a datagram that came from its sender. */
	note: (sender: NodeId, bytes: Uint8Array) => void;
	/** The envelope for the newest datagram of the sender; undefined when there is none. */
	seal: (sender: NodeId, incarnation: number) => Uint8Array | undefined;
	/** What an envelope holds, or why it does not count. */
	open: (envelope: Opened) => string | {readonly inner: Opened; readonly ageMs: number};
};

export function createForwarding({sealer, clock}: {readonly sealer: Sealer; readonly clock: Pick<Clock, 'now'>}): Forwarding {
	const newest = new Map<NodeId, {readonly bytes: Uint8Array; readonly at: MonoMs}>();
	let count = 0;
	return {
		note(sender, bytes) {
			newest.set(sender, {bytes, at: clock.now()});
		},
		seal(sender, incarnation) {
			const datagram = newest.get(sender);
			if (datagram === undefined) {
				return undefined;
			}

			count++;
			return sealer.seal(channels.forwarded, encodeForwarded({ageMs: clock.now() - datagram.at, datagram: datagram.bytes}), incarnation, count);
		},
		open({plaintext}) {
			const forwarded = decodeForwarded(plaintext);
			if (forwarded === undefined) {
				return 'short';
			}

			const inner = sealer.open(forwarded.datagram, 'forwarded');
			if (!inner.ok) {
				return inner.reason;
			}

			return inner.channel === channels.heartbeat ? {inner, ageMs: forwarded.ageMs} : 'channel';
		},
	};
}
