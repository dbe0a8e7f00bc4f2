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
import {join} from './admission.js';
import {closeKernel, heldSlots} from './kernel.js';
import {addRetained} from './retention.js';
import type {MembershipState} from './state.js';
import {tell, type Turn} from './turn.js';

type Claiming = Pick<MembershipState, 'claim'>;

/** Takes in what the application asks now. */
export function absorbClaim(turn: Turn, claim: ApplicationClaim): void {
	const {state} = turn;
	const wasOut = isOut(state);
	turn.isDirty ||= !areEqualClaims(state.claim, claim);
	state.claim = claim;
	if (wasOut && !isOut(state)) {
		enter(turn);
	} else if (claim.wants === 'out') {
		leave(turn, claim, wasOut);
	}
}

const areEqualClaims = (a: ApplicationClaim, b: ApplicationClaim): boolean => Object.entries(a).every(([field, value]) => b[field as keyof ApplicationClaim] === value)
	&& a.wants === b.wants;

function enter(turn: Turn): void {
	const {state} = turn;
	if (state.wanted !== 'serve') {
		return;
	}

	join(turn);
	if (state.stage === 'on') {
		tell(turn, 'info', 'application-in', 'the application is ready; joining the farm', {});
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
export const isOut = ({claim}: Claiming): boolean => claim.wants === 'out';

/** What came of the last claim. */
export function applicationStanding(state: MembershipState): ApplicationStanding {
	const {claim} = state;
	if (claim.wants === 'in') {
		return 'in';
	}

	const isServing = !isEmptySlots(heldSlots(state)) || (state.retained.length > 0 && !claim.isDropping);
	return isServing ? 'leaving' : 'out';
}

/** Whether a node that is out by its application, or about to be, has yet to hand over, or serves what it retains. */
export const isLeaving = (state: MembershipState): boolean => applicationStanding(state) === 'leaving' && state.claim.wants === 'out' && !state.claim.isDropping;

/** What peers are told of it. */
export const ownWellness = (state: Claiming): Wellness => isOut(state) ? 'out' : 'well';

/** Thousandths of its weights that this node serves with. */
export const ownShare = ({claim}: Claiming): number => claim.wants === 'in' ? claim.shareThousandths : wholeShare;

/** Why the application keeps this node out, or what is wrong with it; empty when all is well. */
export function applicationProblem({claim}: Claiming): string {
	if (claim.wants === 'out') {
		return claim.reason;
	}

	return claim.note === '' ? '' : `degraded: ${claim.note}`;
}
