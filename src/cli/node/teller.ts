/** Tells how far several nodes are: lines that are drawn again in place on a terminal, JSON lines anywhere else. */

import type {NodeReport} from '../../core/control/node-orders.js';
import {drainLine} from './drain-line.js';

export type Teller = {
	tell: (report: NodeReport) => void;
	/** Nothing is drawn after this; what was drawn stays. */
	end: () => void;
};

export type Screen = {readonly columns?: number; write: (text: string) => unknown};

const widthWithoutColumns = 80;

/** Draws one line a node, in the order of `names`; a node that has told nothing has none yet. */
export function createBarTeller(screen: Screen, names: readonly string[]): Teller {
	const reports = new Map<string, NodeReport>();
	const most = new Map<string, number>();
	const nameCells = Math.max(...names.map(name => name.length));
	let drawn = 0;
	const draw = (): void => {
		const width = (screen.columns ?? widthWithoutColumns) - 1;
		const lines = names.map(name => reports.get(name)).filter(report => report !== undefined)
			.map(report => drainLine({
				report, most: most.get(report.node) ?? 0, nameCells, width,
			}));
		// Up to the first line that was drawn before, and each line to its end.
		screen.write(`${drawn > 0 ? `\u{1B}[${drawn}A` : ''}${lines.map(line => `\r${line}\u{1B}[K\n`).join('')}`);
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
