/**
Reads a tree by the description of its keys: types, limits, unknown and missing keys, defaults. What it cannot read it reports and leaves
`undefined`, so that everything else is checked too.
*/

import type {PortRange} from '../model/farm.js';
import type {
	ChoiceValue, DurationValue, Field, ListValue, MapValue, Read, RecordValue, TextValue, Value, WholeValue,
} from './description.js';
import {durationExpected, parseDuration, renderDuration} from './duration.js';
import {quote} from './problem.js';
import {suggest} from './suggest.js';
import {treeOf, type MapTree, type Path, type Tree} from './tree.js';

/** `at: 'key'` points at the last key of the path instead of at its value. */
export type Report = (path: Path, message: string, options?: {readonly hint?: string | undefined; readonly at?: 'key'}) => void;

type Reader<V> = (tree: Tree, value: V, path: Path, report: Report) => unknown;

/** The value that the tree holds, as far as it is well formed. */
export function readShape<V extends Value>(tree: Tree, value: V, report: Report): Read<V> | undefined {
	return readValue(tree, value, [], report) as Read<V> | undefined;
}

const readValue: Reader<Value> = (tree, value, path, report) => {
	switch (value.kind) {
		case 'whole': {
			return readWhole(tree, value, path, report);
		}

		case 'duration': {
			return readDuration(tree, value, path, report);
		}

		case 'choice': {
			return readChoice(tree, value, path, report);
		}

		case 'text': {
			return readText(tree, value, path, report);
		}

		case 'ports': {
			return readPorts(tree, value, path, report);
		}

		case 'list': {
			return readList(tree, value, path, report);
		}

		case 'map': {
			return readMap(tree, value, path, report);
		}

		case 'record': {
			return readRecord(tree, value, path, report);
		}

		default: {
			return value satisfies never;
		}
	}
};

const readWhole: Reader<WholeValue> = (tree, {min, max}, path, report) => {
	const number = tree.kind === 'scalar' ? tree.value : undefined;
	if (typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max) {
		return number;
	}

	report(path, `${nameOf(path)}: expected a whole number from ${min} to ${max}, found ${found(tree)}`);
	return undefined;
};

