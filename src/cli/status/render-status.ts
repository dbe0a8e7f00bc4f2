/** The snapshot as people read it: one line that says how the farm is, a row for each node, and what to do when something is wrong. */

import {adaptationLine, adaptationTone} from '../../core/status/adaptation-line.js';
import {coverageText, healthOf, witnessText, type Health, type HealthReason} from '../../core/status/health.js';
import {printable} from '../../core/status/display-width.js';
import {networkLines} from '../../core/status/network-lines.js';
import {nodeRow, shareColumns, type NodeRow, type Tone} from '../../core/status/node-row.js';
import {keyLine} from '../../core/status/key-line.js';
import type {Status} from '../../core/status/status.js';
import {columnGap, fitColumns, type Column} from '../../core/status/table.js';
import {applicationLines} from './render-application.js';
import {paintWith, type Paint} from './paint.js';

/** Reasons spelled out; a farm with more of them is told by the table. */
export const reasonsShownMax = 5;

export type RenderOptions = {
	/** Cells of the terminal; undefined where lines have no end, as in a pipe. */
	readonly width?: number | undefined;
	readonly colour: boolean;
};

const healthTones: Readonly<Record<Health, Tone>> = {healthy: 'good', degraded: 'warn', down: 'bad'};

/** Several lines of text with a newline at the end. */
export function renderStatus(status: Status, {width, colour}: RenderOptions): string {
	const paint = paintWith(colour);
	const {health, reasons} = healthOf(status);
	const lines = [
		`${paint('strong', printable(status.farm))}: ${paint(healthTones[health], health)}, ${coverageText(status)} (${printable(witnessText(status))})`,
		'',
		...nodeTable(status, width, paint),
		...networkTexts(status, paint),
		...adaptationTexts(status, paint),
		...keyTexts(status, paint),
		...applicationLines(status, width, paint),
		...reasonLines(reasons, paint),
	];
	return `${lines.join('\n')}\n`;
}

function nodeTable(status: Status, width: number | undefined, paint: Paint): string[] {
	const rows = status.nodes.map(node => nodeRow(node, status));
	const columns = fitColumns(columnsOf(rows), width);
	const gap = ' '.repeat(columnGap);
	const line = (cells: readonly string[]): string => cells.join(gap).trimEnd();
	return [
		paint('dim', line(columns.map(({title}) => title))),
		...rows.map((row, index) => line(columns.map(({title, cells}) => paint(cellTone(row, title.trim()), cells[index]!)))),
	];
}

const columnsOf = (rows: readonly NodeRow[]): Column[] => [
	{title: 'node', cells: rows.map(row => row.name)},
	{title: 'state', cells: rows.map(row => row.state)},
	...shareColumns(rows),
	{title: 'slots', align: 'right', cells: rows.map(row => row.slots), dropOrder: 2},
	{title: 'heartbeat', align: 'right', cells: rows.map(row => row.heartbeat), dropOrder: 3},
	{title: 'version', cells: rows.map(row => row.version), dropOrder: 1},
	{title: 'problem', cells: rows.map(row => row.problem), dropOrder: 4},
];

function adaptationTexts(status: Status, paint: Paint): string[] {
	const line = adaptationLine(status);
	return line === '' ? [] : ['', paint(adaptationTone, line)];
}

function keyTexts(status: Status, paint: Paint): string[] {
	const line = keyLine(status);
	return line === '' ? [] : ['', paint('warn', line)];
}

function networkTexts(status: Status, paint: Paint): string[] {
	const lines = networkLines(status).map(({tone, text}) => paint(tone, text));
	return lines.length === 0 ? [] : ['', ...lines];
}

function cellTone(row: NodeRow, title: string): Tone {
	if (title === 'state') {
		return row.tone;
	}

	return title === 'problem' && row.tone !== 'good' ? row.tone : 'plain';
}

function reasonLines(reasons: readonly HealthReason[], paint: Paint): string[] {
	const shown = reasons.slice(0, reasonsShownMax);
	const more = reasons.length - shown.length;
	return [
		...shown.flatMap(({message, next}) => ['', printable(message), `  ${paint('dim', 'next:')} ${printable(next)}`]),
		...(more > 0 ? ['', `and ${more} more`] : []),
	];
}
