/** The end of the demo: every number that it measured, and the verdict. */

import {answeredByNode, phaseNames, phaseTitles, type ClientReport, type PhaseName, type PhaseReport} from './phases.js';
import {
	areKept, brokenConnections, evaluatePromises, failedRequests, longestWait, type Drama, type Promised,
} from './promises.js';

export type StepSummary = {
	readonly phase: PhaseName;
	readonly title: string;
	readonly refused: number;
	readonly reset: number;
	readonly timedOut: number;
	readonly broken: number;
	readonly completed: number;
	/** Longest wait beyond the pace among the clients of the node that the step is about, and among all others. */
	readonly longestWaitMs: {readonly itsClients: number; readonly others: number};
};

export type DemoSummary = {
	readonly drama: Drama;
	readonly requests: Readonly<Record<string, number>>;
	readonly steps: readonly StepSummary[];
	/** Packets that each kernel dropped because another node serves them, and those it let through. */
	readonly kernels: Readonly<Record<string, {readonly filtered: number; readonly accepted: number}>>;
	readonly promises: readonly Promised[];
	readonly areKept: boolean;
	/** How late the measuring program itself ran at worst. */
	readonly latenessMs: number;
};

export type SummaryInput = {
	readonly reports: readonly PhaseReport[];
	readonly drama: Drama;
	readonly kernels: DemoSummary['kernels'];
	readonly latenessMs: number;
};

/** The node that a phase happens to; the steady phase happens to none. */
export function nodeOfPhase(phase: PhaseName, {cutNode, stoppedNode, killedNode}: Pick<Drama, 'cutNode' | 'stoppedNode' | 'killedNode'>): string {
	switch (phase) {
		case 'steady': {
			return '';
		}

		case 'cut':
		case 'heal': {
			return cutNode;
		}

		case 'stop':
		case 'start': {
			return stoppedNode;
		}

		case 'kill':
		case 'mend': {
			return killedNode;
		}
	}
}

/** All of it, as data. */
export function summarise({reports, drama, kernels, latenessMs}: SummaryInput): DemoSummary {
	const promises = evaluatePromises(reports, drama);
	return {
		drama,
		requests: answeredByNode(reports),
		steps: reports.map(report => stepOf(report, nodeOfPhase(report.phase, drama))),
		kernels,
		promises,
		areKept: areKept(promises),
		latenessMs,
	};
}

function stepOf({phase, clients}: PhaseReport, node: string): StepSummary {
	const total = (of: (client: ClientReport) => number): number => clients.reduce((sum, client) => sum + of(client), 0);
	return {
		phase,
		title: phaseTitles[phase](node),
		refused: total(({refused}) => refused),
		reset: total(({reset}) => reset),
		timedOut: total(({timedOut}) => timedOut),
		broken: brokenConnections(clients),
		completed: total(({completed}) => completed),
		longestWaitMs: {
			itsClients: longestWait(clients.filter(({nodeBefore}) => nodeBefore === node)),
			others: longestWait(clients.filter(({nodeBefore}) => nodeBefore !== node)),
		},
	};
}

/** For people, one fact a line. */
export function renderSummary(summary: DemoSummary): string[] {
	const {requests, steps, kernels, promises, drama: {nodes}} = summary;
	const table = [
		['', 'failed', 'broken', 'ended well', 'longest wait: its clients', 'others'],
		...phaseNames.flatMap(phase => steps.filter(step => step.phase === phase)).map(step => [
			step.title, String(step.refused + step.reset + step.timedOut), String(step.broken), String(step.completed),
			step.phase === 'steady' ? '-' : `${step.longestWaitMs.itsClients} ms`, `${step.longestWaitMs.others} ms`,
		]),
	];
	const kernelTable = [
		['node', 'requests answered', 'packets accepted', 'packets filtered'],
		...nodes.map(node => [node, String(requests[node] ?? 0), String(kernels[node]?.accepted ?? '-'), String(kernels[node]?.filtered ?? '-')]),
	];
	return [
		...columns(kernelTable),
		'',
		...columns(table),
		'',
		...promises.map(({isKept, promise, measured}) => `${isKept ? 'kept  ' : 'BROKEN'}  ${promise}: ${measured}`),
		'',
		`The measuring program itself ran up to ${summary.latenessMs} ms late.`,
		summary.areKept ? 'All promises held.' : 'Not all promises held.',
	];
}

/** The first column to the left, numbers to the right. */
function columns(rows: ReadonlyArray<readonly string[]>): string[] {
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
	return rows.map(row => row.map((cell, column) => column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)).join('  '));
}

/** Failures of any kind in a phase's report, for the line that a person sees when it ends. */
export const troubleOf = ({clients}: PhaseReport): {failed: number; broken: number} => ({failed: failedRequests(clients), broken: brokenConnections(clients)});
