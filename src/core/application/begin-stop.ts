/** Into STOPPING, and to where it begins. */

import {endChecks} from './checks.js';
import {enter} from './enter.js';
import {beginHook} from './hooks.js';
import type {ApplicationState} from './state.js';
import {enterStep, shallRun, type Turn} from './turn.js';

export function beginStop(turn: Turn, from: 'WAIT' | 'STARTING' | 'DRAINING'): void {
	const {state} = turn;
	state.isRunning = false;
	state.hasServed = false;
	state.servesSince = undefined;
	state.checksDueAt = undefined;
	state.hook = undefined;
	state.handler = undefined;
	state.recovery = shallRun(state) ? state.recovery : undefined;
	enter(turn, from, 'STOPPING', 'services');
	endChecks(turn, ({check}) => check.when === 'up');
	if (isToStartAgain(state) || state.prepared !== 'done') {
		return;
	}

	enterStep(turn, 'before-stop');
	beginHook(turn, 'before-stop', 'the services stop');
}

/** Whether services are started again as soon as they are stopped, without a way through STOP. */
export const isToStartAgain = (state: Pick<ApplicationState, 'wanted' | 'held' | 'recovery'>): boolean => shallRun(state) && (state.recovery?.action === 'restart' || state.recovery?.action === 'configure');
