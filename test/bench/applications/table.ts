/** What faults of applications did, in words for people. */

import {median, worst} from '../../kernel/support/fault-table.js';
import type {FaultResult} from './play.js';

const inMs = (values: ReadonlyArray<number | undefined>): string => {
	const known = values.filter(value => value !== undefined);
	return known.length === 0 ? '' : `${Math.round(median(known))} ms (${Math.round(worst(known))} ms)`;
};

/** What may not happen; empty when none of it did. */
export function brokenBy({nature, failures: {inFlight, untilMoved, later}, othersFailed, broken, othersBroken}: FaultResult): string[] {
	const mayFail = nature === 'sudden';
	return [
		...othersFailed + othersBroken > 0 ? [`${othersFailed} requests and ${othersBroken} connections of other nodes' clients failed`] : [],
		...later > 0 ? [`${later} requests failed that were begun when others had the share`] : [],
		...!mayFail && inFlight + untilMoved > 0 ? [`${inFlight + untilMoved} requests failed`] : [],
		...!mayFail && broken > 0 ? [`${broken} connections broke`] : [],
	];
}

/** One run, on one line. */
export const resultLine = (result: FaultResult): string => [
	`noticed ${inMs([result.noticedMs])}, moved ${inMs([result.movedMs])}, back ${inMs([result.returnedMs])}${result.returnedAfterHealMs === undefined ? '' : `, ${inMs([result.returnedAfterHealMs])} after its cause was gone`}`,
	`${result.served} served, failed: ${result.failures.inFlight} in flight, ${result.failures.untilMoved} until moved, ${result.failures.later} later, ${result.othersFailed} of others`,
	`${result.broken} connections broke, ${result.othersBroken} of others`,
	`longest wait ${Math.round(result.longestMs)} ms, traffic late by ${Math.round(result.latenessMs)} ms`,
	...result.reasons,
].join('; ');

/** A Markdown table, a row a fault. */
export function resultTable(results: readonly FaultResult[]): string {
	const names = [...new Set(results.map(({name}) => name))];
	return [
		'| What happens to a node | Times | Noticed after | Share moved after | Back after | of that since its cause was gone | Requests failed: in flight | begun before the share moved | later, or of other clients | Connections broken: its clients\' | others\' |',
		'|---|---|---|---|---|---|---|---|---|---|---|',
		...names.map(name => row(name, results.filter(result => result.name === name))),
	].join('\n');
}

function row(name: string, results: readonly FaultResult[]): string {
	const sum = (of: (result: FaultResult) => number): number => results.reduce((total, result) => total + of(result), 0);
	return `| ${[
		name, results.length,
		inMs(results.map(({noticedMs}) => noticedMs)), inMs(results.map(({movedMs}) => movedMs)), inMs(results.map(({returnedMs}) => returnedMs)),
		inMs(results.map(({returnedAfterHealMs}) => returnedAfterHealMs)),
		sum(({failures}) => failures.inFlight), sum(({failures}) => failures.untilMoved), sum(({failures, othersFailed}) => failures.later + othersFailed),
		sum(({broken}) => broken), sum(({othersBroken}) => othersBroken),
	].join(' | ')} |`;
}
