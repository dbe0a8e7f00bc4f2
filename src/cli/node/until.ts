/** Waits until nodes are as they were told to be, and tells on the way how far each is. */

import {setTimeout as sleep} from 'node:timers/promises';
import type {NodeReport} from '../../core/control/node-orders.js';
import {askNode, type AskPlace} from './ask-node.js';
import {failed, outcomeOf, type Outcome} from './outcome.js';

/** A node is asked how far it is so often. */
export const lookIntervalMs = 400;

/** A node that has not answered so many times in a row is given up. */
const missesMax = 4;

/** So much longer than it may take by its own clock is waited for a node. */
const graceMs = 15_000;

export type Wish = {
	/** Whether the node is as it shall be. */
	readonly isReached: (report: NodeReport) => boolean;
	/** What happened when it never will be; undefined while it may. */
	readonly whyNever: (report: NodeReport) => {readonly message: string; readonly hint: string} | undefined;
	/** For the node to be so; undefined for as long as it takes. */
	readonly limitMs: number | undefined;
};

/** Where a node stands when nobody waits for it any longer, and what to type. */
export type Left = {readonly message: string; readonly hint: string};

export type Waiting = {
	readonly place: AskPlace;
	/** As they answered to the order. */
	readonly begun: readonly Outcome[];
	readonly wish: Wish;
	readonly tell: (report: NodeReport) => void;
	/** Aborts: what comes of those that are not there yet is undefined. */
	readonly signal: AbortSignal;
};

/** One for each of `begun`, in their order; undefined where the signal came first. Those that failed before stay as they were. */
export async function untilReached({begun, ...waiting}: Waiting): Promise<ReadonlyArray<Outcome | undefined>> {
	return Promise.all(begun.map(async outcome => outcome.ok ? untilOne(outcome.report, waiting) : outcome));
}

async function untilOne(first: NodeReport, {place, wish, tell, signal}: Omit<Waiting, 'begun'>): Promise<Outcome | undefined> {
	const begunAt = performance.now();
	let report = first;
	let misses = 0;
	while (!signal.aborted) {
		tell(report);
		const never = wish.whyNever(report);
		if (wish.isReached(report) || never !== undefined) {
			return never === undefined ? {node: report.node, ok: true, report} : failed(report, never.message, never.hint);
		}

		// How long services take to stop is theirs, and the daemon's, to bound.
		if (wish.limitMs !== undefined && report.state !== 'STOPPING' && performance.now() - begunAt > wish.limitMs + graceMs) {
			return failed(report, `${report.node} is ${report.state} yet${report.problem === undefined ? '' : `: ${report.problem}`}`, 'look at it: farmctl node list; farmctl events');
		}

		// eslint-disable-next-line no-await-in-loop -- one look after the other
		await sleep(lookIntervalMs, undefined, {signal}).catch(() => undefined);
		const {node} = report;
		// eslint-disable-next-line no-await-in-loop -- one look after the other
		const outcome = signal.aborted ? undefined : await outcomeOf(node, async () => askNode(place, node, {verb: 'node-report'}));
		misses = outcome?.ok === false ? misses + 1 : 0;
		if (outcome?.ok === false && misses >= missesMax) {
			return {...outcome, report};
		}

		report = outcome?.ok ? outcome.report : report;
	}

	return undefined;
}
