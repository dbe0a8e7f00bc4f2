/** What the demo tells while it runs, moment by moment: what `--json` prints, and what the view and the plain lines are made from. */

import type {PhaseName, TrafficSample, Trouble} from './phases.js';
import type {DemoSummary} from './summary.js';

export type DemoMoment =
	| {readonly kind: 'begin'; readonly nodes: readonly string[]; readonly clients: number; readonly isRootless: boolean; readonly detectionMs: number}
	| {readonly kind: 'phase'; readonly phase: PhaseName; readonly node: string; readonly title: string}
	| ({readonly kind: 'sample'; readonly atMs: number} & TrafficSample)
	| ({readonly kind: 'trouble'; readonly atMs: number} & Trouble)
	| {readonly kind: 'phase-end'; readonly phase: PhaseName; readonly title: string; readonly failed: number; readonly broken: number; readonly longestWaitMs: number}
	| ({readonly kind: 'summary'} & DemoSummary);

export type DemoSample = Extract<DemoMoment, {kind: 'sample'}>;

/** Requests a second by node between two samples, and each node's fraction of them. */
export function ratesBetween(before: DemoSample | undefined, now: DemoSample, nodes: readonly string[]): ReadonlyArray<{
	readonly node: string; readonly perSecond: number; readonly share: number;
}> {
	const counts = nodes.map(node => (now.answered[node] ?? 0) - (before?.answered[node] ?? 0));
	const total = counts.reduce((sum, count) => sum + count, 0);
	const seconds = (now.atMs - (before?.atMs ?? 0)) / 1000;
	return nodes.map((node, index) => ({
		node,
		perSecond: seconds > 0 ? Math.round(counts[index]! / seconds) : 0,
		share: total === 0 ? 0 : counts[index]! / total,
	}));
}
