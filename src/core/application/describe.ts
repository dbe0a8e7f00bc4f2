/** What people see of the application: its part of `status`, `top` and `checkers list`. */

import type {MonoMs} from '../model/time.js';
import {statusResultsMax, type StatusApplication, type StatusCheck, type StatusService, type StatusServiceState} from '../status/application.js';
import {looksAt, runsText} from '../status/looks-at.js';
import {recentActions} from './recovery.js';
import type {ApplicationState, CheckState, ServiceState} from './state.js';

export type Moment = {
	readonly now: MonoMs;
	/** Wall time of a moment that was, ISO 8601 in UTC with milliseconds. */
	readonly wallOf: (at: MonoMs) => string;
};

export function describeApplication(state: ApplicationState, {now, wallOf}: Moment): StatusApplication {
	const {settings: {application: {actions: {max, withinMs}}}, held} = state;
	return {
		life: state.life,
		sinceMs: now - state.since,
		...held !== '' && {held},
		services: state.services.map(service => describeService(service, now)),
		checks: state.checks.map(check => describeCheck(check, {now, wallOf})),
		actions: {
			done: recentActions(state, now).map(({at, action, subject, reason}) => ({
				at: wallOf(at), action, subject, reason,
			})),
			max,
			withinMs,
		},
	};
}

function describeService(state: ServiceState, now: MonoMs): StatusService {
	const {service: {name, run}, since, failure, detail} = state;
	const reason = failure === '' ? detail : failure;
	return {
		name, kind: run.kind, runs: runsText(run), state: serviceState(state), sinceMs: now - since, ...reason !== '' && {reason},
	};
}

const serviceState = ({status, failure}: ServiceState): StatusServiceState => status === 'stopped' && failure !== '' ? 'failed' : status;

function describeCheck({check: {name, probe, when, action}, isDisabled, isBegun, verdict, since, results}: CheckState, {now, wallOf}: Moment): StatusCheck {
	const warning = results.at(-1)?.warning;
	return {
		name,
		type: probe.type,
		looksAt: looksAt(probe),
		when,
		action,
		isEnabled: !isDisabled,
		isBegun,
		state: verdict,
		sinceMs: now - since,
		...warning !== undefined && {warning},
		results: results.slice(-statusResultsMax).map(({at, outcome, tookMs, reason}) => ({
			at: wallOf(at), outcome, tookMs, reason,
		})),
	};
}
