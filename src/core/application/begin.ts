/** The first input, and what outlives the daemon. Times of before are told as ages, since no clock of ours counts on while a machine is off. */

import {monoMs} from '../model/time.js';
import {beginChecks} from './checks.js';
import {recentActions} from './recovery.js';
import type {ApplicationState} from './state.js';
import {shallRun, tell, type Turn} from './turn.js';
import type {ApplicationInput, RememberedApplication} from './types.js';

/** Services that run already are adopted; where all do, the hooks of the start have run in the life before. */
export function begin(turn: Turn, {wanted, running, isServing, remembered: {actions, held, disabled}}: Extract<ApplicationInput, {readonly kind: 'begin'}>): void {
	const {state, now} = turn;
	state.isBegun = true;
	state.wanted = wanted;
	state.isServedAlready = isServing && wanted === 'serve' && held === '';
	state.held = held;
	state.actions = actions.map(({ageMs, ...action}) => ({...action, at: monoMs(now - ageMs)}));
	state.checks = state.checks.map(known => ({...known, isDisabled: disabled.includes(known.check.name)}));
	state.services = state.services.map(known => running.includes(known.service.name) ? {...known, status: 'running', since: now} : known);
	if (state.services.length > 0 && state.services.every(({status}) => status === 'running')) {
		state.prepared = 'done';
	}

	for (const {service: {name}, status} of state.services) {
		if (status === 'running') {
			tell(turn, 'info', 'service-found', shallRun(state) ? `service ${name} runs already: it is taken over as it is` : `service ${name} runs although this node is stopped: it is left alone`, {service: name});
		}
	}

	beginChecks(turn, 'before-start');
}

/** Asks for what changed to be written down, before anything is done about it. */
export function remember(turn: Turn, before: ApplicationState): void {
	const {state, now} = turn;
	const isSame = before.actions === state.actions && before.held === state.held && disabledOf(before).join(' ') === disabledOf(state).join(' ');
	if (state.isBegun && before.isBegun && !isSame) {
		turn.effects.unshift({kind: 'remember', remembered: rememberedOf(state, now)});
	}
}

const rememberedOf = (state: ApplicationState, now: number): RememberedApplication => ({
	actions: recentActions(state, monoMs(now)).map(({at, ...action}) => ({...action, ageMs: now - at})),
	held: state.held,
	disabled: disabledOf(state),
});

const disabledOf = ({checks}: ApplicationState): readonly string[] => checks.filter(({isDisabled}) => isDisabled).map(({check}) => check.name);
