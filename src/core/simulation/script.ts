/** A script: the words of a scenario one a line, as on the command line, with the two hyphens or without. Empty lines and what follows # are nothing. */

import {quote} from '../config/problem.js';
import {suggest} from '../config/suggest.js';
import {parseWord, type ScenarioFarm} from './parse-word.js';
import type {Misfortune, WordProblem, WrittenWord} from './scenario.js';
import {wordNames, type WordName} from './words.js';

/** The words of the text, and what is none, in the order of the lines; `file` is its name, for messages. */
export const readScript = (text: string, file: string): ReadonlyArray<WrittenWord | WordProblem> =>
	text.split(/\r\n|\n|\r/u).flatMap((line, index) => readLine(line, `${file}:${index + 1}`));

/** What the words say of such a farm, by time, or everything that is wrong with them. */
export function parseWords(read: ReadonlyArray<WrittenWord | WordProblem>, farm: ScenarioFarm): readonly Misfortune[] | {readonly problems: readonly WordProblem[]} {
	const misfortunes: Misfortune[] = [];
	const problems: WordProblem[] = [];
	for (const one of read) {
		const said = 'message' in one ? [one] : parseWord(one, farm);
		if ('kind' in said) {
			misfortunes.push(said);
		} else {
			problems.push(...said.toSorted((a, b) => a.column - b.column));
		}
	}

	return problems.length > 0 ? {problems} : misfortunes.toSorted((a, b) => a.atMs - b.atMs);
}

function readLine(line: string, where: string): Array<WrittenWord | WordProblem> {
	const [said = ''] = line.split('#', 1);
	const begin = said.search(/\S/u);
	if (begin === -1) {
		return [];
	}

	const [first = ''] = said.slice(begin).split(/\s/u, 1);
	const name = first.replace(/^--/u, '');
	const rest = said.slice(begin + first.length);
	if (!wordNames.includes(name as WordName)) {
		const close = suggest(name, wordNames);
		const hint = `${close === undefined ? '' : `did you mean '${close}'? `}the words: ${wordNames.join(', ')}`;
		return [{where, line, column: begin + 1, message: `there is no word ${quote(first)}`, hint}];
	}

	const column = begin + first.length + Math.max(0, rest.search(/\S/u)) + 1;
	return [{name: name as WordName, writtenAs: first, argument: rest.trim(), where, line, column}];
}

/** Each problem as where, what, the line with a caret, and what to write instead. */
export const renderWordProblems = (problems: readonly WordProblem[]): string => problems.map(({where, line, column, message, hint}) => [
	`${where}, position ${column}: ${message}`,
	`  ${line}`,
	`  ${line.slice(0, column - 1).replaceAll(/[^\t]/gu, ' ')}^`,
	`  hint: ${hint}`,
].join('\n')).join('\n');
