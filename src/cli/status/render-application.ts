/** Services and checks of the node that answers, as people read them: a row each, and of checks that are down when that was found and why. */

import {checkColumns, checkRow, serviceColumns, serviceRow} from '../../core/status/application-rows.js';
import type {StatusCheck} from '../../core/status/application.js';
import {printable} from '../../core/status/display-width.js';
import type {Tone} from '../../core/status/node-row.js';
import {actionColumns, actionRow, actionsTitle, runColumns, runRows} from '../../core/status/result-rows.js';
import type {Status} from '../../core/status/status.js';
import {columnGap, fitColumns, type Column} from '../../core/status/table.js';
import type {Paint} from './paint.js';

/** Checks that are down whose results are spelled out. */
export const checksSpelledOutMax = 2;

/** An empty line before each part; none at all without an application. */
export function applicationLines({node, application}: Status, width: number | undefined, paint: Paint): string[] {
	if (application === undefined) {
		return [];
	}

	const {services, checks} = application;
	const actions = actionsTitle(application);
	const down = checks.filter(({isEnabled, state, results}) => isEnabled && state === 'down' && results.length > 0);
	return [
		'',
		paint('strong', `on ${printable(node)}:`),
		...tableLines(services.map(service => serviceRow(service)), serviceColumns, {width, paint}),
		...(services.length > 0 && checks.length > 0 ? [''] : []),
		...checkLines(checks, {width, paint}),
		...actions === '' ? [] : ['', paint('warn', actions), ...tableLines(application.actions.done.map(done => actionRow(done)), actionColumns, {width, paint})],
		...down.slice(0, checksSpelledOutMax).flatMap(check => resultLines(check, {width, paint})),
	];
}

export type Place = {readonly width: number | undefined; readonly paint: Paint};

/** Rows of checks below their titles; none without checks. */
export const checkLines = (checks: readonly StatusCheck[], place: Place): string[] => tableLines(checks.map(check => checkRow(check)), checkColumns, place);

/** The last results of a check, the newest last. */
export const resultLines = (check: StatusCheck, place: Place): string[] => [
	'',
	`last results of check ${printable(check.name)}:`,
	...tableLines(runRows(check.results), runColumns, place),
];

/** Rows below their titles, as wide as there is room for; none without rows. The tone of a row is that of its state, its result, and its reason or detail. */
export function tableLines<Row extends {readonly tone: Tone}>(rows: readonly Row[], columnsOf: (rows: readonly Row[]) => Column[], {width, paint}: Place): string[] {
	if (rows.length === 0) {
		return [];
	}

	const columns = fitColumns(columnsOf(rows), width);
	const gap = ' '.repeat(columnGap);
	const toned = new Set(['state', 'result', 'reason', 'detail']);
	const toneOf = (row: Row, title: string): Tone => ['reason', 'detail'].includes(title) && row.tone === 'good' ? 'plain' : (toned.has(title) ? row.tone : 'plain');
	return [
		paint('dim', columns.map(({title}) => title).join(gap).trimEnd()),
		...rows.map((row, index) => columns.map(({title, cells}) => paint(toneOf(row, title.trim()), cells[index]!)).join(gap).trimEnd()),
	];
}

