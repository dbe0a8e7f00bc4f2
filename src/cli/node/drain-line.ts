/** How far a node's drain is, as lines of a terminal. Pure. */

import type {NodeReport} from '../../core/control/node-orders.js';
import {formatDuration} from '../../core/status/format.js';
import {printable, truncate} from '../../core/status/display-width.js';
import {shareBar} from '../../tui/share-bar.js';

const barCells = 20;

export type DrainLine = {
	readonly report: NodeReport;
	/** The most connections that were seen of it: the whole bar. */
	readonly most: number;
	/** Cells that the names of all nodes take. */
	readonly nameCells: number;
	readonly width: number;
};

/** One line, and a second with the clients that have the most connections left, when some have: each at most so wide. */
export function drainLines({report, most, nameCells, width}: DrainLine): string[] {
	const {connections, state, slots, clients} = report;
	const name = printable(report.node).padEnd(nameCells);
	const what = slots > 0 ? `hands ${slots} slots over` : leftText(report, Math.max(most, connections ?? 0));
	const named = clients.map(({address, connections: count}) => `${printable(address)} ${count}`).join(', ');
	return [
		[name, state.padEnd('DRAINING'.length), shareBar(doneShare(report, most), barCells), what].join('  '),
		...named === '' ? [] : [`${' '.repeat(nameCells)}  most: ${named}`],
	].map(line => truncate(line, width));
}

function doneShare({state, connections, slots}: NodeReport, most: number): number {
	if (state === 'STOP') {
		return 1;
	}

	return slots > 0 || connections === null || most === 0 ? 0 : 1 - (connections / most);
}

function leftText({state, connections, cutInMs}: NodeReport, most: number): string {
	if (state === 'STOP') {
		return 'serves nothing any more';
	}

	if (connections === null) {
		return 'counts its connections';
	}

	const cut = cutInMs === undefined ? '' : `, cut in ${formatDuration(cutInMs)}`;
	return `${connections} of ${most} connections left${cut}`;
}
