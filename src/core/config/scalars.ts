/** Reads one value by its description, where it is no collection of others: see `shape.ts`. */

import type {PortRange} from '../model/farm.js';
import type {
	ChoiceValue, CommandValue, DurationValue, RangeValue, SizeValue, TextValue, TruthValue, WholeValue,
} from './description.js';
import {durationExpected, parseDuration, renderDuration} from './duration.js';
import {quote} from './problem.js';
import {parseSize, renderSize, sizeExpected} from './size.js';
import {suggest} from './suggest.js';
import {absolutePath} from './texts.js';
import type {Path, Tree} from './tree.js';

/** `at: 'key'` points at the last key of the path instead of at its value; `offset` at so many characters within a text. */
export type Report = (path: Path, message: string, options?: {readonly hint?: string | undefined; readonly at?: 'key'; readonly offset?: number}) => void;

/** What the tree holds, or `undefined` and a report. */
export type Reader<V> = (tree: Tree, value: V, path: Path, report: Report) => unknown;

export const readWhole: Reader<WholeValue> = (tree, {min, max}, path, report) => {
	const number = tree.kind === 'scalar' ? tree.value : undefined;
	if (typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max) {
		return number;
	}

	report(path, `${nameOf(path)}: expected a whole number from ${min} to ${max}, found ${found(tree)}`);
	return undefined;
};

export const readDuration: Reader<DurationValue> = (tree, {minMs, maxMs}, path, report) => {
	const ms = tree.kind === 'scalar' && typeof tree.value === 'string' ? parseDuration(tree.value) : undefined;
	if (ms === undefined) {
		const isNumber = tree.kind === 'scalar' && typeof tree.value === 'number';
		report(path, `${nameOf(path)}: expected ${durationExpected}, found ${found(tree)}`, {hint: isNumber ? `a duration needs its unit: ${tree.source}ms or ${tree.source}s` : undefined});
		return undefined;
	}

	if (ms < minMs || ms > maxMs) {
		report(path, `${nameOf(path)}: ${renderDuration(ms)} is out of range, from ${renderDuration(minMs)} to ${renderDuration(maxMs)}`);
		return undefined;
	}

	return ms;
};

export const readChoice: Reader<ChoiceValue> = (tree, {options, later = []}, path, report) => {
	const word = tree.kind === 'scalar' ? tree.value : undefined;
	if (typeof word === 'string' && options.includes(word)) {
		return word;
	}

	if (typeof word === 'string' && later.includes(word)) {
		report(path, `${nameOf(path)}: this version does not support ${quote(word)} yet`, {hint: `one of ${options.join(', ')}`});
	} else {
		const close = typeof word === 'string' ? suggest(word, options) : undefined;
		report(path, `${nameOf(path)}: expected one of ${options.join(', ')}, found ${found(tree)}`, {hint: close === undefined ? undefined : `did you mean '${close}'?`});
	}

	return undefined;
};

export const readText: Reader<TextValue> = (tree, value, path, report) => {
	const text = textOf(tree, value);
	if (text === undefined) {
		const isBare = tree.kind === 'scalar' && tree.value !== null;
		report(path, `${nameOf(path)}: expected ${value.expected}, found ${found(tree)}`, {hint: isBare ? `in quotes it is text: "${tree.source}"` : `such as ${value.example}`});
		return undefined;
	}

	if (!matches(value, text)) {
		report(path, `${nameOf(path)}: expected ${value.expected}, found ${quote(text)}`, {hint: `such as ${value.example}`});
		return undefined;
	}

	return text;
};

function textOf(tree: Tree, {isNumberTaken}: TextValue): string | undefined {
	if (tree.kind !== 'scalar') {
		return undefined;
	}

	return typeof tree.value === 'string' ? tree.value : (isNumberTaken && typeof tree.value === 'number' ? tree.source : undefined);
}

/** A range as text, as far as a pattern can tell. */
export const rangePattern = String.raw`^\d{1,5}-\d{1,5}$`;

