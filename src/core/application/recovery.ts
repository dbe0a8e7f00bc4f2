/**
What is done about what is not well. An action counts when it is carried out, not when it is called for; when as many as allowed have been carried out
within the time, the next one is a stop for good instead.
*/

import {renderDuration} from '../config/duration.js';
import {type MonoMs, monoMs} from '../model/time.js';
import {actionOf, checkText} from './gates.js';
import type {ApplicationState, CheckState, PastAction, Recovery, Subject} from './state.js';
import {tell, type Turn} from './turn.js';
import type {CountedAction} from './types.js';

/** The second counted action waits so long before services are started again, each further one twice as long, up to the longest. */
export const retryDelayMinMs = 1000;
export const retryDelayMaxMs = 30_000;

type Wanted = Pick<Recovery, 'action' | 'subject' | 'reason'> & {readonly isDropping?: boolean};

/** Calls for an action. The same one about the same subject stays as far as it is. */
export function callFor(turn: Turn, {action, subject, reason, isDropping = false}: Wanted): void {
	const {state, now} = turn;
	const {recovery} = state;
	if (recovery?.action === action && isSame(recovery.subject, subject) && recovery.isDropping === isDropping) {
		return;
	}

	state.recovery = {action, subject, reason, since: now, isDropping, phase: 'due', dueAt: now};
	state.handler = undefined;
	tell(turn, 'warning', 'recovery', `${reason}; action: ${action}`, {action, [subject.kind]: subject.name, reason});
}

export function callForCheck(turn: Turn, known: CheckState): void {
	const action = actionOf(known, turn.state);
	if (action !== 'none') {
		callFor(turn, {action, subject: {kind: 'check', name: known.check.name}, reason: checkText(known)});
	}
}

/** The recovery is about to be carried out: counts it, or keeps the node stopped for good when it is a stop or there were too many. */
export function take(turn: Turn): void {
	const {state, now} = turn;
	const {action, subject, reason} = state.recovery!;
	if (action === 'stop') {
		hold(turn, reason);
	} else if (isCounted(action)) {
		if (isExhausted(state, now)) {
			hold(turn, exhaustedText(state, now));
			return;
		}

		state.actions = [...recentActions(state, now), {action, subject: textOf(subject), reason, at: now}];
		state.pauseUntil = monoMs(now + retryDelayMs(state));
		const {max} = state.settings.application.actions;
		forgetCall(turn);
		tell(turn, 'warning', 'action', `${action} ${state.actions.length} of ${max}: ${reason}`, {action, [subject.kind]: subject.name, reason, count: state.actions.length});
	}
}

/** What is called for and carried out in the same moment is told once, as what is done. */
function forgetCall({effects}: Turn): void {
	const index = effects.findIndex(effect => effect.kind === 'event' && effect.event.name === 'recovery');
	if (index !== -1) {
		effects.splice(index, 1);
	}
}

export function hold(turn: Turn, reason: string): void {
	turn.state.held = reason;
	tell(turn, 'error', 'held', `this node stops, until an operator starts it (farmctl node start): ${reason}`, {reason});
}

/** Whether as many automatic actions have been carried out as may be. */
export const isExhausted = (state: Pick<ApplicationState, 'actions' | 'settings'>, now: MonoMs): boolean =>
	recentActions(state, now).length >= state.settings.application.actions.max;

/** Those that count now, oldest first. */
export const recentActions = ({actions, settings: {application}}: Pick<ApplicationState, 'actions' | 'settings'>, now: MonoMs): readonly PastAction[] =>
	actions.filter(({at}) => at > now - application.actions.withinMs);

/** How long the action that was counted last waits: the first one not at all. */
export const retryDelayMs = ({actions}: Pick<ApplicationState, 'actions'>): number =>
	actions.length < 2 ? 0 : Math.min(retryDelayMinMs * (2 ** (actions.length - 2)), retryDelayMaxMs);

/** Such as `check web`. */
export const textOf = ({kind, name}: Subject): string => name === '' ? kind : `${kind} ${name}`;

/** Whether clients may be kept here although it is called for: what serves is not well, but serves. */
export const isGuarded = (recovery: Recovery | undefined): boolean => recovery !== undefined && !recovery.isDropping && (recovery.subject.kind === 'check' || recovery.subject.kind === 'configuration');

/** Whether services keep running for it, in WAIT. */
export const isForWait = ({action}: Pick<Recovery, 'action'>): boolean => action === 'wait' || action === 'handler';

const countedActions: ReadonlySet<Recovery['action']> = new Set<CountedAction>(['restart', 'stopstart', 'handler']);

const isCounted = (action: Recovery['action']): action is CountedAction => countedActions.has(action);

const isSame = (a: Subject, b: Subject): boolean => a.kind === b.kind && a.name === b.name;

/** What is wrong first: heartbeats and small screens cut the end off. */
function exhaustedText(state: ApplicationState, now: MonoMs): string {
	const {actions: {max, withinMs}} = state.settings.application;
	const {reason: last, subject: of} = state.recovery!;
	const told = recentActions(state, now).map(({action, subject, reason, at}) =>
		`${action} ${renderDuration(Math.floor((now - at) / 1000) * 1000)} before${subject === textOf(of) ? '' : ` (${reason})`}`);
	return `${last}; stopped after ${max} automatic action${max === 1 ? '' : 's'} within ${renderDuration(withinMs)}${told.length === 0 ? '' : `: ${told.join(', ')}`}`;
}
