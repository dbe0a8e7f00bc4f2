/** Services and checks of the node that answers in `top`: in one line of the header, and on a screen of their own with the last results of one check. */

import {resultColumns, resultRow} from '../core/status/result-rows.js';
import {checkColumns, checkRow, serviceColumns, serviceRow} from '../core/status/application-rows.js';
import {statusResultsMax, type StatusApplication, type StatusCheck} from '../core/status/application.js';
import {printable} from '../core/status/display-width.js';
import {formatDuration} from '../core/status/format.js';
import type {Tone} from '../core/status/node-row.js';
import {fitLine, type Line} from './line.js';
import {tableLines} from './table-lines.js';

/** The title and three checks: what is left of a screen is for results, and then for services. */
const checkLinesMin = 4;

export type ApplicationLinesOptions = {
	readonly columns: number;
	readonly rowsMax: number;
	/** The check whose results are shown, by its place. */
	readonly selected: number;
	readonly isStale: boolean;
};

/** How many services run and how many checks are up, and the first that is not well. */
export function applicationGroups({services, checks}: StatusApplication, {isShown}: {readonly isShown: boolean}): Line[] {
	const running = services.filter(({state}) => state === 'running');
	const up = checks.filter(({isEnabled, state}) => isEnabled && state === 'up');
	const service = services.find(({state}) => state !== 'running');
	const check = checks.find(({isEnabled, state}) => isEnabled && state === 'down') ?? checks.find(({isEnabled, state}) => !isEnabled || state !== 'up');
	return [
		...services.length === 0 ? [] : [countGroup('services', 'run', [running.length, services.length], service && `${service.name} ${service.state}`)],
		...checks.length === 0 ? [] : [countGroup('checks', 'up', [up.length, checks.length], check && `${check.name} ${stateText(check)}`)],
		[{tone: 'strong', text: 'c'}, {tone: 'dim', text: isShown ? ' goes back' : ' shows them'}],
	];
}

const stateText = ({isEnabled, state, sinceMs}: StatusCheck): string => isEnabled ? `${state} for ${formatDuration(sinceMs)}` : 'disabled';

const countGroup = (title: string, what: string, [well, all]: readonly [number, number], first: string | undefined): Line => [
	{tone: 'dim', text: `${title} `},
	{tone: well === all ? 'plain' : 'warn', text: `${well} of ${all} ${what}`},
	...first === undefined ? [] : [{tone: 'warn', text: `: ${printable(first)}`}] as const,
];

/** The screen of the application, and how far its checks can be gone through. */
export function applicationLines(application: StatusApplication | undefined, options: ApplicationLinesOptions): {readonly lines: readonly Line[]; readonly scrollMax: number} {
	const {columns, rowsMax, selected, isStale} = options;
	if (application === undefined || application.services.length + application.checks.length === 0) {
		return {lines: [fitLine([{tone: 'dim', text: 'no services and no checks are configured: see services and checks in farmctl.conf(5)'}], columns)], scrollMax: 0};
	}

	const {services, checks} = application;
	const scrollMax = Math.max(0, checks.length - 1);
	const place = Math.min(selected, scrollMax);
	const drawing = {columns, isStale};
	const results = checks.length === 0 ? [] : resultLines(checks[place]!, rowsMax - checkLinesMin, drawing);
	const serviceTable = serviceLines(services, drawing);
	const listMax = rowsMax - results.length;
	// The results of one check need most of a small screen; its header counts the services.
	const isRoomy = serviceTable.length + Math.min(checks.length + 1, checkLinesMin) <= listMax;
	const shownServices = isRoomy || checks.length === 0 ? serviceTable : [];
	const list = checkList(checks, {...drawing, place, rowsMax: listMax - shownServices.length});
	return {lines: [...shownServices, ...list, ...results].slice(0, rowsMax), scrollMax};
}

type Drawing = {readonly columns: number; readonly isStale: boolean};

const toned = new Set(['state', 'result', 'reason', 'detail']);

const cellTone = (tone: Tone, title: string, isStale: boolean): Tone => {
	if (isStale) {
		return 'dim';
	}

	return ['reason', 'detail'].includes(title) && tone === 'good' ? 'plain' : (toned.has(title) ? tone : 'plain');
};

/** With an empty line after them. */
function serviceLines(services: StatusApplication['services'], {columns, isStale}: Drawing): Line[] {
	const rows = services.map(service => serviceRow(service));
	const table = tableLines(serviceColumns(rows), {columns, toneOf: (row, title) => cellTone(rows[row]!.tone, title, isStale)});
	return rows.length === 0 ? [] : [table.title, ...table.rows, []];
}

/** The title and as many as there is room for, the chosen one among them. */
function checkList(checks: readonly StatusCheck[], {columns, isStale, place, rowsMax}: Drawing & {readonly place: number; readonly rowsMax: number}): Line[] {
	if (checks.length === 0 || rowsMax < 2) {
		return [];
	}

	const rows = checks.map(check => checkRow(check));
	const marked = [{title: '', cells: rows.map((_, index) => index === place ? '>' : ' ')}, ...checkColumns(rows)];
	const table = tableLines(marked, {columns, toneOf: (row, title) => title === '' ? 'strong' : cellTone(rows[row]!.tone, title, isStale)});
	const shownMax = rowsMax - 1;
	const from = Math.max(0, Math.min(place - Math.floor(shownMax / 2), rows.length - shownMax));
	const hidden = rows.length - shownMax;
	const title = hidden > 0 ? [...table.title, {tone: 'dim', text: `  (${place + 1} of ${rows.length})`}] as const : table.title;
	return [fitLine(title, columns), ...table.rows.slice(from, from + shownMax)];
}

/** An empty line, a title, and the newest as far as there is room; always as many lines, so that the screen stands still. */
function resultLines(check: StatusCheck, rowsMax: number, {columns, isStale}: Drawing): Line[] {
	const room = Math.min(statusResultsMax, rowsMax - 2);
	if (room < 1) {
		return [];
	}

	const rows = check.results.slice(-room).map(result => resultRow(result));
	const table = tableLines(resultColumns(rows), {columns, toneOf: (row, title) => cellTone(rows[row]!.tone, title, isStale)});
	const title: Line = [{tone: 'dim', text: `last results of ${printable(check.name)}, ${printable(check.type)} ${printable(check.looksAt)}`}];
	const none: Line[] = rows.length === 0 ? [fitLine([{tone: 'dim', text: check.isEnabled ? 'none yet' : 'none: it is disabled'}], columns)] : [];
	const lines = [...none, ...table.rows];
	return [[], fitLine(title, columns), ...lines, ...Array.from({length: room - lines.length}, (): Line => [])];
}
