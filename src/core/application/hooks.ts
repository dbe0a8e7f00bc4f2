/** Hooks that the life waits for, and handlers of checks. One that is not configured is over at once; one that nothing is heard of is not waited for for ever. */

import {renderDuration} from '../config/duration.js';
import {monoMs} from '../model/time.js';
import {restartCheck} from './checks.js';
import {isExhausted, retryDelayMinMs, retryDelayMs, take} from './recovery.js';
import {takeRun, tell, type Turn} from './turn.js';
import type {ApplicationInput, LifeHook} from './types.js';

/** Hooks wait for others in their queue: so many time-outs and so long, and it goes on without an answer. */
export const hookPatienceTimeouts = 3;
export const answerPatienceMs = 10_000;

/** Orders the hook. Whether it is over already, as it is not configured. */
export function beginHook(turn: Turn, name: LifeHook, reason: string): boolean {
	const {state, now} = turn;
	const {commands, timeoutMs} = state.settings.application.hooks;
	const command = commands[name];
	if (command === undefined) {
		return true;
	}

	const run = takeRun(turn);
	state.hook = {name, run, untilAt: monoMs(now + (hookPatienceTimeouts * timeoutMs) + answerPatienceMs)};
	turn.effects.push({kind: 'hook', name, command, run, timeoutMs, reason});
	return false;
}

export function absorbHook(turn: Turn, {run, outcome, detail}: Extract<ApplicationInput, {readonly kind: 'hook'}>): void {
	const {hook, settings: {application: {hooks: {timeoutMs}}}} = turn.state;
	if (hook?.run !== run) {
		return;
	}

	turn.state.hook = undefined;
	if (outcome !== 'done') {
		failHook(turn, hook.name, outcome === 'timeout' ? `did not end within ${renderDuration(timeoutMs)}` : `failed${detail === '' ? '' : `: ${detail}`}`);
	}
}

/** The check of the recovery, with the action `handler`: one move, if one is due. */
export function advanceHandler(turn: Turn): void {
	const {state, now} = turn;
	const {recovery} = state;
	if (recovery?.action !== 'handler' || recovery.phase === 'running') {
		return;
	}

	const known = state.checks.find(({check}) => check.name === recovery.subject.name);
	if (known === undefined || known.verdict === 'up' || known.isDisabled) {
		state.recovery = undefined;
	} else if (recovery.phase === 'verifying' && known.verdict === 'down' && known.isEarned) {
		state.recovery = {...recovery, phase: 'due', dueAt: monoMs(now + retryDelayMs(state))};
	} else if (recovery.phase === 'due' && now >= recovery.dueAt && !(state.life === 'UP' && isExhausted(state, now))) {
		runHandler(turn, recovery.reason);
	}
}

export function absorbHandler(turn: Turn, {run, outcome, detail}: Extract<ApplicationInput, {readonly kind: 'handler'}>): void {
	const {handler, settings: {application: {hooks: {timeoutMs}}}} = turn.state;
	if (handler?.run !== run) {
		return;
	}

	endHandler(turn, outcome === 'done' ? '' : (outcome === 'timeout' ? `did not end within ${renderDuration(timeoutMs)}` : `failed${detail === '' ? '' : `: ${detail}`}`));
}

/** What nothing was heard of in time. */
export function expireAnswers(turn: Turn): void {
	const {state: {hook, handler}, now} = turn;
	if (hook !== undefined && now >= hook.untilAt) {
		turn.state.hook = undefined;
		failHook(turn, hook.name, 'is overdue; going on without it');
	}

	if (handler !== undefined && now >= handler.untilAt) {
		endHandler(turn, 'is overdue');
	}
}

function failHook(turn: Turn, name: LifeHook, what: string): void {
	const reason = `hook ${name} ${what}`;
	tell(turn, 'warning', 'hook-failed', reason, {hook: name, reason});
	if (name === 'before-start') {
		turn.state.hookFailure = reason;
	}
}

function runHandler(turn: Turn, reason: string): void {
	const {state, now} = turn;
	take(turn);
	if (state.held !== '') {
		return;
	}

	const {name} = state.recovery!.subject;
	const command = state.checks.find(({check}) => check.name === name)?.check.handler ?? [];
	const {timeoutMs} = state.settings.application.hooks;
	const run = takeRun(turn);
	state.handler = {check: name, run, untilAt: monoMs(now + timeoutMs + answerPatienceMs)};
	state.recovery = {...state.recovery!, phase: 'running'};
	turn.effects.push({kind: 'handler', check: name, command, run, timeoutMs, reason});
}

/** Well where nothing is said: the check begins anew. Otherwise the handler is due again. */
function endHandler(turn: Turn, failure: string): void {
	const {state, now} = turn;
	const {check: name} = state.handler!;
	state.handler = undefined;
	if (state.recovery?.action !== 'handler' || state.recovery.phase !== 'running') {
		return;
	}

	if (failure === '') {
		state.recovery = {...state.recovery, phase: 'verifying'};
		tell(turn, 'info', 'handler-done', `the handler of check ${name} ended well; the check begins anew`, {check: name});
		restartCheck(turn, name);
	} else {
		state.recovery = {...state.recovery, phase: 'due', dueAt: monoMs(now + Math.max(retryDelayMinMs, retryDelayMs(state)))};
		tell(turn, 'warning', 'handler-failed', `the handler of check ${name} ${failure}`, {check: name, reason: failure});
	}
}
