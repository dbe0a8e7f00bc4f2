/** A service that exited or did not start, or a hook before the start that failed: the services are started anew. */

import {callFor} from './recovery.js';
import {forgetFailures} from './services.js';
import type {Turn} from './turn.js';

/** Whether there was one; it has its recovery then. Clients that are here yet go elsewhere at once. */
export function attendFailure(turn: Turn): boolean {
	const {state} = turn;
	const failed = state.services.find(({failure}) => failure !== '');
	if (failed === undefined && state.hookFailure === '') {
		return false;
	}

	const isDropping = state.life === 'UP' || state.life === 'DRAINING';
	if (failed === undefined) {
		callFor(turn, {action: 'restart', subject: {kind: 'hook', name: 'before-start'}, reason: state.hookFailure, isDropping});
	} else {
		const {service: {name}, failure} = failed;
		callFor(turn, {action: 'restart', subject: {kind: 'service', name}, reason: `service ${name} ${failure}`, isDropping});
	}

	state.hookFailure = '';
	forgetFailures(turn);
	return true;
}
