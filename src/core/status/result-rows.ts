/** What checks found and what was done about it, as the rows that `status` and `top` show, safe for a terminal. Times are of the day, in UTC. */

import type {CheckOutcome} from '../model/check-result.js';
import type {StatusAction, StatusApplication, StatusCheckResult} from './application.js';
import {printable} from './display-width.js';
import {formatDuration} from './format.js';
import type {Tone} from './node-row.js';
import type {Column} from './table.js';

export type ResultRow = {readonly time: string; readonly outcome: CheckOutcome; readonly tone: Tone; readonly took: string; readonly reason: string};

const tones: Readonly<Record<CheckOutcome, Tone>> = {up: 'good', down: 'bad', timeout: 'bad'};

export const resultRow = ({at, outcome, tookMs, reason}: StatusCheckResult): ResultRow => ({
	time: timeOf(at), outcome, tone: tones[outcome], took: tookText(tookMs), reason: printable(reason),
});

export const resultColumns = (rows: readonly ResultRow[]): Column[] => [
	{title: 'time (UTC)', cells: rows.map(row => row.time)},
	{title: 'result', cells: rows.map(row => row.outcome)},
	{title: 'took', align: 'right', cells: rows.map(row => row.took), dropOrder: 1},
	{title: 'reason', cells: rows.map(row => row.reason), dropOrder: 2},
];

/** Results in a row that say the same. */
export type RunRow = ResultRow & {readonly until: string; readonly count: string};

/** Oldest first. Of those that were up only the newest reason is told; `took` is the longest. */
export function runRows(results: readonly StatusCheckResult[]): RunRow[] {
	const runs: StatusCheckResult[][] = [];
	for (const result of results) {
		const run = runs.at(-1);
		if (run !== undefined && isAlike(run.at(-1)!, result)) {
			run.push(result);
		} else {
			runs.push([result]);
		}
	}

	return runs.map(run => {
		const last = run.at(-1)!;
		return {
			...resultRow(last), time: timeOf(run[0]!.at), until: timeOf(last.at), count: String(run.length), took: tookText(Math.max(...run.map(({tookMs}) => tookMs))),
		};
	});
}

export const runColumns = (rows: readonly RunRow[]): Column[] => [
	{title: 'from (UTC)', cells: rows.map(row => row.time)},
	{title: 'to', cells: rows.map(row => row.until)},
	{title: 'result', cells: rows.map(row => row.outcome)},
	{title: 'times', align: 'right', cells: rows.map(row => row.count), dropOrder: 2},
	{title: 'took', align: 'right', cells: rows.map(row => row.took), dropOrder: 1},
	{title: 'reason', cells: rows.map(row => row.reason), dropOrder: 3},
];

const isAlike = (a: StatusCheckResult, b: StatusCheckResult): boolean => a.outcome === b.outcome && (a.outcome === 'up' || a.reason === b.reason);

const timeOf = (at: string): string => printable(at.slice(11, 23));

const tookText = (ms: number): string => `${Math.round(ms)} ms`;

/** How many automatic actions there were, and how many may be; empty where there were none. */
export const actionsTitle = ({actions: {done, max, withinMs}}: StatusApplication): string =>
	done.length === 0 ? '' : `automatic actions: ${done.length} of ${max} in ${formatDuration(withinMs)}, then the node stops`;

export type ActionRow = {readonly tone: Tone; readonly time: string; readonly action: string; readonly reason: string};

/** With the day, as they may be from yesterday. */
export const actionRow = ({at, action, reason}: StatusAction): ActionRow => ({
	tone: 'warn', time: printable(at.slice(0, 19).replace('T', ' ')), action, reason: printable(reason),
});

export const actionColumns = (rows: readonly ActionRow[]): Column[] => [
	{title: 'time (UTC)', cells: rows.map(row => row.time)},
	{title: 'action', cells: rows.map(row => row.action)},
	{title: 'reason', cells: rows.map(row => row.reason), dropOrder: 1},
];
