/**
R7: how a node in a bad environment is given more time before it is held to be dead.

The measure is what was left of the lease when it was least: lost and slow heartbeats, late timers and pauses all show there and nowhere else. Where it
is little, the node makes its own lease longer, up to the ceiling; peers hear the length in its heartbeats and expel it that much later, and it is used
only when all have heard (`lease.ts`). After a calm time it is made shorter again. The detection time of the others never changes by it.
*/

import {monoMs, type MonoMs} from '../model/time.js';
import {detectionWith} from './alive.js';
import type {MembershipState} from './state.js';
import {
	alivePeers,
	nameOf,
	tell,
	type Turn,
} from './turn.js';

/** After so long without strain the stretch is halved. */
export const calmMs = 60_000;

/** L that this node wants now. */
export const wantedLeaseMs = ({config: {timing}, stretch}: Pick<MembershipState, 'config' | 'stretch'>): number => timing.leaseMs + stretch.extraMs;

/** The most that can be added to the lease without a detection time beyond the ceiling. */
export const stretchMaxMs = ({timing: {detectionMaxMs, detectionMs, leaseMs}}: MembershipState['config']): number =>
	Math.max(0, Math.floor(detectionMaxMs * leaseMs / detectionMs) - leaseMs);

/** With less than this left of it, a lease is in danger: the next heartbeat may be too late for it. */
export const dangerMs = ({timing: {intervalMs, timerLatenessMs}}: MembershipState['config']): number => intervalMs + (2 * timerLatenessMs);

/** Looks at what is left of the lease, before it is renewed or found to have run out. */
export function measureStrain(turn: Turn): void {
	const {state, now} = turn;
	const {endAt} = state.lease;
	const maxMs = stretchMaxMs(state.config);
	const {extraMs} = state.stretch;
	if (extraMs > maxMs) {
		state.stretch = {...state.stretch, extraMs: maxMs};
	}

	const missingMs = endAt === undefined ? 0 : dangerMs(state.config) - (endAt - now);
	if (missingMs > 0 && maxMs > 0) {
		strain(turn, missingMs);
	} else if (extraMs > 0 && now >= calmAt(state)!) {
		relax(turn);
	}
}

/** When the stretch is made shorter unless something happens; undefined when there is none. */
export const calmAt = ({stretch: {extraMs, changedAt}}: Pick<MembershipState, 'stretch'>): MonoMs | undefined => extraMs > 0 ? monoMs(changedAt + calmMs) : undefined;

function strain(turn: Turn, missingMs: number): void {
	const {state, now} = turn;
	const {timing} = state.config;
	const {intervalMs, leaseMs} = timing;
	const {extraMs: before} = state.stretch;
	// What was asked for and is not in use yet would be asked for again and again.
	const isComing = wantedLeaseMs(state) > state.lease.usedMs;
	const wantedMs = before + (Math.ceil(missingMs / intervalMs) * intervalMs);
	const extraMs = isComing ? before : Math.min(wantedMs, stretchMaxMs(state.config));
	const reason = cause(state, now);
	state.stretch = {extraMs, reason, changedAt: now};
	if (extraMs > before) {
		tell(turn, 'warning', 'detection-raised', `peers give this node ${detectionWith(timing, leaseMs + extraMs)} ms instead of ${detectionWith(timing, leaseMs + before)} ms before they take over: ${reason}`, {
			detectionMs: detectionWith(timing, leaseMs + extraMs),
		});
	}
}

function relax(turn: Turn): void {
	const {state, now} = turn;
	const {timing} = state.config;
	const half = state.stretch.extraMs / 2;
	const extraMs = half < timing.intervalMs ? 0 : Math.round(half);
	state.stretch = {extraMs, reason: extraMs === 0 ? '' : state.stretch.reason, changedAt: now};
	const detectionMs = detectionWith(timing, timing.leaseMs + extraMs);
	tell(turn, 'info', 'detection-lowered', `${detectionMs} ms without a heartbeat of this node are enough again for its peers to take over`, {detectionMs});
}

function cause(state: MembershipState, now: MonoMs): string {
	const {timerLatenessMs, intervalMs} = state.config.timing;
	if (state.latenessMs > timerLatenessMs) {
		return `its timers ran ${state.latenessMs} ms late`;
	}

	const [slowest] = alivePeers(state).filter(({echoAt}) => echoAt !== undefined).toSorted((a, b) => a.echoAt! - b.echoAt!);
	return slowest === undefined || now - slowest.echoAt! <= 2 * intervalMs
		? 'its heartbeats left late'
		: `heartbeats between it and ${nameOf(state, slowest.id)} are lost or slow`;
}
