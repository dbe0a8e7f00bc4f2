/** Into STARTING, and to where it begins. */

import {monoMs} from '../model/time.js';
import {beginChecks} from './checks.js';
import {enter} from './enter.js';
import {beginHook} from './hooks.js';
import {isForWait} from './recovery.js';
import type {ApplicationState} from './state.js';
import {enterStep, type Turn} from './turn.js';

/** Without services, checks have so long to come up. */
export const checksPatienceMs = 30_000;

export function beginRun(turn: Turn, from: 'STOP' | 'WAIT' | 'STOPPING'): void {
	const {state, now} = turn;
	if (state.recovery !== undefined && isForWait(state.recovery)) {
		state.recovery = undefined;
	}

	if (state.isRunning) {
		enter(turn, from, 'STARTING', 'checks');
		awaitChecks(turn);
	} else if (now < (state.pauseUntil ?? now)) {
		enter(turn, from, 'STARTING', 'pause');
	} else {
		enter(turn, from, 'STARTING', 'services');
		beginPreparation(turn);
	}
}

export function beginPreparation(turn: Turn): void {
	const {state} = turn;
	if (state.prepared === 'no') {
		enterStep(turn, 'before-start');
		beginHook(turn, 'before-start', 'the application starts');
	} else {
		enterStep(turn, 'services');
	}
}

export function awaitChecks(turn: Turn): void {
	const {state, now} = turn;
	enterStep(turn, 'checks');
	state.checksDueAt = monoMs(now + patienceMs(state));
	beginChecks(turn, 'up');
}

/** What a service may take to start its checks may take, too. */
const patienceMs = ({settings: {application: {services}}}: ApplicationState): number =>
	services.length === 0 ? checksPatienceMs : Math.max(...services.map(({startTimeoutMs}) => startTimeoutMs));
