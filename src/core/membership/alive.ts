/** Who is alive: a peer is, until it was silent for the detection time or said that it stops. A peer with a longer lease is given that much longer (R7). */

import type {Timing} from '../model/farm.js';
import {monoMs, type MonoMs} from '../model/time.js';
import type {MembershipState, Peer} from './state.js';
import {
	isPause,
	nameOf,
	tell,
	type Turn,
} from './turn.js';

/** The silence in milliseconds after which a node with this lease is dead: longer in the same proportion, so that the margin for clocks that drift grows too. */
export const detectionWith = ({detectionMs, leaseMs}: Pick<Timing, 'detectionMs' | 'leaseMs'>, itsLeaseMs: number): number =>
	Math.max(detectionMs, Math.ceil(itsLeaseMs * detectionMs / leaseMs));

/** A live node's heartbeat arrives within this time although k before it were lost. */
export function heardWithinMs({config: {timing}}: Pick<MembershipState, 'config'>): number {
	const {lossesMax, intervalMs, timerLatenessMs, delayMs} = timing;
	return ((lossesMax + 1) * (intervalMs + timerLatenessMs)) + delayMs;
}

/**
The silence in milliseconds that a peer survives. What a witness confirms to it may be so much later than what this node heard of it last as a heartbeat
takes at most (`quorum.ts`).
*/
export function expiryMs(state: Pick<MembershipState, 'config'>, {message}: Peer): number {
	const {timing, quorum} = state.config;
	return detectionWith(timing, message.leaseMs) + (quorum === 'witness' ? heardWithinMs(state) : 0);
}

/** The first instant at which the peer is dead unless it is heard. Times are rounded down, hence the one millisecond. */
export const expiresAt = (state: Pick<MembershipState, 'config'>, peer: Peer): MonoMs => monoMs(peer.heardAt + expiryMs(state, peer) + 1);

/** R11: silence during a pause of this node is not the peers' silence; nor does it count as waiting (R3), for nobody heard this node meanwhile. */
export function forgivePause(turn: Turn): void {
	const {state, now} = turn;
	const gapMs = now - state.steppedAt;
	if (state.stage !== 'on' || !isPause(state, gapMs)) {
		return;
	}

	state.peers = state.peers.map(peer => ({
		...peer, heardAt: monoMs(peer.heardAt + gapMs), directAt: peer.directAt === undefined ? undefined : monoMs(peer.directAt + gapMs),
	}));
	if (!state.isAdmitted && state.announcedAt !== undefined) {
		state.announcedAt = now;
	}

	tell(turn, 'warning', 'paused', `this node did not run for ${gapMs} ms`, {pauseMs: gapMs});
}

/** Declares peers dead that were silent too long. */
export function expirePeers(turn: Turn): void {
	const {state, now} = turn;
	for (const peer of state.peers) {
		if (!(peer.isAlive && now >= expiresAt(state, peer))) {
			continue;
		}

		const silenceMs = now - peer.receivedAt;
		state.peers = state.peers.map(other => other === peer ? {...peer, isAlive: false} : other);
		tell(turn, 'error', 'node-dead', `${nameOf(state, peer.id)} has been silent for ${silenceMs} ms and is held to be dead`, {node: nameOf(state, peer.id), silenceMs});
	}
}
