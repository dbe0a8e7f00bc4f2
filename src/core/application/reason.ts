/** Why the application is in its state, in one line that is stable while nothing changes. Empty where all is well. */

import {checkText, closedGate, degradingCheck, downChecks, missingCheck} from './gates.js';
import type {ApplicationState} from './state.js';
import {shallRun} from './turn.js';

export function reasonOf(state: ApplicationState): string {
	switch (state.life) {
		case 'STOP':
		case 'ENDED': {
			return restReason(state);
		}

		case 'WAIT': {
			return waitReason(state);
		}

		case 'STARTING': {
			return [startingReason(state), recoveryReason(state)].filter(text => text !== '').join('; ');
		}

		case 'UP': {
			return state.recovery?.reason ?? noteOf(state);
		}

		case 'DRAINING':
		case 'STOPPING': {
			return (shallRun(state) ? state.recovery?.reason : undefined) ?? restReason(state);
		}

		default: {
			return state.life satisfies never;
		}
	}
}

/** The same without what an event of its own has told before: what called for an action, and that it was one too many. */
export const newsOf = (state: ApplicationState): string => reasonOf({...state, recovery: undefined, held: ''});

/** What is not as it should be, and closes nothing. */
export function noteOf(state: ApplicationState): string {
	const known = degradingCheck(state) ?? downChecks(state)[0];
	return known === undefined ? '' : checkText(known);
}

function restReason({wanted, held, isBegun}: ApplicationState): string {
	if (held !== '') {
		return held;
	}

	if (wanted === 'leave') {
		return 'its daemon ends';
	}

	return wanted === 'stop' && isBegun ? 'stopped by an operator; start it: farmctl node start' : '';
}

function waitReason(state: ApplicationState): string {
	const {recovery, handler, isRunning} = state;
	if (recovery !== undefined && isRunning) {
		return handler === undefined ? recovery.reason : `${recovery.reason}; its handler runs`;
	}

	const known = closedGate(state);
	return known === undefined ? '' : checkText(known);
}

/** Such as `restart 1 of 3: service api exited`: how many are left before the node stops for good. */
function recoveryReason({recovery, actions, settings: {application: {actions: {max}}}}: ApplicationState): string {
	if (recovery === undefined || actions.length === 0 || actions.at(-1)!.reason !== recovery.reason) {
		return recovery?.reason ?? '';
	}

	return `${recovery.action} ${actions.length} of ${max}: ${recovery.reason}`;
}

function startingReason(state: ApplicationState): string {
	const {step, services, hook} = state;
	if (step === 'pause') {
		return 'starting again in a moment';
	}

	if (step === 'before-start' || step === 'after-start') {
		return hook === undefined ? '' : `hook ${step} runs`;
	}

	if (step === 'services') {
		const next = services.find(({status}) => status !== 'running');
		return next === undefined ? '' : `service ${next.service.name} starts`;
	}

	const missing = missingCheck(state);
	return missing === undefined ? '' : `waiting for check ${missing.check.name}${missing.verdict === 'down' && missing.reason !== '' ? `: ${missing.reason}` : ''}`;
}
