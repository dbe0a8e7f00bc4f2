/**
Checks that are expressions over others: they have no results of their own but follow the verdicts of the others at once, which have risen or fallen by then.
One that has no verdict because another is disabled counts as disabled itself.
*/

import type {Check} from '../model/application.js';
import {evaluateExpression, expressionNames, parseExpression, type Expression, type Verdict} from './expression.js';
import {resultsKept, type CheckState} from './state.js';
import type {Turn} from './turn.js';
import {tellVerdict, withVerdict} from './verdict.js';

/** Brings all expressions up to date with what they depend on, whatever the order they are configured in. */
export function evaluateExpressions(turn: Turn, roundsMax = turn.state.checks.length): void {
	const {state} = turn;
	const next = state.checks.map(known => evaluated(known, state.checks, turn));
	if (!next.some((known, index) => known !== state.checks[index])) {
		return;
	}

	state.checks = next;
	if (roundsMax > 0) {
		evaluateExpressions(turn, roundsMax - 1);
	}
}

/** Whether the check, or all that is known through it, is disabled by an operator. */
export function isOutOfUse(known: CheckState, checks: readonly CheckState[]): boolean {
	if (known.isDisabled) {
		return true;
	}

	const expression = expressionOf(known.check);
	return expression !== undefined && known.verdict === 'unknown' && expressionNames(expression).some(({name}) => checks.some(({check, isDisabled}) => check.name === name && isDisabled));
}

/** The check of that name, or those that are probed for it where it is an expression. */
export function probesOf(name: string, checks: readonly CheckState[], depth = checks.length): readonly CheckState[] {
	const known = checks.find(({check}) => check.name === name);
	const expression = known === undefined ? undefined : expressionOf(known.check);
	if (known === undefined || expression === undefined) {
		return known === undefined ? [] : [known];
	}

	const names = depth === 0 ? [] : expressionNames(expression).map(part => part.name);
	return [...new Set(names.flatMap(part => probesOf(part, checks, depth - 1)))];
}

function evaluated(known: CheckState, checks: readonly CheckState[], turn: Turn): CheckState {
	const expression = expressionOf(known.check);
	if (expression === undefined || !known.isBegun) {
		return known;
	}

	const verdictOf = (name: string): Verdict => checks.find(({check}) => check.name === name)?.verdict ?? 'unknown';
	const verdict = evaluateExpression(expression, verdictOf);
	if (verdict === known.verdict) {
		return known;
	}

	const reason = expressionNames(expression).map(({name}) => `${name} is ${verdictOf(name)}`).join(', ');
	const results = verdict === 'unknown' ? known.results : [...known.results, {outcome: verdict, reason, tookMs: 0, at: turn.now}].slice(-resultsKept);
	const next = withVerdict({...known, isEarned: verdict !== 'unknown', results}, verdict, {reason, now: turn.now});
	if (verdict !== 'unknown') {
		tellVerdict(turn, next);
	}

	return next;
}

const parsed = new WeakMap<Check, Expression>();

/** Undefined for other checks, and for a text that is no expression, which the configuration does not let through. */
function expressionOf(check: Check): Expression | undefined {
	if (check.probe.type !== 'expression' || parsed.has(check)) {
		return parsed.get(check);
	}

	const result = parseExpression(check.probe.of);
	if ('expression' in result) {
		parsed.set(check, result.expression);
		return result.expression;
	}

	return undefined;
}
