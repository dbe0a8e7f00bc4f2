/**
Checks: which are probed when, and what their results come to. Those of `before-start` are probed from the beginning to the end, those of `up` while all
services run. What has no verdict yet is neither up nor down: it opens nothing and closes nothing.
*/

import type {Check} from '../model/application.js';
import type {CheckResult} from '../model/check-result.js';
import {evaluateExpressions, probesOf} from './expressions.js';
import {missService} from './services.js';
import type {CheckState} from './state.js';
import {takeRun, tell, type Turn} from './turn.js';
import type {ApplicationInput} from './types.js';
import {judge, tellVerdict, unjudged} from './verdict.js';

/** Begins to probe what is not probed and shall be. */
export function beginChecks(turn: Turn, when: Check['when']): void {
	for (const known of turn.state.checks) {
		if (known.check.when === when && !known.isBegun && !known.isDisabled) {
			beginCheck(turn, known, known.check.initial);
		}
	}
}

/** Begins anew with a check, as if nothing were known of it: after something was done about it. Of an expression, with all that it depends on. */
export function restartCheck(turn: Turn, name: string): void {
	const {checks} = turn.state;
	for (const known of probesOf(name, checks)) {
		if (known.isBegun) {
			endCheck(turn, known);
			beginCheck(turn, known, 'unknown');
		}
	}
}

export function endChecks(turn: Turn, isMeant: (known: CheckState) => boolean): void {
	for (const known of turn.state.checks) {
		if (known.isBegun && isMeant(known)) {
			endCheck(turn, known);
		}
	}

	evaluateExpressions(turn);
}

export function absorbCheck(turn: Turn, {name, run, result}: Extract<ApplicationInput, {readonly kind: 'check'}>): void {
	const known = turn.state.checks.find(({check, isBegun, run: of}) => check.name === name && isBegun && of === run);
	if (known === undefined || known.check.probe.type === 'expression') {
		return;
	}

	const next = judge(known, result, turn.now);
	replaceCheck(turn, next);
	tellWarning(turn, known, result.warning);
	attendDeath(turn, known.check, result);
	if (next.verdict === known.verdict) {
		return;
	}

	tellVerdict(turn, next);
	evaluateExpressions(turn);
}

/** The kernel may tell a death before the process's parent is told how it ended; what serves is dead all the same, and clients go elsewhere at once. */
function attendDeath(turn: Turn, {probe}: Check, {isCertain, outcome}: CheckResult): void {
	if (isCertain === true && outcome !== 'up' && probe.type === 'process' && 'service' in probe.by) {
		missService(turn, probe.by.service);
	}
}

/** An operator's order; no names for all. */
export function ableChecks(turn: Turn, names: readonly string[], isEnabled: boolean): void {
	for (const known of turn.state.checks) {
		const {check: {name, when}, isDisabled} = known;
		if (isDisabled !== isEnabled || (names.length > 0 && !names.includes(name))) {
			continue;
		}

		if (known.isBegun) {
			endCheck(turn, known);
		}

		replaceCheck(turn, {...unjudged(known, 'unknown', turn.now), isBegun: false, isDisabled: !isEnabled});
		tell(turn, 'info', isEnabled ? 'check-enabled' : 'check-disabled', `check ${name} is ${isEnabled ? 'enabled again' : 'disabled: nothing follows from it'}`, {check: name});
		if (isEnabled && isDue(turn, when)) {
			beginChecks(turn, when);
		}
	}

	evaluateExpressions(turn);
}

/** The checks of another configuration; one that is the same stays as it is. */
export function configureChecks(turn: Turn, checks: readonly Check[], fresh: (check: Check) => CheckState): void {
	const {state} = turn;
	const kept = checks.map(check => state.checks.find(known => JSON.stringify(known.check) === JSON.stringify(check)));
	endChecks(turn, known => !kept.includes(known));
	const disabled = new Set(state.checks.filter(({isDisabled}) => isDisabled).map(({check: {name}}) => name));
	state.checks = checks.map((check, index) => kept[index] ?? {...fresh(check), isDisabled: disabled.has(check.name)});
	for (const when of ['before-start', 'up'] as const) {
		if (isDue(turn, when)) {
			beginChecks(turn, when);
		}
	}

	evaluateExpressions(turn);
}

const isDue = ({state}: Turn, when: Check['when']): boolean => when === 'before-start' ? state.isBegun && state.life !== 'ENDED' : state.isRunning;

function beginCheck(turn: Turn, {check}: CheckState, initial: Check['initial']): void {
	const run = takeRun(turn);
	const known = turn.state.checks.find(({check: {name}}) => name === check.name)!;
	const isExpression = check.probe.type === 'expression';
	replaceCheck(turn, {...unjudged(known, isExpression ? 'unknown' : initial, turn.now), isBegun: true, run});
	if (!isExpression) {
		turn.effects.push({kind: 'check', verb: 'begin', check, run});
	}

	evaluateExpressions(turn);
}

function endCheck(turn: Turn, known: CheckState): void {
	replaceCheck(turn, {...unjudged(known, 'unknown', turn.now), isBegun: false});
	if (known.check.probe.type !== 'expression') {
		turn.effects.push({kind: 'check', verb: 'end', name: known.check.name});
	}
}

function tellWarning(turn: Turn, known: CheckState, warning: string | undefined): void {
	const {check: {name}, results} = known;
	if (warning !== undefined && results.at(-1)?.warning === undefined) {
		tell(turn, 'warning', 'check-warning', `check ${name}: ${warning}`, {check: name, reason: warning});
	}
}

export function replaceCheck({state}: Turn, next: CheckState): void {
	state.checks = state.checks.map(known => known.check.name === next.check.name ? next : known);
}
