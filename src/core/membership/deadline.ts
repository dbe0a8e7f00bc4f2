/** When the core must be stepped again although nothing happens. */

import {monoMs, type MonoMs} from '../model/time.js';
import {waitEndsAt} from './admission.js';
import {expiresAt} from './alive.js';
import {
	ackAt,
	heartbeatAt,
	isHeard,
	repeatAt,
} from './announce.js';
import {handoverMs} from './finish.js';
import {holdingBack} from './lease.js';
import {pathBreaksAt} from './path.js';
import {witnessEndsAt} from './quorum.js';
import type {MembershipState} from './state.js';
import {calmAt} from './stretch.js';
import {alivePeers} from './turn.js';

/** A node that is off looks at its clock this often. */
const idleMs = 1000;

/** When the next `tick` is due, always later than the last step. Earlier ticks do no harm. */
export function nextDeadline(state: MembershipState): MonoMs {
	const times = [state.steppedAt + idleMs, state.kernel.retryAt, ...alivePeers(state).flatMap(peer => [expiresAt(state, peer), pathBreaksAt(state, peer)]), ...(isHeard(state) ? activeTimes(state) : [])];
	const next = Math.min(...times.filter(time => time !== undefined));
	return monoMs(Math.max(next, state.steppedAt + 1));
}

function activeTimes(state: MembershipState): Array<number | undefined> {
	const {steppedAt, stoppedAt, releasedAt, config: {timing, finishMs}} = state;
	const later = [
		waitEndsAt(state),
		witnessEndsAt(state),
		stoppedAt === undefined ? undefined : stoppedAt + handoverMs(state),
		releasedAt === undefined ? undefined : releasedAt + finishMs,
		releasedAt === undefined ? undefined : releasedAt + timing.detectionMs,
		...state.retained.map(({untilAt}) => untilAt),
		...holdingBack(state, steppedAt).map(({heardAt}) => heardAt + timing.silenceMs + 1),
	];
	return [
		heartbeatAt(state),
		repeatAt(state),
		state.echoesDue.length > 0 ? ackAt(state) : undefined,
		state.lease.endAt,
		calmAt(state),
		...later.filter(time => time !== undefined && time > steppedAt),
	];
}
