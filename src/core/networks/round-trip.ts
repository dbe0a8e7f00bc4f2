/** How long a probe takes to a peer and back, and how much that varies. */

import type {Path} from './path.js';

/** RFC 6298, section 2.3: what a new measurement counts for. */
const rttGain = 1 / 8;

/** RFC 3550, section 6.4.1. */
const jitterGain = 1 / 16;

/** A probe came back after so many milliseconds. */
export const measuredRtt = (path: Path, rttMs: number): Path => path.rttMs === undefined
	? {
		...path, rttMs, lastRttMs: rttMs, jitterMs: 0,
	}
	: {
		...path,
		rttMs: path.rttMs + ((rttMs - path.rttMs) * rttGain),
		jitterMs: path.jitterMs + ((Math.abs(rttMs - path.lastRttMs) - path.jitterMs) * jitterGain),
		lastRttMs: rttMs,
	};
