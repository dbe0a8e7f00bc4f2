/** The parts of a word: names of nodes, times, percentages. What is wrong is collected in the reading; the value given back then means nothing. */

import {durationExpected, parseDuration} from '../config/duration.js';
import {quote} from '../config/problem.js';
import {suggest} from '../config/suggest.js';
import type {NodeId} from '../model/farm.js';
import type {WordProblem, WrittenWord} from './scenario.js';
import {words} from './words.js';
import type {WorldNode} from './world.js';

export type Reading = {
	readonly word: WrittenWord;
	readonly nodes: readonly WorldNode[];
	/** Names, in the farm's order. */
	readonly groups: readonly string[];
	readonly problems: WordProblem[];
};

/** `index` counts from 0, in the argument of the word. */
export function complain({word, problems}: Reading, index: number, message: string, hint: string): void {
	const {where, line, column} = word;
	problems.push({where, line, column: column + index, message, hint});
}

export const usageHint = ({name, writtenAs}: WrittenWord): string => `write it as ${writtenAs} ${words[name].usage}, such as ${writtenAs} ${words[name].example}`;

/** Milliseconds. */
export function readDuration(reading: Reading, text: string, index: number): number {
	const ms = parseDuration(text.trim());
	if (ms === undefined) {
		complain(reading, index, `${quote(text)} is no time`, `write ${durationExpected}`);
	}

	return ms ?? 0;
}

/** As a fraction. */
export function readPercent(reading: Reading, text: string): number {
	const fraction = parsePercent(text.trim());
	if (fraction === undefined) {
		complain(reading, 0, `${quote(text)} is no percentage`, `write ${percentExpected}`);
	}

	return fraction ?? 0;
}

export const percentExpected = 'a number from 0 to 100 and %, such as 10%';

/** A fraction, or nothing when the text is no percentage. */
export function parsePercent(text: string): number | undefined {
	const [, digits] = /^(\d{1,3}(?:\.\d{1,3})?)%$/u.exec(text) ?? [];
	return digits === undefined || Number(digits) > 100 ? undefined : Number(digits) / 100;
}

/** Names with commas between them. */
export function readNodes(reading: Reading, text: string, index: number): NodeId[] {
	let begin = index;
	return text.split(',').flatMap(name => {
		const ids = readNode(reading, name, begin);
		begin += name.length + 1;
		return ids;
	});
}

function readNode(reading: Reading, text: string, index: number): NodeId[] {
	const {nodes, word} = reading;
	const name = text.trim();
	const node = nodes.find(candidate => candidate.name === name);
	if (node === undefined && name === '') {
		complain(reading, index, 'the name of a node is missing', usageHint(word));
	} else if (node === undefined) {
		const close = suggest(name, nodes.map(other => other.name));
		const known = `the nodes: ${abridged(nodes.map(other => other.name))}`;
		complain(reading, index + text.indexOf(name), `there is no node ${quote(name)}`, close === undefined ? known : `did you mean '${close}'? ${known}`);
	}

	return node === undefined ? [] : [node.id];
}

const shownMax = 8;

const abridged = (names: readonly string[]): string => names.length > shownMax ? `${names.slice(0, 3).join(', ')} to ${names.at(-1)}` : names.join(', ');
