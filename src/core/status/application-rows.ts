/** Services and checks as the rows that `status`, `top` and `checkers list` show, safe for a terminal. */

import type {CheckOutcome} from '../model/check-result.js';
import {statusResultsMax, type StatusServiceState, type StatusCheck, type StatusCheckResult, type StatusService} from './application.js';
import {printable, truncate} from './display-width.js';
import {formatDuration} from './format.js';
import type {Tone} from './node-row.js';
import type {Column} from './table.js';

/** A command or an address may be long; what is said of it is not to be pushed off the line. */
const wordsCellsMax = 40;

export type ServiceRow = {readonly name: string; readonly state: StatusServiceState; readonly tone: Tone; readonly since: string; readonly runs: string; readonly reason: string};

const serviceTones: Readonly<Record<StatusServiceState, Tone>> = {
	running: 'good', starting: 'warn', stopping: 'warn', killing: 'warn', stopped: 'dim', stuck: 'bad', failed: 'bad',
};

export const serviceRow = ({name, state, sinceMs, runs, reason = ''}: StatusService): ServiceRow => ({
	name: printable(name),
	state,
	tone: serviceTones[state],
	since: formatDuration(sinceMs),
	runs: truncate(printable(runs), wordsCellsMax),
	reason: printable(reason),
});

export const serviceColumns = (rows: readonly ServiceRow[]): Column[] => [
	{title: 'service', cells: rows.map(row => row.name)},
	{title: 'state', cells: rows.map(row => row.state)},
	{title: 'for', align: 'right', cells: rows.map(row => row.since), dropOrder: 2},
	{title: 'runs', cells: rows.map(row => row.runs), dropOrder: 1},
	{title: 'detail', cells: rows.map(row => row.reason), dropOrder: 3},
];

export type CheckRow = {
	readonly name: string;
	readonly state: string;
	readonly tone: Tone;
	readonly since: string;
	/** A mark for each of the last results, the newest last. */
	readonly marks: string;
	readonly action: string;
	readonly looksAt: string;
	readonly reason: string;
};

export const checkRow = (check: StatusCheck): CheckRow => ({
	name: printable(check.name),
	state: check.isEnabled ? check.state : 'disabled',
	tone: checkTone(check),
	since: check.isEnabled && (check.isBegun || check.state !== 'unknown') ? formatDuration(check.sinceMs) : '',
	marks: check.results.slice(-statusResultsMax).map(({outcome}) => marks[outcome]).join(''),
	action: check.action,
	looksAt: truncate(printable(`${check.type} ${check.looksAt}`), wordsCellsMax),
	reason: printable(checkReason(check)),
});

export const checkColumns = (rows: readonly CheckRow[]): Column[] => [
	{title: 'check', cells: rows.map(row => row.name)},
	{title: 'state', cells: rows.map(row => row.state)},
	{title: 'for', align: 'right', cells: rows.map(row => row.since), dropOrder: 4},
	{title: `last ${statusResultsMax}`, align: 'right', cells: rows.map(row => row.marks), dropOrder: 3},
	{title: 'action', cells: rows.map(row => row.action), dropOrder: 1},
	{title: 'looks at', cells: rows.map(row => row.looksAt), dropOrder: 2},
	{title: 'reason', cells: rows.map(row => row.reason), dropOrder: 5},
];

const marks: Readonly<Record<CheckOutcome, string>> = {up: '+', down: '-', timeout: 't'};

function checkTone({isEnabled, state, action, warning}: StatusCheck): Tone {
	if (!isEnabled) {
		return 'warn';
	}

	switch (state) {
		case 'up': {
			return warning === undefined ? 'good' : 'warn';
		}

		case 'down': {
			return action === 'none' ? 'warn' : 'bad';
		}

		case 'unknown': {
			return 'dim';
		}

		default: {
			return state satisfies never;
		}
	}
}

/** Why it is as it is, in a few words; empty for one that is well. */
export function checkReason(check: StatusCheck): string {
	if (!check.isEnabled) {
		return 'by an operator';
	}

	if (!check.isBegun) {
		return '';
	}

	const failed = check.results.findLast(({outcome}) => outcome !== 'up');
	return check.state === 'up' || failed === undefined ? (check.warning ?? '') : outcomeText(failed);
}

/** A timeout is told apart from a failure. */
const outcomeText = ({outcome, reason}: StatusCheckResult): string => outcome === 'timeout' ? `timeout: ${reason}` : reason;
