/** What faults did, in words for people. */

import type {FaultResult} from './fault-run.js';

export const median = (values: readonly number[]): number => {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
	return middle.length === 0 ? 0 : middle.reduce((sum, value) => sum + value, 0) / middle.length;
};

export const worst = (values: readonly number[]): number => Math.max(0, ...values);

const inMs = (ms: number): string => Number.isFinite(ms) ? `${Math.round(ms)} ms` : 'not served again';

const outages = (whose: string, values: readonly number[]): string[] => values.length === 0
	? []
	: [`${values.length} clients of ${whose}: outage median ${inMs(median(values))}, worst ${inMs(worst(values))}`];

/** One run, on one line. */
export const faultLine = ({hit, spared, syns, twice, splitMs, mergeMs, recoveryMs, stalledMs}: FaultResult): string => [
	...outages('nodes that were hit', hit),
	...outages('others', spared),
	`${syns} SYNs, ${twice} answered twice${twice === 0 ? '' : `, over ${inMs(splitMs)}, the last ${inMs(mergeMs)} after the heal`}`,
	`whole ${inMs(recoveryMs)} after the heal`,
	...stalledMs === 0 ? [] : [`the machine kept programs from running for ${inMs(stalledMs)}`],
].join('; ');

/** Of each run the median over its clients, and of those the median over the runs; the worst is of all clients of all runs. */
const outageCell = (runs: ReadonlyArray<readonly number[]>): string => {
	const some = runs.filter(clients => clients.length > 0);
	return some.length === 0 ? '' : `${inMs(median(some.map(clients => median(clients))))} (${inMs(worst(some.flat()))})`;
};

export type FaultRow = {readonly name: string; readonly runs: readonly FaultResult[]};

/** A Markdown table: one row a fault, over all its runs. */
export const faultTable = (rows: readonly FaultRow[]): string => [
	'| Fault | Its clients wait | All others | SYNs | Answered by two nodes |',
	'|---|---|---|---|---|',
	...rows.map(({name, runs}) => {
		const sum = (of: (run: FaultResult) => number): number => runs.reduce((total, run) => total + of(run), 0);
		const overlap = worst(runs.map(({mergeMs}) => mergeMs));
		const twice = sum(run => run.twice);
		return `| ${[
			name,
			outageCell(runs.map(({hit}) => hit)),
			outageCell(runs.map(({spared}) => spared)),
			sum(({syns}) => syns),
			twice === 0 ? '0' : `${twice}, the last ${inMs(overlap)} after the heal`,
		].join(' | ')} |`;
	}),
].join('\n');
