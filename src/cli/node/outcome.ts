/** What came of an order, a node each, and what it makes of the exit status. */

import type {NodeReport} from '../../core/control/node-orders.js';
import {exitCodes, Failure} from '../../errors.js';

export type Outcome =
	| {readonly node: string; readonly ok: true; readonly report: NodeReport}
	| {readonly node: string; readonly ok: false; readonly error: {readonly code: string; readonly message: string; readonly hint?: string}; readonly report?: NodeReport};

/** The outcome of the work. Only what is expected to fail does; a bug is thrown on. */
export async function outcomeOf(node: string, work: () => Promise<NodeReport>): Promise<Outcome> {
	try {
		return {node, ok: true, report: await work()};
	} catch (error) {
		if (!(error instanceof Failure)) {
			throw error;
		}

		const {code, message, hint} = error;
		return {node, ok: false, error: {code, message, ...(hint !== undefined && {hint})}};
	}
}

export const failed = (report: NodeReport, message: string, hint: string): Outcome => ({
	node: report.node, ok: false, report, error: {code: 'no', message, hint},
});

/** Well when all did; the status of the failure when none did and all for the same reason; otherwise that the answer is no. */
export function statusOf(outcomes: readonly Outcome[]): number {
	const codes = [...new Set(outcomes.map(outcome => outcome.ok ? 'ok' : outcome.error.code))];
	const [only] = codes;
	return codes.length === 1 ? exitCodes[only as keyof typeof exitCodes] : exitCodes.no;
}
