/** What is wrong with a configuration, and how a person is shown it. */

import type {Path} from './tree.js';

export type Problem = {
	/** Such as `nodes.web1.addresses[0]`; empty for the text as a whole. */
	readonly path: string;
	/** Both count from 1. */
	readonly line: number;
	readonly column: number;
	readonly message: string;
	/** What to write or type instead. */
	readonly hint?: string;
};

const excerptColumnsMax = 160;
const quotedMax = 60;

/** `nodes.web1.addresses[0]` */
export const pathText = (path: Path): string =>
	path.map((step, index) => typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`).join('');

/** What the user wrote, in quotes, shortened, and without anything that would move a terminal's cursor. */
export function quote(text: string): string {
	const shown = text.length > quotedMax ? `${text.slice(0, quotedMax)}…` : text;
	return `'${printable(shown)}'`;
}

/** By line, then column; the order of finding otherwise. */
export const sortProblems = (problems: readonly Problem[]): Problem[] =>
	problems.toSorted((a, b) => a.line === b.line ? a.column - b.column : a.line - b.line);

/**
All problems as text, in the order of the file: `file:line:column: message`, the line, a caret, the hint. A problem whose hint was just told for
the same line still tells it.
*/
export function renderProblems(file: string, text: string, problems: readonly Problem[]): string {
	const lines = text.split(/\r\n|\n|\r/u);
	return sortProblems(problems).map(problem => renderProblem(file, lines[problem.line - 1] ?? '', problem)).join('\n');
}

function renderProblem(file: string, line: string, {line: lineNumber, column, message, hint}: Problem): string {
	const start = column > excerptColumnsMax ? column - Math.floor(excerptColumnsMax / 2) : 0;
	const excerpt = line.slice(start, start + excerptColumnsMax);
	const before = line.slice(start, column - 1).replaceAll(/[^\t]/gu, ' ');
	return [
		`${file}:${lineNumber}:${column}: ${message}`,
		...(excerpt.trim() === '' ? [] : [`  ${printable(excerpt)}`, `  ${before}^`]),
		...(hint === undefined ? [] : [`  hint: ${hint}`]),
	].join('\n');
}

// eslint-disable-next-line no-control-regex -- control characters are exactly what must not reach a terminal
const printable = (text: string): string => text.replaceAll(/[\u{0}-\u{8}\u{A}-\u{1F}\u{7F}-\u{9F}]/gu, '\u{FFFD}');
