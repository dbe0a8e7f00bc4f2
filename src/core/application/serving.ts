/**
UP and DRAINING: clients may be here. A check that goes down calls for its action, and membership says whether this node may leave for it. One that is kept
is started anew where it is, once, after the others have had a moment to come back. Nothing is stopped before no client is served any more.
*/

import {beginStop} from './begin-stop.js';
import {answeredStanding} from './claim.js';
import {callForChange} from './configure.js';
import {enter} from './enter.js';
import {attendFailure} from './failure.js';
import {downChecks} from './gates.js';
import {advanceHandler} from './hooks.js';
import {callForCheck, isExhausted, isForWait, isGuarded, take} from './recovery.js';
import {forgetFailures} from './services.js';
import type {ApplicationState, Recovery} from './state.js';
import {enterStep, shallRun, tell, type Turn} from './turn.js';

/**
A node that is kept while others are unwell, too, waits so long before it starts its services anew where it is. What all depend on may have failed, then that
would help nobody and leave the farm without its last node for a moment; and others may come back.
*/
export const keptPatienceMs = 120_000;

/** The same, when the services run well but are configured otherwise now: others do it before, one after the other. */
export const changePatienceMs = 300_000;

/** Membership that does not confirm for so long that nothing is served any more, after it was told to drop it, is not waited for. */
export const dropPatienceMs = 2000;

export function advanceUp(turn: Turn): void {
	const {state} = turn;
	if (!shallRun(state)) {
		endRecovery(turn);
		enter(turn, 'UP', 'DRAINING', 'retaining');
	} else if (attendFailure(turn)) {
		enter(turn, 'UP', 'DRAINING', 'dropping');
	} else {
		callForWhatIsDue(turn);
		if (state.recovery !== undefined) {
			recover(turn, state.recovery);
		}
	}
}

export function advanceDraining(turn: Turn): void {
	const {state} = turn;
	if (shallRun(state)) {
		if (attendFailure(turn)) {
			enterStep(turn, 'dropping');
		}

		if (state.recovery?.action === 'wait' && state.step === 'retaining' && downChecks(state).length === 0) {
			forgetRecovery(turn, state.recovery);
		}

		if (canReturn(state)) {
			enter(turn, 'DRAINING', 'UP');
			return;
		}
	} else {
		endRecovery(turn);
	}

	if (state.step === 'retaining' && isToDrop(turn)) {
		enterStep(turn, 'dropping');
	} else if (isDrained(turn)) {
		leave(turn);
	}
}

/** When DRAINING goes on although nothing is heard; undefined for never. */
export function drainDueAt(state: ApplicationState): number | undefined {
	if (state.life !== 'DRAINING') {
		return undefined;
	}

	return state.step === 'dropping' ? state.stepSince + dropPatienceMs : (state.recovery === undefined ? undefined : state.stepSince + state.settings.drainMs);
}

/** When a node that may be kept is started anew where it is; undefined for never, or for at once. */
export function inPlaceDueAt(state: ApplicationState): number | undefined {
	const {life, recovery, standing: {othersUnwell}} = state;
	return life === 'UP' && recovery !== undefined && othersUnwell && isForPlace(state, recovery)
		? recovery.since + (recovery.action === 'configure' ? changePatienceMs : keptPatienceMs)
		: undefined;
}

/** What is most urgent, by the checks as they are now. */
function callForWhatIsDue(turn: Turn): void {
	const {state} = turn;
	const {recovery} = state;
	if (state.handler !== undefined || recovery?.phase === 'verifying' || callForChange(turn)) {
		return;
	}

	const [known] = downChecks(state);
	if (known !== undefined) {
		callForCheck(turn, known);
	} else if (recovery !== undefined) {
		forgetRecovery(turn, recovery);
	}
}

function forgetRecovery(turn: Turn, {reason, action}: Recovery): void {
	turn.state.recovery = undefined;
	tell(turn, 'info', 'recovered', `what called for an action is over: ${reason}`, {action});
}

function recover(turn: Turn, recovery: Recovery): void {
	const {state, now} = turn;
	const standing = answeredStanding(state);
	if (state.claim?.wants === 'in' || standing === undefined) {
		return;
	}

	if (standing === 'out' || standing === 'leaving') {
		enter(turn, 'UP', 'DRAINING', 'retaining');
	} else if (recovery.action === 'handler' && recovery.phase !== 'due') {
		advanceHandler(turn);
	} else if (isForPlace(state, recovery) && now >= (inPlaceDueAt(state) ?? now) && !isVain(turn, recovery)) {
		recoverInPlace(turn, recovery);
	}
}

/** What helps here, if membership says that nobody else takes the clients. */
const isForPlace = (state: ApplicationState, {action, subject}: Recovery): boolean => action !== 'wait' && action !== 'stop'
	&& (answeredStanding(state) === 'kept' || !state.standing.othersServe) && !state.excused.includes(subject.name);

const isVain = ({state, now}: Turn, {action}: Recovery): boolean => action !== 'configure' && isExhausted(state, now);

function recoverInPlace(turn: Turn, recovery: Recovery): void {
	const {state} = turn;
	if (recovery.action === 'handler') {
		advanceHandler(turn);
		return;
	}

	state.recovery = {...recovery, isDropping: true};
	state.excused = downChecks(state).map(({check}) => check.name);
	enter(turn, 'UP', 'DRAINING', 'dropping');
}

const isInPlace = ({isDropping, subject: {kind}}: Recovery): boolean => isDropping && (kind === 'check' || kind === 'configuration');

/** Whether a node that drains may serve again: nothing makes it leave any more, or membership keeps it after all. */
function canReturn(state: ApplicationState): boolean {
	const {recovery, step} = state;
	if (step === 'dropping') {
		return false;
	}

	const standing = answeredStanding(state);
	return recovery === undefined || (isGuarded(recovery) && (standing === 'kept' || standing === 'in'));
}

/** It is stopped anyway, and nothing that dies on the way counts. */
function endRecovery(turn: Turn): void {
	const {state} = turn;
	state.recovery = undefined;
	state.handler = undefined;
	state.hookFailure = '';
	forgetFailures(turn);
}

/** Established connections are not waited for any longer: the application is dead, or an automatic action has waited long enough. */
const isToDrop = ({state, now}: Turn): boolean => state.services.some(({status}) => status !== 'running') || now >= (drainDueAt(state) ?? Infinity);

const isDrained = ({state, now}: Turn): boolean => answeredStanding(state) === 'out' || (state.step === 'dropping' && now >= state.stepSince + dropPatienceMs);

function leave(turn: Turn): void {
	const {state} = turn;
	const {recovery} = state;
	if (recovery !== undefined && isForWait(recovery)) {
		enter(turn, 'DRAINING', 'WAIT');
		return;
	}

	if (recovery !== undefined) {
		state.excused = isInPlace(recovery) ? state.excused : [];
		take(turn);
	}

	beginStop(turn, 'DRAINING');
}
