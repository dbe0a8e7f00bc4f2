/**
What measures a network: a node asks each peer on each network about once a second, and the peer answers at once by the same network. As bytes, big endian:

	 0  u8  format             5  u8   reserved, 0
	 1  u8  1 ask, 2 answer    6  u48  asking: heartbeats sent to the receiver by this network in this life; answering: sequence number of the question
	 2  u8  flags             12  u48  answering: incarnation of the question
	 3  u8  receiver
	 4  u8  network

An answer goes on with the clocks of its sender as it is sent; a node of before ignores them, and sends none:

	18  u48  milliseconds since 1970 at which its life began, by its own clock: names the life
	24  u48  microseconds since then, by a clock that nobody sets
	30  u48  milliseconds since 1970, by the clock on its wall

Flags: 1 the receiver's heartbeats reach the sender by the multicast group of this network. What follows is ignored.
*/

import type {LifeTime} from '../events/kept-event.js';
import type {NodeId} from '../model/farm.js';

export const probeFormat = 1;
export const probeBytes = 18;
export const probeClockBytes = 36;

/** The clocks of a node at one instant. */
export type NodeClocks = LifeTime & {
	/** Milliseconds since 1970. */
	readonly wallMs: number;
};

export type Probe = {
	readonly receiver: NodeId;
	/** Position in every node's addresses. */
	readonly network: number;
	readonly hearsGroup: boolean;
} & (
	| {readonly kind: 'ask'; readonly sent: number}
	| {readonly kind: 'answer'; readonly sequence: number; readonly incarnation: number; readonly clocks: NodeClocks | undefined}
);

export type ProbeResult = {readonly ok: true; readonly probe: Probe} | {readonly ok: false; readonly reason: 'probe'};

const kinds = {ask: 1, answer: 2} as const;

export function encodeProbe(probe: Probe): Uint8Array {
	const clocks = probe.kind === 'answer' ? probe.clocks : undefined;
	const bytes = new Uint8Array(clocks === undefined ? probeBytes : probeClockBytes);
	bytes.set([probeFormat, kinds[probe.kind], probe.hearsGroup ? 1 : 0, probe.receiver, probe.network]);
	const view = new DataView(bytes.buffer);
	setUint48(view, 6, probe.kind === 'ask' ? probe.sent : probe.sequence);
	setUint48(view, 12, probe.kind === 'ask' ? 0 : probe.incarnation);
	if (clocks !== undefined) {
		setUint48(view, 18, clocks.life);
		setUint48(view, 24, Math.round(clocks.ms * 1000));
		setUint48(view, 30, clocks.wallMs);
	}

	return bytes;
}

/** Never throws, whatever the bytes are. */
export function decodeProbe(bytes: Uint8Array): ProbeResult {
	const [format, kind, flags, receiver, network] = bytes;
	if (bytes.length < probeBytes || format !== probeFormat || (kind !== kinds.ask && kind !== kinds.answer)) {
		return {ok: false, reason: 'probe'};
	}

	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const common = {receiver: receiver!, network: network!, hearsGroup: flags! % 2 === 1};
	const number = getUint48(view, 6);
	return {
		ok: true,
		probe: kind === kinds.ask ? {...common, kind: 'ask', sent: number} : {
			...common, kind: 'answer', sequence: number, incarnation: getUint48(view, 12), clocks: clocksIn(view),
		},
	};
}

const clocksIn = (view: DataView): NodeClocks | undefined => view.byteLength < probeClockBytes
	? undefined
	: {life: getUint48(view, 18), ms: getUint48(view, 24) / 1000, wallMs: getUint48(view, 30)};

function setUint48(view: DataView, at: number, value: number): void {
	view.setUint16(at, Math.floor(value / (2 ** 32)));
	view.setUint32(at + 2, value % (2 ** 32));
}

const getUint48 = (view: DataView, at: number): number => (view.getUint16(at) * (2 ** 32)) + view.getUint32(at + 2);
