/** Checks and what they found, as people read it. */

import type {CheckFinding} from '../../core/checkers/report.js';
import type {CheckOutcome} from '../../core/model/check-result.js';
import type {StatusCheck} from '../../core/status/application.js';
import {printable} from '../../core/status/display-width.js';
import type {Tone} from '../../core/status/node-row.js';
import type {Column} from '../../core/status/table.js';
import {paintWith} from '../status/paint.js';
import {checkLines, tableLines} from '../status/render-application.js';

export type RenderOptions = {
	/** Cells of the terminal; undefined where lines have no end, as in a pipe. */
	readonly width?: number | undefined;
	readonly colour: boolean;
};

export const renderChecks = (checks: readonly StatusCheck[], {width, colour}: RenderOptions): string => checkLines(checks, {width, paint: paintWith(colour)}).join('\n');

export const renderFindings = (findings: readonly CheckFinding[], {width, colour}: RenderOptions): string =>
	tableLines(findings.map(finding => findingRow(finding)), findingColumns, {width, paint: paintWith(colour)}).join('\n');

/** One line, without its end. */
export function renderFinding(finding: CheckFinding, {colour}: RenderOptions): string {
	const {name, outcome, took, reason, tone} = findingRow(finding);
	return `${finding.at.slice(11, 23)} ${name} ${paintWith(colour)(tone, outcome)} (${took}): ${reason}`;
}

type FindingRow = {readonly name: string; readonly outcome: CheckOutcome; readonly tone: Tone; readonly took: string; readonly reason: string};

const tones: Readonly<Record<CheckOutcome, Tone>> = {up: 'good', down: 'bad', timeout: 'bad'};

const findingRow = ({name, outcome, tookMs, reason, warning}: CheckFinding): FindingRow => ({
	name,
	outcome,
	tone: warning !== undefined && outcome === 'up' ? 'warn' : tones[outcome],
	took: `${tookMs.toFixed(1)} ms`,
	reason: printable(warning === undefined ? reason : `${reason}; warning: ${warning}`),
});

const findingColumns = (rows: readonly FindingRow[]): Column[] => [
	{title: 'check', cells: rows.map(row => row.name)},
	{title: 'result', cells: rows.map(row => row.outcome)},
	{title: 'took', align: 'right', cells: rows.map(row => row.took), dropOrder: 1},
	{title: 'reason', cells: rows.map(row => row.reason)},
];
