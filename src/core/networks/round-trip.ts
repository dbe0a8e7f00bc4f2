/**
How long a probe takes to a peer and back, and how much that varies. The first answer is not counted: it waits for the neighbour's link-layer address, and
for code that runs for the first time. The next ones are averaged, so that none of them stands for the way before there are many.
*/

import type {Path} from './path.js';

/** RFC 6298, section 2.3: what a new measurement counts for. */
const rttGain = 1 / 8;

/** RFC 3550, section 6.4.1. */
const jitterGain = 1 / 16;

/** A probe came back after so many milliseconds. */
export function measuredRtt(path: Path, rttMs: number): Path {
	const counted = path.answersCount;
	const next = {...path, answersCount: counted + 1, lastRttMs: rttMs};
	if (path.rttMs === undefined) {
		return counted === 0 ? next : {...next, rttMs};
	}

	return {
		...next,
		rttMs: path.rttMs + ((rttMs - path.rttMs) * Math.max(rttGain, 1 / counted)),
		jitterMs: path.jitterMs + ((Math.abs(rttMs - path.lastRttMs) - path.jitterMs) * jitterGain),
	};
}
