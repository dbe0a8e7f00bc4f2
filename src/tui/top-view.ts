/** What `top` shows, as lines of toned pieces that fit the terminal: pure, so that every screen is a test. */

import {coverageText, healthOf, witnessText, type Health} from '../core/status/health.js';
import {pad, printable} from '../core/status/display-width.js';
import {formatCount, formatDuration} from '../core/status/format.js';
import {adaptationLine, adaptationTone} from '../core/status/adaptation-line.js';
import {worstNetworkLine} from '../core/status/network-lines.js';
import type {Tone} from '../core/status/node-row.js';
import type {Status, StatusEvent} from '../core/status/status.js';
import {applicationGroups, applicationLines} from './application-lines.js';
import {keyBindings} from './keymap.js';
import {fitGroups, fitLine, type Line} from './line.js';
import {nodeLines} from './node-lines.js';
import {ratesOf, type Rates, type TopModel} from './top-model.js';

/** An answer older than this is told as one that is missing: four times the time between two requests. */
export const staleAfterMs = 2000;

/** What a small screen keeps first: the farm's line, then the title and this many nodes. */
const nodeLinesMin = 3;

export type TopView = {
	readonly header: readonly Line[];
	/** Titles first. */
	readonly body: readonly Line[];
	readonly events: readonly Line[];
	readonly footer: readonly Line[];
	/** How far the nodes can be scrolled. */
	readonly scrollMax: number;
};

export type Screen = {readonly columns: number; readonly rows: number};

/** The whole screen at an instant: at most `rows` lines of at most `columns` cells. */
export function topView(model: TopModel, nowMs: number, {columns, rows}: Screen): TopView {
	const header = headerLines(model, nowMs, columns).slice(0, Math.max(1, rows - nodeLinesMin));
	const footer = rows - header.length >= nodeLinesMin + 2 ? [[], fitLine(footerLine(model), columns)] : [];
	const room = Math.max(0, rows - header.length - footer.length);
	const empty = {header, body: [], events: [], footer, scrollMax: 0};
	if (model.isHelpShown) {
		return {...empty, body: helpLines(columns).slice(0, room)};
	}

	if (model.status === undefined || room === 0) {
		return empty;
	}

	if (model.isApplicationShown) {
		const {lines, scrollMax} = applicationLines(model.status.application, {columns, rowsMax: room, selected: model.selected, isStale: isStale(model, nowMs)});
		return {...empty, body: lines, scrollMax};
	}

	const {lines: body, scrollMax} = nodeLines(model.status, {columns, rowsMax: room, scroll: model.scroll, isStale: isStale(model, nowMs)});
	return {...empty, body, scrollMax, events: eventLines(model.status.events, columns, room - body.length)};
}

const isStale = ({failure, seenAtMs}: TopModel, nowMs: number): boolean => failure !== undefined || (seenAtMs !== undefined && nowMs - seenAtMs > staleAfterMs);

const healthTones: Readonly<Record<Health, Tone>> = {healthy: 'good', degraded: 'warn', down: 'bad'};

/** How the farm is, what passes, and what is wrong; then an empty line. */
function headerLines(model: TopModel, nowMs: number, columns: number): Line[] {
	const {status} = model;
	if (status === undefined) {
		return [fitLine([{tone: 'warn', text: printable(model.failure ?? 'asking the daemon')}], columns), []];
	}

	const farmFacts = model.isApplicationShown ? [] : [factGroups(status, ratesOf(model)), ...networkGroups(status), ...adaptationGroups(status)];
	const lines = isStale(model, nowMs)
		? [farmGroups(status, true), [staleLine(model, nowMs)]]
		: [farmGroups(status, false), ...farmFacts, ...status.application === undefined ? [] : [applicationGroups(status.application, {isShown: model.isApplicationShown})], ...reasonGroups(status)];
	return [...lines.map(groups => fitGroups(groups, columns)), []];
}

function farmGroups(status: Status, isOld: boolean): Line[] {
	const {health} = healthOf(status);
	return [
		[{tone: 'strong', text: printable(status.farm)}, {tone: 'plain', text: ' '}, isOld ? {tone: 'dim', text: `was ${health}`} : {tone: healthTones[health], text: health}],
		[{tone: isOld ? 'dim' : 'plain', text: coverageText(status)}],
		[{tone: 'dim', text: printable(witnessText(status))}],
	];
}

function factGroups(status: Status, rates: Rates | undefined): Line[] {
	const fact = (title: string, value: string): Line => [{tone: 'dim', text: `${title} `}, {tone: 'plain', text: value}];
	const rate = (value: number | undefined): string => value === undefined ? '–' : `${formatCount(value)}/s`;
	return [
		fact('accepted', rate(rates?.acceptedPerSecond)),
		fact('filtered', rate(rates?.filteredPerSecond)),
		...status.connections === undefined ? [] : [fact('connections', formatCount(status.connections))],
		fact('detection', formatDuration(status.timing.detectionMs)),
		fact('lease', status.lease.restMs === undefined ? 'none' : formatDuration(status.lease.restMs)),
	];
}

/** Who is given more time than configured before it is dead. */
function adaptationGroups(status: Status): Line[][] {
	const line = adaptationLine(status);
	return line === '' ? [] : [[[{tone: adaptationTone, text: line}]]];
}

/** The network that most needs a look, where there are several or one is in trouble. */
function networkGroups(status: Status): Line[][] {
	const line = worstNetworkLine(status);
	return line === undefined ? [] : [[[{tone: line.tone, text: line.text}]]];
}

/** In whole seconds: it changes with every look anyway. */
const staleLine = ({seenAtMs}: TopModel, nowMs: number): Line => [
	{tone: 'bad', text: 'daemon not answering, '}, {tone: 'bad', text: `last seen ${Math.floor((nowMs - seenAtMs!) / 1000)} s ago`},
];

function reasonGroups(status: Status): Line[][] {
	const [first, ...more] = healthOf(status).reasons;
	return first === undefined ? [] : [[
		[{tone: 'warn', text: printable(first.message)}],
		[{tone: 'dim', text: more.length === 0 ? `next: ${printable(first.next)}` : `and ${more.length} more: farmctl status`}],
	]];
}

const levelTones: Readonly<Record<StatusEvent['level'], Tone>> = {debug: 'dim', info: 'plain', warning: 'warn', error: 'bad'};

/** The newest last, below a title; nothing where there is no room for both. */
function eventLines(events: readonly StatusEvent[], columns: number, rowsMax: number): Line[] {
	const shown = rowsMax < 2 ? [] : events.slice(-(rowsMax - 1));
	return shown.length === 0 ? [] : [
		fitLine([{tone: 'dim', text: 'last events (UTC)'}], columns),
		...shown.map(({at, level, message}): Line => fitLine([{tone: 'dim', text: `${at.slice(11, 19)} `}, {tone: levelTones[level], text: printable(message)}], columns)),
	];
}

const helpLines = (columns: number): Line[] => keyBindings.map(({label, does}) => fitLine([
	{tone: 'strong', text: pad(label, 7)}, {tone: 'plain', text: does},
], columns));

const footerLine = ({isPaused, isHelpShown}: TopModel): Line => [
	{tone: 'strong', text: 'q'}, {tone: 'dim', text: ' quit  '}, {tone: 'strong', text: '?'}, {tone: 'dim', text: isHelpShown ? ' back' : ' help'},
	...isPaused ? [{tone: 'warn', text: '  held, space goes on'}] as const : [],
];
