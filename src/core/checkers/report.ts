/** What `farmctl checkers run` tells: what each check found, once or again and again. */

import {evaluateExpression, parseExpression} from '../application/expression.js';
import type {Check, Probe} from '../model/application.js';
import type {CheckOutcome, CheckResult} from '../model/check-result.js';
import {partsOf} from './list.js';

export const checkReportSchemaName = 'farmctl/check-run/1';

/** One result; without `--once` also a line of its own. */
export type CheckFinding = {
	readonly name: string;
	readonly type: Probe['type'];
	/** When it was known: wall time, ISO 8601 in UTC with milliseconds. */
	readonly at: string;
	readonly outcome: CheckOutcome;
	readonly tookMs: number;
	readonly reason: string;
	readonly warning?: string;
};

export type CheckReport = {
	readonly schema: typeof checkReportSchemaName;
	readonly farm: string;
	/** Whether all of them are up. */
	readonly areUp: boolean;
	/** In the order of the configuration. */
	readonly results: readonly CheckFinding[];
};

export const checkReport = (farm: string, results: readonly CheckFinding[]): CheckReport => ({
	schema: checkReportSchemaName, farm, areUp: results.every(({outcome}) => outcome === 'up'), results,
});

export const checkFinding = ({name, probe}: Check, {outcome, tookMs, reason, warning}: CheckResult, at: string): CheckFinding => ({
	name, type: probe.type, at, outcome, tookMs, reason, ...warning !== undefined && {warning},
});

/** What an expression is, given the newest result of each check; undefined for one that is none, or where a result is missing on which it depends. */
export function evaluatedResult(check: Check, newest: ReadonlyMap<string, CheckResult>): CheckResult | undefined {
	const parsed = check.probe.type === 'expression' ? parseExpression(check.probe.of) : undefined;
	if (parsed === undefined || !('expression' in parsed)) {
		return undefined;
	}

	const verdictOf = (name: string) => {
		const outcome = newest.get(name)?.outcome;
		return outcome === 'timeout' ? 'down' : (outcome ?? 'unknown');
	};

	const verdict = evaluateExpression(parsed.expression, verdictOf);
	const reason = partsOf(check).map(name => `${name} ${newest.get(name)?.outcome ?? 'unknown'}`).join(', ');
	return verdict === 'unknown' ? undefined : {outcome: verdict, reason, tookMs: 0};
}
