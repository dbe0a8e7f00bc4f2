/** What results in a row make of a check: `rise` good ones make it up, `fall` bad ones down, anything less changes nothing. A timeout is a bad one; what the kernel told is enough by itself. */

import type {CheckResult} from '../model/check-result.js';
import type {MonoMs} from '../model/time.js';
import type {Verdict} from './expression.js';
import {resultsKept, type CheckState} from './state.js';
import {tell, type Turn} from './turn.js';

/** The check with one more result. */
export function judge(known: CheckState, result: CheckResult, now: MonoMs): CheckState {
	const {check: {rise, fall}} = known;
	const isUp = result.outcome === 'up';
	const count = isUp === known.streak.isUp ? Math.min(known.streak.count + 1, Math.max(rise, fall)) : 1;
	const next: CheckState = {...known, streak: {isUp, count}, results: [...known.results, {...result, at: now}].slice(-resultsKept)};
	const enough = isUp ? rise : (result.isCertain === true ? 1 : fall);
	return count >= enough ? withVerdict({...next, isEarned: true}, isUp ? 'up' : 'down', {reason: result.reason, now}) : next;
}

/** The check as it is before the first result. The results of before stay, to be shown. */
export const unjudged = (known: CheckState, verdict: Verdict, now: MonoMs): CheckState =>
	withVerdict({...known, isEarned: false, streak: {isUp: false, count: 0}}, verdict, {reason: '', now});

export const withVerdict = (known: CheckState, verdict: Verdict, {reason, now}: {readonly reason: string; readonly now: MonoMs}): CheckState =>
	known.verdict === verdict ? known : {...known, verdict, since: now, reason};

export function tellVerdict(turn: Turn, {check: {name, action}, verdict, reason, results}: CheckState): void {
	const last = results.at(-1);
	const timing = last === undefined ? {} : {outcome: last.outcome, tookMs: last.tookMs};
	// What was started a moment ago need not answer yet; when it has had its time, an action is called for, and told.
	const isAwaited = verdict === 'down' && turn.state.life === 'STARTING';
	const level = verdict === 'up' || action === 'none' || isAwaited ? 'info' : 'warning';
	tell(turn, level, `check-${verdict}`, `check ${name} is ${isAwaited ? 'not up yet' : verdict}${reason === '' ? '' : `: ${reason}`}`, {check: name, reason, ...timing});
}