export const readRange: Reader<RangeValue> = (tree, value, path, report) => {
	const range = tree.kind === 'scalar' ? rangeOf(tree.value, value) : undefined;
	if (!range) {
		const {noun, min, max, examples: [one, several]} = value;
		report(path, `${nameOf(path)}: expected a ${noun} from ${min} to ${max} or a range of them, found ${found(tree)}`, {hint: `a ${noun} such as ${one}, or a range such as ${several}`});
	}

	return range;
};

function rangeOf(value: unknown, {min, max}: RangeValue): PortRange | undefined {
	const isText = typeof value === 'string' && new RegExp(rangePattern, 'u').test(value);
	const [from, to] = isText ? value.split('-').map(Number) as [number, number] : [value, value];
	const isRange = typeof from === 'number' && typeof to === 'number' && Number.isSafeInteger(from) && from >= min && from <= to && to <= max;
	return isRange ? {from, to} : undefined;
}

export const readTruth: Reader<TruthValue> = (tree, _value, path, report) => {
	if (tree.kind === 'scalar' && typeof tree.value === 'boolean') {
		return tree.value;
	}

	report(path, `${nameOf(path)}: expected true or false, found ${found(tree)}`);
	return undefined;
};

export const readSize: Reader<SizeValue> = (tree, {min, max}, path, report) => {
	const bytes = tree.kind === 'scalar' && typeof tree.value === 'string' ? parseSize(tree.value) : undefined;
	if (bytes === undefined) {
		const isNumber = tree.kind === 'scalar' && typeof tree.value === 'number';
		report(path, `${nameOf(path)}: expected ${sizeExpected}, found ${found(tree)}`, {hint: isNumber ? `a size needs its unit: ${tree.source}B or ${tree.source}MB` : undefined});
		return undefined;
	}

	if (bytes < min || bytes > max) {
		report(path, `${nameOf(path)}: ${renderSize(bytes)} is out of range, from ${renderSize(min)} to ${renderSize(max)}`);
		return undefined;
	}

	return bytes;
};

/** A program by its absolute path, so that no variable decides which it is. */
export const programText: TextValue = {...absolutePath, expected: 'the absolute path of a program', example: '/usr/sbin/nginx'};

export const argumentText: TextValue = {
	kind: 'text', pattern: String.raw`^[^\u0000]{0,10000}$`, expected: 'an argument, at most 10000 characters', example: '--check', isNumberTaken: true,
};

export const wordsMax = 100;

export const readCommand: Reader<CommandValue> = (tree, _value, path, report) => {
	if (tree.kind !== 'list') {
		const words = tree.kind === 'scalar' && typeof tree.value === 'string' ? tree.value.trim().replaceAll(/\s+/gu, ', ') : '/usr/local/bin/program, --argument';
		report(path, `${nameOf(path)}: expected a program and its arguments as a list, found ${found(tree)}`, {hint: `no shell reads it, so each argument stands by itself: [${words}]`});
		return undefined;
	}

	if (tree.items.length === 0 || tree.items.length > wordsMax) {
		report(path, `${nameOf(path)}: expected a program and at most ${wordsMax - 1} arguments, found ${tree.items.length === 0 ? 'nothing' : `${tree.items.length} words`}`);
		return undefined;
	}

	const words = tree.items.map((item, index) => readText(item, index === 0 ? programText : argumentText, [...path, index], report));
	return words.includes(undefined) ? undefined : words;
};

export const matches = ({pattern}: TextValue, text: string): boolean => new RegExp(pattern, 'u').test(text);

/** The thing at the path as a message calls it: its key, or its list and position. */
export function nameOf(path: Path): string {
	return path.findLast(step => typeof step === 'string') ?? 'the configuration';
}

export function found(tree: Tree): string {
	if (tree.kind !== 'scalar') {
		return tree.kind === 'list' ? 'a list' : 'keys with values';
	}

	if (tree.value === null) {
		return 'nothing';
	}

	return typeof tree.value === 'string' ? quote(tree.value) : `the ${typeof tree.value === 'number' ? 'number' : 'truth value'} ${tree.source}`;
}
