/**
Another configuration. It is adopted at once where the services that run are as it wants them; else the node drains, as for a restart that does not count,
stops what is changed, and starts what is missing. Where too few others serve, membership lets the nodes do so one after the other.
*/

import {configureChecks} from './checks.js';
import {callFor} from './recovery.js';
import {isActive, isSameRun} from './services.js';
import {freshCheck, freshService, type ApplicationState, type ServiceState} from './state.js';
import {shallRun, type Turn} from './turn.js';
import type {ApplicationSettings} from './types.js';

export function configure(turn: Turn, settings: ApplicationSettings): void {
	const {state} = turn;
	state.nextSettings = settings;
	if (state.life !== 'STOPPING' && !isRestartNeeded(state)) {
		adoptSettings(turn);
	}
}

/** The configuration that waits, if one does, is the one in use from now on. What runs goes on. */
export function adoptSettings(turn: Turn): void {
	const {state, now} = turn;
	const settings = state.nextSettings;
	if (settings === undefined) {
		return;
	}

	const {services, checks} = settings.application;
	state.settings = settings;
	state.nextSettings = undefined;
	state.services = services.map(service => {
		const known = state.services.find(({service: {name}}) => name === service.name);
		return known === undefined ? freshService(service, now) : {...known, service};
	});
	configureChecks(turn, checks, check => freshCheck(check, now));
	state.excused = state.excused.filter(name => checks.some(check => check.name === name));
	forgetRecovery(turn);
}

/** Calls for the change, where services must be stopped or started for it and nothing more urgent is being done. */
export function callForChange(turn: Turn): boolean {
	const {state} = turn;
	if (state.nextSettings === undefined || !shallRun(state)) {
		return false;
	}

	callFor(turn, {action: 'configure', subject: {kind: 'configuration', name: ''}, reason: 'its services are configured otherwise now'});
	return true;
}

/** Whether the service runs as the configuration that waits wants it. */
export const isStillMeant = ({nextSettings}: Pick<ApplicationState, 'nextSettings'>, {service}: ServiceState): boolean =>
	nextSettings === undefined || nextSettings.application.services.some(next => next.name === service.name && isSameRun(next, service));

function isRestartNeeded(state: ApplicationState): boolean {
	const isMissing = state.isRunning && state.nextSettings!.application.services.some(next => state.services.every(({service}) => service.name !== next.name));
	return isMissing || state.services.some(known => isActive(known) && !isStillMeant(state, known));
}

/** A check that is not there any more calls for nothing, and neither does a configuration that is adopted while the services run. */
function forgetRecovery({state}: Turn): void {
	const {recovery} = state;
	if (recovery === undefined || state.life === 'STOPPING') {
		return;
	}

	const isGone = recovery.subject.kind === 'check' && state.checks.every(({check}) => check.name !== recovery.subject.name);
	if (!(isGone || recovery.action === 'configure')) {
		return;
	}

	state.recovery = undefined;
	state.handler = undefined;
}
