/** What changes did, in words for people. */

import {median, worst} from '../../kernel/support/fault-table.js';
import type {Orphan, Orphans} from './orphans.js';
import type {ChangeResult} from './play.js';

const inMs = (values: readonly number[]): string => values.length === 0 ? '' : `${median(values).toFixed(2)} ms (${worst(values).toFixed(2)} ms)`;

/** One run, on one line. */
export const changeLine = (result: ChangeResult): string => [
	`${result.messages} messages of connections that stay, ${result.broken.length} broken, ${result.stalled} stalled`,
	`${result.served} that came, ${result.failed.length} failed`,
	`${result.syns} SYNs, ${result.caught} sent again, ${result.twiceAnswered} answered twice, ${result.refused} refused`,
	`${result.datagrams} datagrams, ${result.notDelivered} not delivered, ${result.twiceDelivered} twice`,
	result.handovers.length === 0 ? 'no flow moved' : result.handovers.map(({from, to, beginMs, endMs, flows, lostMs}) =>
		`${from} to ${to} within ${lostMs.toFixed(2)} to ${(endMs - beginMs).toFixed(2)} ms (${flows.length} flows)`).join(', '),
	...result.lapses > 0 ? [`${result.lapses} leases lapsed or nodes held dead`] : [],
	`took ${Math.round(result.tookMs)} ms, longest echo ${Math.round(result.longestEchoMs)} ms, traffic late by ${Math.round(result.latenessMs)} ms`,
].join('; ');

/** One death, on one line. */
export const deathLine = ({orphans, unaware}: Orphans): string => [
	`${orphans.length} connections of the dead node were reset, ${unaware} not`,
	`packets after the take-over: median ${median(orphans.map(({packets}) => packets))}, most ${worst(orphans.map(({packets}) => packets))}`,
	`reset after the death: ${inMs(orphans.map(({sinceDeathMs}) => sinceDeathMs))}`,
].join('; ');

/** A Markdown table: how soon clients know that their node is dead. */
export function deathTable(deaths: readonly Orphans[]): string {
	const orphans = deaths.flatMap(death => death.orphans);
	const times = (of: (orphan: Orphan) => number): string => inMs(orphans.map(orphan => of(orphan)));
	const packets = orphans.map(orphan => orphan.packets);
	return [
		`| A node dies (${deaths.length} times, ${orphans.length} connections) | Median (worst) |`,
		'|---|---|',
		`| packets that a client sends after the take-over until it is told | ${median(packets)} (${worst(packets)}) |`,
		`| from that packet to the reset | ${times(({answerMs}) => answerMs)} |`,
		`| from the take-over to the reset: TCP waits longer between packets that nobody answers | ${times(({sinceTakeoverMs}) => sinceTakeoverMs)} |`,
		`| from the death to the reset | ${times(({sinceDeathMs}) => sinceDeathMs)} |`,
		`| connections that were never told | ${deaths.reduce((sum, {unaware}) => sum + unaware, 0)} |`,
	].join('\n');
}

/** What a change must not do; empty when it has done none of it. */
export const brokenBy = ({broken, failed, twiceAnswered, refused, twiceDelivered}: ChangeResult): string[] => [
	...broken.map(reason => `a connection broke, ${reason}`),
	...failed.map(reason => `a new connection was not served, ${reason}`),
	...twiceAnswered > 0 ? [`${twiceAnswered} SYNs were answered by two nodes`] : [],
	...refused > 0 ? [`${refused} SYNs were refused`] : [],
	...twiceDelivered > 0 ? [`${twiceDelivered} datagrams were delivered twice`] : [],
];

/** A Markdown table: a row a kind of change, and one of all. */
export function changeTable(results: readonly ChangeResult[]): string {
	const kinds = [...new Set(results.map(({kind}) => kind))];
	return [
		'| Change | Times | Established broken (stalled for over 2 s) | New failed or refused | SYNs answered twice | UDP delivered twice | Gap of a slot | New ones that waited for it |',
		'|---|---|---|---|---|---|---|---|',
		...kinds.map(kind => row(kind, results.filter(result => result.kind === kind))),
		...kinds.length > 1 ? [row('**all**', results)] : [],
	].join('\n');
}

function row(name: string, results: readonly ChangeResult[]): string {
	const sum = (of: (result: ChangeResult) => number): number => results.reduce((total, result) => total + of(result), 0);
	const gaps = results.flatMap(({handovers}) => handovers.map(({beginMs, endMs}) => endMs - beginMs));
	return `| ${[
		name,
		results.length,
		`${sum(({broken}) => broken.length)} (${sum(({stalled}) => stalled)})`,
		sum(({failed, refused}) => Math.max(failed.length, refused)),
		`${sum(({twiceAnswered}) => twiceAnswered)} of ${sum(({syns}) => syns)}`,
		`${sum(({twiceDelivered}) => twiceDelivered)} of ${sum(({datagrams}) => datagrams)}`,
		inMs(gaps),
		`${sum(({caught}) => caught)} of ${sum(({syns}) => syns)}`,
	].join(' | ')} |`;
}
