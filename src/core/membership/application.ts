/**
What the application's life asks of membership: to serve, with all of its weights or a part, or to be out. A node that is out lives on, is heard, confirms
the others and owns nothing, as one that rests; its heartbeats carry the state of its application and the reason.

It leaves as any change goes, by gates, and serves established connections until they end. Where the application is dead that is too slow: every new
connection until the handover is a client refused. Then what is owned goes at once. What is established is served on all the same: the connections of the
dead end by the kernel's own word, and those of other programs live.
*/

import type {ApplicationClaim, ApplicationStanding} from '../model/application-claim.js';
import {isEmptySlots} from '../model/slot-set.js';
import {wholeShare, type Wellness} from '../protocol/heartbeat.js';
import {closeKernel, heldSlots} from './kernel.js';
import {addRetained} from './retention.js';
import type {Guard, MembershipState} from './state.js';
import {tell, type Turn} from './turn.js';

type Claiming = Pick<MembershipState, 'claim' | 'guard'>;

/** Takes in what the application asks now. Whether a guarded claim is followed is decided later (`guard.ts`). */
export function absorbClaim(turn: Turn, claim: ApplicationClaim): void {
	const {state} = turn;
	const {claim: before} = state;
	const wasOut = isOut(state);
	turn.isDirty ||= !areEqualClaims(before, claim);
	state.claim = claim;
	state.hasDropped = claim.wants === 'out' && (state.hasDropped || claim.isDropping);
	if (!isGuarded(state)) {
		setStage(turn, 'free');
	} else if (before.wants === 'in' && state.isServing) {
		setStage(turn, 'asking');
	}

	follow(turn, wasOut);
}

const areEqualClaims = (a: ApplicationClaim, b: ApplicationClaim): boolean => a.wants === b.wants
	&& Object.entries(a).every(([field, value]) => b[field as keyof ApplicationClaim] === value);

/** Whether this node may be kept although its application wants out. The dead cannot be. */
export const isGuarded = ({claim, config}: Pick<MembershipState, 'claim' | 'config'>): boolean =>
	claim.wants === 'out' && claim.isGuarded && !claim.isDropping && config.keepAtLeast > 0;

/** Decides on a guarded claim, or asks anew. */
export function setGuard(turn: Turn, stage: Guard['stage']): void {
	const wasOut = isOut(turn.state);
	setStage(turn, stage);
	follow(turn, wasOut);
}

/** The next heartbeat is the first to say so. */
function setStage(turn: Turn, stage: Guard['stage']): void {
	const {state, now} = turn;
	if (state.guard.stage === stage) {
		return;
	}

	state.guard = {stage, incarnation: state.incarnation, sequence: state.sequence + 1, at: now};
	turn.isDirty = true;
}

function follow(turn: Turn, wasOut: boolean): void {
	const {state} = turn;
	const {claim} = state;
	if (wasOut && !isOut(state)) {
		enter(turn);
	} else if (claim.wants === 'out' && isOut(state)) {
		leave(turn, claim, wasOut);
	}
}

function enter(turn: Turn): void {
	const {state} = turn;
	if (state.wanted !== 'serve' || state.stage !== 'on') {
		return;
	}

	if (state.claim.wants === 'in') {
		tell(turn, 'info', 'application-in', 'the application is ready; joining the farm', {});
	} else {
		tell(turn, 'warning', 'application-needed', `too few nodes serve; joining the farm although ${state.claim.reason}`, {reason: state.claim.reason});
	}
}

function leave(turn: Turn, {reason, state: lifecycle, isDropping}: Extract<ApplicationClaim, {wants: 'out'}>, wasOut: boolean): void {
	const {state} = turn;
	if (state.stage !== 'on') {
		return;
	}

	if (!wasOut && state.wanted === 'serve') {
		const what = isDropping ? 'this node gives its share up at once' : 'this node hands its share over';
		tell(turn, lifecycle === 'WAIT' || isDropping ? 'error' : 'info', 'application-out', `${what}: ${reason}`, {reason});
	}

	if (!isDropping || isEmptySlots(heldSlots(state))) {
		return;
	}

	addRetained(turn, heldSlots(state));
	closeKernel(turn);
}

/** Whether the application keeps this node from serving. */
export const isOut = ({claim, guard}: Claiming): boolean => claim.wants === 'out' && guard.stage === 'free';

/** What came of the last claim. */
export function applicationStanding(state: MembershipState): ApplicationStanding {
	const {claim, guard} = state;
	if (claim.wants === 'in') {
		return 'in';
	}

	if (guard.stage !== 'free') {
		return guard.stage === 'kept' ? 'kept' : 'in';
	}

	const isServing = !isEmptySlots(heldSlots(state)) || (state.retained.length > 0 && !state.hasDropped);
	return isServing ? 'leaving' : 'out';
}

/** Whether a node that goes gently has yet to hand over, or serves what it retains. */
export const isLeaving = (state: MembershipState): boolean => isOut(state) && !state.hasDropped && applicationStanding(state) === 'leaving';

const wellnesses: Readonly<Record<Guard['stage'], Wellness>> = {free: 'out', asking: 'unwell', kept: 'degraded'};

/** What peers are told of it. */
export const ownWellness = ({claim, guard}: Claiming): Wellness => claim.wants === 'in' ? 'well' : wellnesses[guard.stage];

/** Thousandths of its weights that this node serves with. */
export const ownShare = ({claim}: Pick<MembershipState, 'claim'>): number => claim.wants === 'in' ? claim.shareThousandths : wholeShare;

/** Why the application keeps this node out, or what is wrong with it; empty when all is well. */
export function applicationProblem({claim, guard, config: {keepAtLeast}}: Claiming & Pick<MembershipState, 'config'>): string {
	const note = claim.wants === 'in' ? claim.note : claim.reason;
	if (claim.wants === 'out' && guard.stage === 'kept') {
		return `degraded: ${note}; serves on, for ${keepAtLeast === 1 ? 'nobody else' : `fewer than ${keepAtLeast} others`} would`;
	}

	const isServing = claim.wants === 'in' || guard.stage !== 'free';
	return note !== '' && isServing ? `degraded: ${note}` : note;
}