const readDuration: Reader<DurationValue> = (tree, {minMs, maxMs}, path, report) => {
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

const readChoice: Reader<ChoiceValue> = (tree, {options, later = []}, path, report) => {
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

const readText: Reader<TextValue> = (tree, value, path, report) => {
	if (tree.kind !== 'scalar' || typeof tree.value !== 'string') {
		const isBare = tree.kind === 'scalar' && tree.value !== null;
		report(path, `${nameOf(path)}: expected ${value.expected}, found ${found(tree)}`, {hint: isBare ? `in quotes it is text: "${tree.source}"` : `such as ${value.example}`});
		return undefined;
	}

	if (!matches(value, tree.value)) {
		report(path, `${nameOf(path)}: expected ${value.expected}, found ${quote(tree.value)}`, {hint: `such as ${value.example}`});
		return undefined;
	}

	return tree.value;
};

const portsHint = 'a port such as 443, or a range such as 8000-8010';

/** The text form of a range, as far as a pattern can tell. */
export const portsPattern = String.raw`^\d{1,5}-\d{1,5}$`;

const readPorts: Reader<Value> = (tree, _value, path, report) => {
	const range = tree.kind === 'scalar' ? portRange(tree.value) : undefined;
	if (!range) {
		report(path, `${nameOf(path)}: expected a port from 1 to 65535 or a range of them, found ${found(tree)}`, {hint: portsHint});
	}

	return range;
};

function portRange(value: unknown): PortRange | undefined {
	const isText = typeof value === 'string' && new RegExp(portsPattern, 'u').test(value);
	const [from, to] = isText ? value.split('-').map(Number) as [number, number] : [value, value];
	const isRange = typeof from === 'number' && typeof to === 'number' && Number.isSafeInteger(from) && from >= 1 && from <= to && to <= 65_535;
	return isRange ? {from, to} : undefined;
}

const readList: Reader<ListValue> = (tree, {items, min, max, isBareTaken = false}, path, report) => {
	if (isBareTaken && tree.kind === 'scalar') {
		return [readValue(tree, items, path, report)];
	}

	if (tree.kind !== 'list') {
		report(path, `${nameOf(path)}: expected a list, found ${found(tree)}`, {hint: tree.kind === 'scalar' && tree.value !== null ? `in brackets it is a list: [${tree.source}]` : undefined});
		return undefined;
	}

	reportCount(tree.items.length, {min, max}, path, report);
	return tree.items.map((item, index) => readValue(item, items, [...path, index], report));
};

const readMap: Reader<MapValue> = (tree, {keys, values, min, max, placeholder}, path, report) => {
	if (tree.kind !== 'map') {
		report(path, `${nameOf(path)}: expected entries of the form ${placeholder}: …, found ${found(tree)}`);
		return undefined;
	}

	reportCount(tree.entries.length, {min, max}, path, report);
	return tree.entries.map(({key, value}) => {
		const here = [...path, key];
		if (!matches(keys, key)) {
			report(here, `${nameOf(path)}: expected ${keys.expected}, found ${quote(key)}`, {hint: `such as ${keys.example}`, at: 'key'});
		}

		return {key, value: readValue(value, values, here, report)};
	});
};

function reportCount(count: number, {min, max}: {readonly min: number; readonly max: number}, path: Path, report: Report): void {
	if (count < min) {
		report(path, `${nameOf(path)}: needs at least ${min === 1 ? 'one entry' : `${min} entries`}`);
	} else if (count > max) {
		report(path, `${nameOf(path)}: has ${count} entries, at most ${max} are allowed`);
	}
}

const readRecord: Reader<RecordValue> = (tree, value, path, report) => {
	if (tree.kind !== 'map') {
		report(path, `${nameOf(path)}: expected keys with values (${Object.keys(value.fields).join(', ')}), found ${found(tree)}`);
		return undefined;
	}

	reportUnknownKeys(tree, value, path, report);
	return Object.fromEntries(Object.entries(value.fields).map(([key, field]) => [key, readField(tree, key, field, path, report)]));
};

function readField(tree: MapTree, key: string, field: Field, path: Path, report: Report): unknown {
	const entry = tree.entries.find(candidate => candidate.key === key);
	if (entry) {
		return readValue(entry.value, field.value, [...path, key], report);
	}

	if (field.isRequired) {
		report(path, `${path.length === 0 ? 'the configuration' : nameOf(path)}: the key '${key}' is missing`, {hint: `${key}: ${field.doc.charAt(0).toLowerCase()}${field.doc.slice(1)}`});
	}

	return field.default === undefined ? undefined : readValue(treeOf(field.default), field.value, [...path, key], report);
}

function reportUnknownKeys(tree: MapTree, {fields, later = []}: RecordValue, path: Path, report: Report): void {
	const known = Object.keys(fields);
	const unknown = tree.entries.filter(({key}) => !known.includes(key));
	for (const {key} of unknown) {
		const here = [...path, key];
		if (later.includes(key)) {
			report(here, `this version does not support the key ${quote(key)} yet`, {hint: 'take it out, or comment it out', at: 'key'});
		} else {
			const close = suggest(key, known);
			report(here, `unknown key ${quote(key)}`, {hint: close === undefined ? `known here: ${known.join(', ')}` : `did you mean '${close}'?`, at: 'key'});
		}
	}
}

const matches = ({pattern}: TextValue, text: string): boolean => new RegExp(pattern, 'u').test(text);

/** The thing at the path as a message calls it: its key, or its list and position. */
function nameOf(path: Path): string {
	return path.findLast(step => typeof step === 'string') ?? 'the configuration';
}

function found(tree: Tree): string {
	if (tree.kind !== 'scalar') {
		return tree.kind === 'list' ? 'a list' : 'keys with values';
	}

	if (tree.value === null) {
		return 'nothing';
	}

	return typeof tree.value === 'string' ? quote(tree.value) : `the ${typeof tree.value === 'number' ? 'number' : 'truth value'} ${tree.source}`;
}
