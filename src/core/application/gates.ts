/** Which checks are in the way of what. A check with the action `none` never is, once services may start; one that is disabled never. */

import type {CheckAction} from '../model/application.js';
import {isOutOfUse} from './expressions.js';
import type {ApplicationState, CheckState} from './state.js';

type Known = Pick<ApplicationState, 'checks' | 'excused' | 'settings' | 'services'>;

/** The first check of `before-start` that is not up: services are not started before it is. */
export const closedGate = ({checks}: Pick<ApplicationState, 'checks'>): CheckState | undefined =>
	checks.find(known => known.check.when === 'before-start' && known.verdict !== 'up' && !isOutOfUse(known, checks));

/** The first check without which no client is let in: not up, and not excused for being down. */
export const missingCheck = (state: Known): CheckState | undefined =>
	state.checks.find(known => closes(known, state) && known.verdict !== 'up' && !(known.verdict === 'down' && isExcused(known, state)));

/** Those that are down by their results and call for an action; first the one whose action does most about it, last those for which it was done in vain. */
export function downChecks(state: Known): readonly CheckState[] {
	const urgency = (known: CheckState): number => isExcused(known, state) ? urgencies.length : urgencies.indexOf(actionOf(known, state));
	return state.checks.filter(known => closes(known, state) && known.verdict === 'down' && known.isEarned).toSorted((a, b) => urgency(a) - urgency(b));
}

const urgencies: readonly CheckAction[] = ['stopstart', 'restart', 'handler', 'stop', 'wait', 'none'];

/** The first that is down and shown only. */
export const degradingCheck = ({checks}: Pick<ApplicationState, 'checks'>): CheckState | undefined =>
	checks.find(({check, verdict, isEarned}) => check.action === 'none' && verdict === 'down' && isEarned);

export const isExcused = ({check: {name}}: CheckState, {excused}: Pick<ApplicationState, 'excused'>): boolean => excused.includes(name);

/** What is done when the check is down. Where nothing could be started anew, a restart is a wait. */
export function actionOf({check: {action}}: CheckState, {settings: {application: {services, hooks}}}: Pick<ApplicationState, 'settings'>): CheckAction {
	const isVain = services.length === 0 && (action === 'restart' || (action === 'stopstart' && Object.keys(hooks.commands).length === 0));
	return isVain ? 'wait' : action;
}

const closes = (known: CheckState, {checks}: Known): boolean => known.check.action !== 'none' && known.isBegun && !isOutOfUse(known, checks);

/** Such as `check web is down: connection refused`. */
export const checkText = ({check: {name}, verdict, reason}: CheckState): string =>
	verdict === 'unknown' ? `check ${name} has no verdict yet` : `check ${name} is ${verdict}${reason === '' ? '' : `: ${reason}`}`;
