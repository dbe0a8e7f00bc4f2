/** Services: what is ordered of them, what is told about them, and what takes too long. A start that failed is followed by a stop, as something may run all the same. */

import {renderDuration} from '../config/duration.js';
import type {Service} from '../model/application.js';
import type {ApplicationState, ServiceState, ServiceStatus} from './state.js';
import {takeRun, tell, type Turn} from './turn.js';
import type {ApplicationInput} from './types.js';

/** A killed service that is there yet after so long is given up. */
export const killPatienceMs = 10_000;

/** With these words begins what is told of a start that failed. */
const vain = 'did not start';

export const isActive = ({status}: ServiceState): boolean => status !== 'stopped' && status !== 'stuck';

export const isAnyActive = ({services}: Pick<ApplicationState, 'services'>): boolean => services.some(service => isActive(service));

export const areAllRunning = ({services}: Pick<ApplicationState, 'services'>): boolean => services.every(({status}) => status === 'running');

export function startService(turn: Turn, {service}: ServiceState): void {
	const run = takeRun(turn);
	change(turn, service.name, {run, ...became(turn, 'starting'), detail: '', failure: ''});
	turn.effects.push({kind: 'service', verb: 'start', service, run});
}

export function stopService(turn: Turn, {service, run}: ServiceState): void {
	change(turn, service.name, became(turn, 'stopping'));
	turn.effects.push({kind: 'service', verb: 'stop', service, run});
}

/** Its process is dead. That it has exited, and how, is told later; until then it counts as running, so that it is not started beside what is left of it. */
export function missService(turn: Turn, name: string): void {
	const known = turn.state.services.find(({service}) => service.name === name);
	if (known?.status === 'running') {
		fail(turn, known, 'has died');
	}
}

type Told = Extract<ApplicationInput, {readonly kind: 'service'}>;

export function absorbService(turn: Turn, told: Told): void {
	const known = turn.state.services.find(({service, run}) => service.name === told.name && run === told.run);
	if (known === undefined) {
		return;
	}

	switch (told.outcome) {
		case 'started': {
			absorbStarted(turn, known, told.detail);
			return;
		}

		case 'failed': {
			absorbFailed(turn, known, told.detail);
			return;
		}

		case 'stopped':
		case 'exited': {
			absorbEnd(turn, known, told.detail);
			return;
		}

		default: {
			told.outcome satisfies never;
		}
	}
}

/** Starts that take too long, stops that must be forced, and services that nothing ends. */
export function expireServices(turn: Turn): void {
	for (const known of turn.state.services) {
		const dueAt = serviceDueAt(known);
		if (dueAt !== undefined && turn.now >= dueAt) {
			expire(turn, known);
		}
	}
}

/** When the service has had its time for what it is doing; undefined where it does nothing. */
export function serviceDueAt({service, status, since}: ServiceState): number | undefined {
	const patience = {starting: service.startTimeoutMs, stopping: service.stopTimeoutMs, killing: killPatienceMs, stopped: undefined, running: undefined, stuck: undefined}[status];
	return patience === undefined ? undefined : since + patience;
}

/** What failed is being seen to. */
export function forgetFailures(turn: Turn): void {
	const {state} = turn;
	if (state.services.some(({failure}) => failure !== '')) {
		state.services = state.services.map(service => ({...service, failure: ''}));
	}
}

function absorbStarted(turn: Turn, {service, status, since}: ServiceState, detail: string): void {
	if (status !== 'starting') {
		return;
	}

	change(turn, service.name, {...became(turn, 'running'), detail});
	tell(turn, 'info', 'service-started', `service ${service.name} runs${inBrackets(detail)}`, {service: service.name, tookMs: turn.now - since});
}

function absorbFailed(turn: Turn, known: ServiceState, detail: string): void {
	if (known.status !== 'starting') {
		return;
	}

	fail(turn, known, `${vain}${detail === '' ? '' : `: ${detail}`}`);
	stopService(turn, known);
}

function absorbEnd(turn: Turn, known: ServiceState, detail: string): void {
	const {service: {name}, status} = known;
	if (status === 'stopped') {
		return;
	}

	if (status === 'starting' || status === 'running') {
		fail(turn, known, `exited${detail === '' ? '' : `: ${detail}`}`);
		change(turn, name, became(turn, 'stopped'));
		return;
	}

	if (known.detail.startsWith(vain)) {
		// Why it did not start says more than that nothing is left of it.
		change(turn, name, became(turn, 'stopped'));
		return;
	}

	change(turn, name, {...became(turn, 'stopped'), detail});
	tell(turn, 'info', 'service-stopped', `service ${name} is stopped${inBrackets(detail)}`, {service: name, tookMs: turn.now - known.since});
}

function expire(turn: Turn, known: ServiceState): void {
	const {service, status, run} = known;
	const {name} = service;
	if (status === 'starting') {
		fail(turn, known, `${vain} within ${renderDuration(service.startTimeoutMs)}`);
		stopService(turn, known);
	} else if (status === 'stopping') {
		tell(turn, 'warning', 'service-killed', `service ${name} did not stop within ${renderDuration(service.stopTimeoutMs)}; it is killed`, {service: name});
		change(turn, name, became(turn, 'killing'));
		turn.effects.push({kind: 'service', verb: 'kill', service, run});
	} else {
		tell(turn, 'error', 'service-stuck', `service ${name} was killed and is there all the same after ${renderDuration(killPatienceMs)}; look at its processes`, {service: name});
		change(turn, name, {...became(turn, 'stuck'), detail: 'it was killed and did not end'});
	}
}

function fail(turn: Turn, {service: {name}}: ServiceState, what: string): void {
	tell(turn, 'error', 'service-failed', `service ${name} ${what}`, {service: name, reason: what});
	change(turn, name, {detail: what, failure: what});
}

const became = ({now}: Turn, status: ServiceStatus): Pick<ServiceState, 'status' | 'since'> => ({status, since: now});

function change({state}: Turn, name: string, changes: Partial<ServiceState>): void {
	state.services = state.services.map(known => known.service.name === name ? {...known, ...changes} : known);
}

const inBrackets = (detail: string): string => detail === '' ? '' : ` (${detail})`;

/** Whether what runs is what would be started: time-outs may differ. */
export const isSameRun = (a: Service, b: Service): boolean => JSON.stringify(a.run) === JSON.stringify(b.run);
