/** The nodes as a table. Pure. */

import {nodeRow, shareColumns} from '../../core/status/node-row.js';
import type {Status} from '../../core/status/status.js';
import {columnGap, fitColumns} from '../../core/status/table.js';

/** A heading and a line for each node, without spaces at their ends; undefined width has no end. */
export function nodeListLines(status: Status, width: number | undefined): string[] {
	const rows = status.nodes.map(node => ({...nodeRow(node, status), node}));
	const columns = fitColumns([
		{title: 'node', cells: rows.map(({name, node}) => node.name === status.node ? `${name} *` : name)},
		{title: 'id', align: 'right', cells: rows.map(({node}) => String(node.id)), dropOrder: 1},
		{title: 'state', cells: rows.map(({state}) => state)},
		...shareColumns(rows),
		{title: 'weight', align: 'right', cells: rows.map(({node: {weight, groups}}) => groups?.map(group => group.weight).join('/') ?? String(weight)), dropOrder: 3},
		{title: 'retained', align: 'right', cells: rows.map(({node}) => String(node.retainedConnections)), dropOrder: 2},
		{title: 'problem', cells: rows.map(({problem}) => problem)},
	], width);
	const line = (cells: readonly string[]): string => cells.join(' '.repeat(columnGap)).trimEnd();
	return [line(columns.map(({title}) => title)), ...rows.map((_, index) => line(columns.map(({cells}) => cells[index]!)))];
}
