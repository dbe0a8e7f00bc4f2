/** The rows of `top`: a title and a line for each node, with a bar as long as its share. */

import {nodeRow, shareColumns, type NodeRow, type Tone} from '../core/status/node-row.js';
import type {Status} from '../core/status/status.js';
import {columnGap, fitColumns, totalWidth, type Column} from '../core/status/table.js';
import {fitLine, type Line, type Piece} from './line.js';
import {barCellsMax, barCellsMin, shareBar} from './share-bar.js';

export type NodeLinesOptions = {
	readonly columns: number;
	/** Lines at most, the title included. */
	readonly rowsMax: number;
	/** Nodes scrolled past. */
	readonly scroll: number;
	/** Whether the snapshot is old: then nothing of it is shown as certain. */
	readonly isStale: boolean;
};

/** Title and rows, and how far they can be scrolled; where not all nodes fit, the last line counts the others. */
export function nodeLines(status: Status, {columns, rowsMax, scroll, isStale}: NodeLinesOptions): {readonly lines: readonly Line[]; readonly scrollMax: number} {
	const rows = status.nodes.map(node => nodeRow(node, status));
	const fitted = fitColumns(withBars(status, rows, columns), columns);
	const toneOf = (row: NodeRow, title: string): Tone => isStale ? 'dim' : cellTone(row, title);
	const line = (cells: readonly Piece[]): Line => fitLine(cells.flatMap(({tone, text}, index) => [
		...index === 0 ? [] : [{tone: 'plain', text: ' '.repeat(columnGap)}] as const, {tone, text},
	]), columns);
	const all = rows.map((row, index) => line(fitted.map(({title, cells}) => ({tone: toneOf(row, title.trim()), text: cells[index]!}))));
	const title = line(fitted.map(column => ({tone: 'dim', text: column.title})));
	const {lines, scrollMax} = window(all, rowsMax - 1, scroll);
	return {lines: [title, ...lines.map(shown => fitLine(shown, columns))].slice(0, rowsMax), scrollMax};
}

/** The bar takes what the others leave: a part of the screen even where a long problem is cut for it, and never so much that its row is hard to follow. */
function withBars(status: Status, rows: readonly NodeRow[], width: number): Column[] {
	const others = columnsOf(rows, []);
	const room = width - totalWidth(others);
	const cells = Math.min(barCellsMax, Math.max(barCellsMin, Math.floor(width / 6), room));
	return columnsOf(rows, status.nodes.map(({share}) => shareBar(share, cells)));
}

const columnsOf = (rows: readonly NodeRow[], bars: readonly string[]): Column[] => [
	{title: 'node', cells: rows.map(row => row.name)},
	{title: 'state', cells: rows.map(row => row.state)},
	{title: '', cells: bars},
	...shareColumns(rows),
	{title: 'slots', align: 'right', cells: rows.map(row => row.slots), dropOrder: 1},
	{title: 'heartbeat', align: 'right', cells: rows.map(row => row.heartbeat), dropOrder: 2},
	{title: 'problem', cells: rows.map(row => row.problem), dropOrder: 3},
];

function cellTone(row: NodeRow, title: string): Tone {
	switch (title) {
		case '':
		case 'state': {
			return row.tone;
		}

		case 'problem': {
			return row.tone === 'good' ? 'plain' : row.tone;
		}

		default: {
			return 'plain';
		}
	}
}

function window(lines: readonly Line[], rowsMax: number, scroll: number): {readonly lines: readonly Line[]; readonly scrollMax: number} {
	if (lines.length <= rowsMax) {
		return {lines, scrollMax: 0};
	}

	const shownMax = Math.max(1, rowsMax - 1);
	const scrollMax = lines.length - shownMax;
	const from = Math.min(scroll, scrollMax);
	return {lines: [...lines.slice(from, from + shownMax), [{tone: 'dim', text: `${from} above, ${scrollMax - from} below`}]], scrollMax};
}
