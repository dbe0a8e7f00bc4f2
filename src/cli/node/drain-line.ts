/** How far a node's drain is, as one line of a terminal. Pure. */

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

/** Such as `web2  DRAINING  ██████······  12 of 40 connections left, cut in 3 min: 203.0.113.7 5, 203.0.113.9 2`. */
export function drainLine({report, most, nameCells, width}: DrainLine): string {
	const {connections, state, slots} = report;
	const name = printable(report.node).padEnd(nameCells);
	const what = slots > 0 ? `hands ${slots} slots over` : leftText(report, Math.max(most, connections ?? 0));
	return truncate([name, state.padEnd('DRAINING'.length), shareBar(doneShare(report, most), barCells), what].join('  '), width);
}

function doneShare({state, connections, slots}: NodeReport, most: number): number {
	if (state === 'STOP') {
		return 1;
	}

	return slots > 0 || connections === null || most === 0 ? 0 : 1 - (connections / most);
}

function leftText({state, connections, clients, cutInMs}: NodeReport, most: number): string {
	if (state === 'STOP') {
		return 'serves nothing any more';
	}

	if (connections === null) {
		return 'counts its connections';
	}

	const cut = cutInMs === undefined ? '' : `, cut in ${formatDuration(cutInMs)}`;
	const named = clients.map(({address, connections: count}) => `${printable(address)} ${count}`).join(', ');
	return `${connections} of ${most} connections left${cut}${named === '' ? '' : `: ${named}`}`;
}
