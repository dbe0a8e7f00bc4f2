/** Tells how far several nodes are: lines that are drawn again in place on a terminal, JSON lines anywhere else. */

import type {NodeReport} from '../../core/control/node-orders.js';
import {drainLines} from './drain-line.js';

export type Teller = {
	tell: (report: NodeReport) => void;
	/** Nothing is drawn after this; what was drawn stays. */
	end: () => void;
};

export type Screen = {readonly columns?: number; readonly rows?: number; write: (text: string) => unknown};

const usual = {columns: 80, rows: 24} as const;

/** Draws the lines of each node, in the order of `names`, as far as the screen has rows; a node that has told nothing has none yet. */
export function createBarTeller(screen: Screen, names: readonly string[]): Teller {
	const reports = new Map<string, NodeReport>();
	const most = new Map<string, number>();
	const nameCells = Math.max(...names.map(name => name.length));
	let drawn = 0;
	const draw = (): void => {
		const width = (screen.columns ?? usual.columns) - 1;
		const lines = names.map(name => reports.get(name)).filter(report => report !== undefined)
			.flatMap(report => drainLines({
				report, most: most.get(report.node) ?? 0, nameCells, width,
			})).slice(0, (screen.rows ?? usual.rows) - 1);
		// Up to the first line that was drawn before, each line to its end, and what was below is gone.
		screen.write(`${drawn > 0 ? `\u{1B}[${drawn}A` : ''}${lines.map(line => `\r${line}\u{1B}[K\n`).join('')}\u{1B}[J`);
		drawn = lines.length;
	};

	return {
		tell(report) {
			reports.set(report.node, report);
			most.set(report.node, Math.max(most.get(report.node) ?? 0, report.connections ?? 0));
			draw();
		},
		end() {
			drawn = 0;
		},
	};
}

/** One JSON object for each report that says something new. */
export function createLineTeller(print: (line: string) => void): Teller {
	const last = new Map<string, string>();
	return {
		tell(report) {
			const {cutInMs: _, ...rest} = report;
			const text = JSON.stringify(rest);
			if (last.get(report.node) === text) {
				return;
			}

			last.set(report.node, text);
			print(JSON.stringify({event: 'progress', ...report}));
		},
		end() {
			last.clear();
		},
	};
}
