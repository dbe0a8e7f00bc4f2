/** When the core must be stepped again although nothing happens. */

import {monoMs, type MonoMs} from '../model/time.js';
import {waitEndsAt} from './admission.js';
import {expiresAt} from './alive.js';
import {
	ackAt,
	announcementAt,
	heartbeatAt,
	isHeard,
	repeatAt,
} from './announce.js';
import {holdingBack} from './lease.js';
import {pathBreaksAt} from './path.js';
import {witnessEndsAt} from './quorum.js';
import {cutDueAt, handoverMs} from './resting.js';
import {awayUntil} from './retention.js';
import type {MembershipState} from './state.js';
import {calmAt} from './stretch.js';

/** A node that is off looks at its clock this often. */
const idleMs = 1000;

const known = new WeakMap<MembershipState, MonoMs>();

/** When the next `tick` is due, always later than the last step. Earlier ticks do no harm. Remembered by the state: it is asked for more than once. */
export function nextDeadline(state: MembershipState): MonoMs {
	const deadline = known.get(state) ?? findDeadline(state);
	known.set(state, deadline);
	return deadline;
}

function findDeadline(state: MembershipState): MonoMs {
	const next = Math.min(state.steppedAt + idleMs, state.kernel.retryAt ?? Infinity, peersDeadline(state), isHeard(state) ? activeDeadline(state) : Infinity);
	return monoMs(Math.max(next, state.steppedAt + 1));
}

function peersDeadline(state: MembershipState): number {
	let next = Infinity;
	for (const peer of state.peers) {
		if (peer.isAlive) {
			next = Math.min(next, expiresAt(state, peer), pathBreaksAt(state, peer) ?? Infinity);
		} else if (awayUntil(peer) > state.steppedAt) {
			next = Math.min(next, awayUntil(peer));
		}
	}

	return next;
}

function activeDeadline(state: MembershipState): number {
	const {steppedAt, stoppedAt, releasedAt, config: {timing, finishMs}} = state;
	const later = [
		waitEndsAt(state),
		witnessEndsAt(state),
		stoppedAt === undefined ? undefined : stoppedAt + handoverMs(state),
		releasedAt === undefined ? undefined : releasedAt + finishMs,
		releasedAt === undefined ? undefined : releasedAt + timing.detectionMs,
		cutDueAt(state),
		...state.retained.map(({untilAt}) => untilAt),
		state.kernel.tidyAt,
	];
	let next = Math.min(heartbeatAt(state), repeatAt(state), ackAt(state), announcementAt(state), state.lease.endAt ?? Infinity, calmAt(state) ?? Infinity);
	for (const time of later) {
		next = time !== undefined && time > steppedAt ? Math.min(next, time) : next;
	}

	for (const {heardAt} of holdingBack(state, steppedAt)) {
		const silentAt = heardAt + timing.silenceMs + 1;
		next = silentAt > steppedAt ? Math.min(next, silentAt) : next;
	}

	return next;
}
