/** Columns that fit a terminal: what matters least goes first, and the last column takes what is left. */

import {displayWidth, pad, truncate} from './display-width.js';

/** Cells between two columns. */
export const columnGap = 2;

/** A last column with less room than this is not worth drawing. */
const lastColumnCellsMin = 8;

export type Column = {
	readonly title: string;
	readonly align?: 'left' | 'right';
	readonly cells: readonly string[];
	/** Columns with the lowest number go first when there is no room; those without one stay. */
	readonly dropOrder?: number;
};

export type FittedColumn = {readonly title: string; readonly cells: readonly string[]};

/** Every title and cell padded to its column's width, but for the last one; an undefined width has no end. */
export function fitColumns(columns: readonly Column[], width: number | undefined): FittedColumn[] {
	const kept = dropColumns(columns.filter(column => column.dropOrder === undefined || column.cells.some(cell => cell !== '')), width ?? Infinity);
	const before = totalWidth(kept.slice(0, -1)) + columnGap;
	return kept.map((column, index) => index === kept.length - 1 && column.align !== 'right'
		? fitLast(column, (width ?? Infinity) - (kept.length === 1 ? 0 : before))
		: fitOne(column));
}

/** Cells that the columns take, gaps included. */
export const totalWidth = (columns: readonly Column[]): number => columns.reduce((sum, column) => sum + naturalWidth(column), 0) + (columnGap * Math.max(0, columns.length - 1));

const naturalWidth = ({title, cells}: Column): number => Math.max(displayWidth(title), ...cells.map(cell => displayWidth(cell)));

function dropColumns(columns: readonly Column[], width: number): readonly Column[] {
	const last = columns.at(-1)!;
	const leastWidth = totalWidth(columns) - Math.max(0, naturalWidth(last) - lastColumnCellsMin);
	const [victim] = columns.filter(column => column.dropOrder !== undefined).toSorted((a, b) => a.dropOrder! - b.dropOrder!);
	return leastWidth <= width || victim === undefined ? columns : dropColumns(columns.filter(column => column !== victim), width);
}

function fitOne(column: Column): FittedColumn {
	const width = naturalWidth(column);
	return {title: pad(column.title, width, column.align), cells: column.cells.map(cell => pad(cell, width, column.align))};
}

const fitLast = (column: Column, room: number): FittedColumn => ({
	title: truncate(column.title, room), cells: column.cells.map(cell => truncate(cell, room)),
});
