/**
STOPPING: the hook before it, the services in reverse, the hook after it. A restart has no hooks, and when the configuration is another only those services
stop that it changes. No client is served by now, so nothing here waits for membership.
*/

import {beginRun} from './begin-run.js';
import {isToStartAgain} from './begin-stop.js';
import {adoptSettings, isStillMeant} from './configure.js';
import {enter} from './enter.js';
import {beginHook} from './hooks.js';
import {hold} from './recovery.js';
import {forgetFailures, isActive, stopService} from './services.js';
import type {ServiceState} from './state.js';
import {enterStep, shallRun, type Draft, type Turn} from './turn.js';

export function advanceStopping(turn: Turn): void {
	const {state} = turn;
	// Whatever exits now need not be stopped any more.
	forgetFailures(turn);
	state.hookFailure = '';
	if (state.hook !== undefined) {
		return;
	}

	if (state.step === 'before-stop') {
		state.prepared = 'begun';
		enterStep(turn, 'services');
	} else if (state.step === 'services') {
		stopNext(turn);
	} else {
		state.prepared = 'no';
		state.recovery = shallRun(state) ? state.recovery : undefined;
		enter(turn, 'STOPPING', 'STOP');
	}
}

function stopNext(turn: Turn): void {
	const {state} = turn;
	const next = state.services.findLast(known => isActive(known) && isToStop(state, known));
	if (next === undefined) {
		endStop(turn);
	} else if (next.status === 'running' || next.status === 'starting') {
		stopService(turn, next);
	}
}

function endStop(turn: Turn): void {
	const {state} = turn;
	adoptSettings(turn);
	const stuck = state.services.find(({status}) => status === 'stuck');
	if (stuck !== undefined && isToStartAgain(state)) {
		hold(turn, `service ${stuck.service.name} was killed and is there all the same`);
	} else if (isToStartAgain(state)) {
		beginRun(turn, 'STOPPING');
	} else {
		enterStep(turn, 'after-stop');
		if (state.prepared !== 'no') {
			beginHook(turn, 'after-stop', 'the services are stopped');
		}
	}
}

const isToStop = (state: Draft, known: ServiceState): boolean => !(isToStartAgain(state) && state.recovery?.action === 'configure' && isStillMeant(state, known));
