/** What the application asks of membership: to be let in, and with which share; or to be left out, why and how. */

import type {ApplicationClaim, ApplicationStanding} from '../model/application-claim.js';
import {monoMs, type MonoMs} from '../model/time.js';
import {isExcused} from './gates.js';
import {noteOf, reasonOf} from './reason.js';
import {isForWait, isGuarded} from './recovery.js';
import type {ApplicationState, Recovery} from './state.js';
import type {Turn} from './turn.js';

/** A slow start goes in so many steps of equal size. */
export const slowStartSteps = 10;

const wholeThousandths = 1000;

/** Tells membership when the claim is another. Its standing then counts only once it answers this claim. */
export function updateClaim(turn: Turn): void {
	const {state} = turn;
	const claim = claimOf(state, turn.now);
	if (!state.isBegun || JSON.stringify(claim) === JSON.stringify(state.claim)) {
		return;
	}

	state.claim = claim;
	state.claimNumber++;
	turn.effects.push({kind: 'claim', claim, number: state.claimNumber});
}

/** What membership made of the claim as it is now; undefined as long as it has not said so. */
export const answeredStanding = ({standing, claimNumber}: Pick<ApplicationState, 'standing' | 'claimNumber'>): ApplicationStanding | undefined =>
	standing.answers === claimNumber ? standing.standing : undefined;

/** Since when this node has a share follows from what membership says. */
export function noteShare({state, now}: Turn): void {
	const standing = answeredStanding(state);
	if (standing === 'out' || state.wanted !== 'serve') {
		state.servesSince = undefined;
	} else if (standing === 'in' || standing === 'kept') {
		state.servesSince ??= now;
	}
}

/** When the share is next to grow; undefined when it is whole, or there is none. */
export function nextShareAt({servesSince, settings: {application: {slowStartMs}}, steppedAt, life}: ApplicationState): MonoMs | undefined {
	if (servesSince === undefined || slowStartMs === 0 || steppedAt >= servesSince + slowStartMs || life !== 'UP') {
		return undefined;
	}

	const step = stepAt(steppedAt - servesSince, slowStartMs);
	return monoMs(servesSince + Math.ceil(step * slowStartMs / slowStartSteps));
}

function claimOf(state: ApplicationState, now: MonoMs): ApplicationClaim {
	const {life, recovery} = state;
	if (life === 'UP' && (recovery === undefined || isToBeLetIn(state, recovery))) {
		return {wants: 'in', shareThousandths: shareOf(state, now), note: noteOf(state)};
	}

	const isServing = life === 'UP' || (life === 'DRAINING' && state.step === 'retaining') || isReserve(state);
	return {
		wants: 'out', state: claimedState(state), reason: reasonOf(state), isGuarded: state.isServedAlready || (isServing && isGuarded(recovery)), isDropping: life === 'DRAINING' ? state.step === 'dropping' : !isServing && wasDropping(state),
	};
}

/** A node that left because a check is down, and whose services run: where too few others serve it is taken back as it is. */
const isReserve = ({life, hasServed, recovery}: ApplicationState): boolean => life === 'WAIT' && hasServed && recovery?.action === 'wait';

/** Whether membership takes it back. */
export const isTakenBack = (state: ApplicationState): boolean => isReserve(state) && ['in', 'kept'].includes(answeredStanding(state) ?? '');

/** A node that was kept, and started anew in vain, goes in again before it is asked whether it may leave. */
const isToBeLetIn = (state: ApplicationState, {subject}: Recovery): boolean =>
	state.servesSince === undefined && state.checks.some(known => known.check.name === subject.name && isExcused(known, state));

function claimedState({life, recovery}: ApplicationState): 'WAIT' | 'STARTING' | 'STOPPING' | 'STOP' {
	if (life === 'UP' || life === 'DRAINING') {
		return recovery !== undefined && isForWait(recovery) ? 'WAIT' : 'STOPPING';
	}

	return life === 'ENDED' ? 'STOP' : life;
}

const wasDropping = ({claim}: ApplicationState): boolean => claim?.wants === 'out' && claim.isDropping;

function shareOf({servesSince, settings: {application: {slowStartMs}}}: ApplicationState, now: MonoMs): number {
	if (slowStartMs === 0) {
		return wholeThousandths;
	}

	return Math.round(wholeThousandths * stepAt(servesSince === undefined ? 0 : now - servesSince, slowStartMs) / slowStartSteps);
}

/** From 1 to `slowStartSteps`. */
const stepAt = (sinceMs: number, slowStartMs: number): number => Math.min(slowStartSteps, 1 + Math.floor(sinceMs * slowStartSteps / slowStartMs));
