/**
The share of a peer's heartbeats that a network loses. Sequence numbers alone cannot tell: a heartbeat that was meant for other peers leaves a gap too. So
the peer says in each probe how many it has sent here by this network, as the sender's report of RFC 3550 (section 6.4.1) does, and what has arrived is
held against it.
*/

import {inLife, type Path} from './path.js';

/** Heartbeats that count: an older one by a factor e less. */
export const lossWindow = 100;

/** With fewer expected than this a share says nothing. */
export const lossExpectedMin = 10;

/** The peer says how many heartbeats it has sent by this network in this life. */
export function toldSent(path: Path, {incarnation, sent}: {readonly incarnation: number; readonly sent: number}): Path {
	if (incarnation < path.incarnation) {
		return path;
	}

	const current = inLife(path, incarnation);
	const counted = {sent, received: current.received};
	const newlySent = sent - (current.counted?.sent ?? sent);
	if (current.counted === undefined || newlySent < 0) {
		return {...current, counted};
	}

	return newlySent === 0 ? current : {...withSample(current, newlySent, newlySent - (current.received - current.counted.received)), counted};
}

/** `missing` may be negative: those that were overtaken by the last count have arrived since. */
function withSample(path: Path, sent: number, missing: number): Path {
	const kept = (1 - (1 / lossWindow)) ** sent;
	const weight = (1 - kept) * lossWindow;
	return {...path, expected: (path.expected * kept) + weight, missing: (path.missing * kept) + (weight * missing / sent)};
}

/** In percent, 0 to 100: of about the last `lossWindow` heartbeats. All of them where the network is lost, undefined where too few are known. */
export function lossPercent({expected, missing, isLost}: Path): number | undefined {
	if (isLost) {
		return 100;
	}

	return expected < lossExpectedMin ? undefined : Math.min(100, Math.max(0, 100 * missing / expected));
}
