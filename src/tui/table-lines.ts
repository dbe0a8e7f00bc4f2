/** Fitted columns as lines of toned pieces. */

import type {Tone} from '../core/status/node-row.js';
import {columnGap, fitColumns, type Column} from '../core/status/table.js';
import {fitLine, type Line} from './line.js';

export type TableLinesOptions = {
	readonly columns: number;
	/** Of a row's cell, by the title of its column. */
	readonly toneOf: (row: number, title: string) => Tone;
};

/** Its title, and a line for each row. */
export function tableLines(table: readonly Column[], {columns, toneOf}: TableLinesOptions): {readonly title: Line; readonly rows: readonly Line[]} {
	const fitted = fitColumns(table, columns);
	const line = (toneAt: (title: string) => Tone, textOf: (column: typeof fitted[number]) => string): Line => fitLine(fitted.flatMap((column, index) => [
		...index === 0 ? [] : [{tone: 'plain', text: ' '.repeat(columnGap)}] as const, {tone: toneAt(column.title.trim()), text: textOf(column)},
	]), columns);
	const count = table[0]?.cells.length ?? 0;
	return {
		title: line(() => 'dim', ({title}) => title),
		rows: Array.from({length: count}, (_, row) => line(title => toneOf(row, title), ({cells}) => cells[row]!)),
	};
}
