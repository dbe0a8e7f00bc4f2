/** STOP and WAIT: no client is let in. In STOP no service was started; in WAIT none, or all, and a check keeps the clients out. */

import {beginRun} from './begin-run.js';
import {beginStop} from './begin-stop.js';
import {isTakenBack} from './claim.js';
import {adoptSettings, callForChange} from './configure.js';
import {enter} from './enter.js';
import {callForCheck, hold, isForWait, take} from './recovery.js';
import {closedGate, downChecks, missingCheck} from './gates.js';
import {endChecks} from './checks.js';
import {advanceHandler} from './hooks.js';
import {forgetFailures, isAnyActive} from './services.js';
import {attendFailure} from './failure.js';
import {shallRun, type Turn} from './turn.js';

export function advanceStop(turn: Turn): void {
	const {state} = turn;
	adoptSettings(turn);
	forgetFailures(turn);
	if (state.wanted === 'leave') {
		endChecks(turn, () => true);
		enter(turn, 'STOP', 'ENDED');
		turn.effects.push({kind: 'stopped'});
		return;
	}

	if (!shallRun(state)) {
		return;
	}

	const stuck = state.services.find(({status}) => status === 'stuck');
	if (stuck !== undefined) {
		hold(turn, `service ${stuck.service.name} was killed and is there all the same`);
	} else if (closedGate(state) === undefined) {
		beginRun(turn, 'STOP');
	} else {
		enter(turn, 'STOP', 'WAIT');
	}
}

export function advanceWait(turn: Turn): void {
	const {state} = turn;
	if (!state.isRunning) {
		forgetFailures(turn);
	}

	if (!shallRun(state)) {
		if (isAnyActive(state) || state.isRunning || state.prepared !== 'no') {
			beginStop(turn, 'WAIT');
		} else {
			enter(turn, 'WAIT', 'STOP');
		}
	} else if (state.isRunning) {
		waitRunning(turn);
	} else if (closedGate(state) === undefined) {
		beginRun(turn, 'WAIT');
	}
}

/** Services run. What is down may have become worse, or is over. */
function waitRunning(turn: Turn): void {
	const {state} = turn;
	if (attendFailure(turn)) {
		take(turn);
		beginStop(turn, 'WAIT');
		return;
	}

	if (callForChange(turn)) {
		beginStop(turn, 'WAIT');
		return;
	}

	if (isTakenBack(state)) {
		enter(turn, 'WAIT', 'UP');
		return;
	}

	const {recovery} = state;
	const [known] = downChecks(state);
	if (recovery?.action === 'handler' && (recovery.phase !== 'due' || known?.check.name === recovery.subject.name)) {
		advanceHandler(turn);
		return;
	}

	if (known !== undefined) {
		callForCheck(turn, known);
		leaveForAction(turn);
	} else if (missingCheck(state) === undefined) {
		beginRun(turn, 'WAIT');
	}
}

function leaveForAction(turn: Turn): void {
	const {recovery} = turn.state;
	if (recovery === undefined || isForWait(recovery)) {
		return;
	}

	take(turn);
	beginStop(turn, 'WAIT');
}
