/**
How far a peer's clocks are from this node's, from probes and their answers. A peer's clock was read between the moment the question left and the moment the answer
came, so half of that time is the most that the middle can be wrong, whichever way was the slow one. Of the last answers the surest counts (RFC 5905, section 10).
*/

import type {NodeClocks} from '../networks/probe.js';

/** Answers that are remembered of each peer. */
export const measurementsMax = 8;

/** Two clocks that nobody sets may drift apart by so much: an old answer is less sure. RFC 5905, section 7.1 takes 15 ppm; crystals have up to 100. */
export const driftFraction = 1e-4;

export type ClockMeasurement = {
	/** The peer's life that it is about. */
	readonly peerLife: number;
	/** When, in milliseconds of this node's life. */
	readonly ms: number;
	/** The peer's milliseconds of its life less this node's of its own. */
	readonly offsetMs: number;
	/** The most that this may be wrong. */
	readonly errorMs: number;
	/** The clock on the peer's wall less that on this node's. */
	readonly wallOffsetMs: number;
};

/** A probe left and its answer came at these times of this life; `wallMs`: this node's clock on the wall when it came. */
export type Answered = {readonly sentAt: number; readonly receivedAt: number; readonly wallMs: number; readonly clocks: NodeClocks};

export function measurementOf({sentAt, receivedAt, wallMs, clocks}: Answered): ClockMeasurement {
	const errorMs = (receivedAt - sentAt) / 2;
	const ms = sentAt + errorMs;
	return {peerLife: clocks.life, ms, offsetMs: clocks.ms - ms, errorMs, wallOffsetMs: clocks.wallMs - (wallMs - errorMs)};
}

/** The last ones with this; those of another life of the peer are forgotten. */
export const withMeasurement = (measured: readonly ClockMeasurement[], next: ClockMeasurement): readonly ClockMeasurement[] =>
	[...measured.filter(({peerLife}) => peerLife === next.peerLife), next].slice(-measurementsMax);

/** The surest of them now, with what it may be wrong now; undefined for none. */
export function surest(measured: readonly ClockMeasurement[], now: number): ClockMeasurement | undefined {
	const aged = measured.map(one => ({...one, errorMs: one.errorMs + ((now - one.ms) * driftFraction)}));
	return aged.toSorted((a, b) => a.errorMs - b.errorMs)[0];
}
