/**
Reads a tree by the description of its keys: types, limits, unknown and missing keys, defaults. What it cannot read it reports and leaves
`undefined`, so that everything else is checked too.
*/

import type {
	Field, ListValue, MapValue, Read, RecordValue, Value, VariantsValue,
} from './description.js';
import {
	found, matches, nameOf, readChoice, readCommand, readDuration, readRange, readSize, readText, readTruth, readWhole, type Reader, type Report,
} from './scalars.js';
import {quote} from './problem.js';
import {suggest} from './suggest.js';
import {
	treeOf, type MapTree, type Path, type Tree,
} from './tree.js';

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

		case 'truth': {
			return readTruth(tree, value, path, report);
		}

		case 'size': {
			return readSize(tree, value, path, report);
		}

		case 'range': {
			return readRange(tree, value, path, report);
		}

		case 'command': {
			return readCommand(tree, value, path, report);
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

		case 'variants': {
			return readVariants(tree, value, path, report);
		}

		default: {
			return value satisfies never;
		}
	}
};

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

function reportUnknownKeys(tree: MapTree, {fields, later = []}: RecordValue, path: Path, report: Report, others: (key: string) => string | undefined = () => undefined): void {
	const known = Object.keys(fields);
	const unknown = tree.entries.filter(({key}) => !known.includes(key));
	for (const {key} of unknown) {
		const here = [...path, key];
		if (later.includes(key)) {
			report(here, `this version does not support the key ${quote(key)} yet`, {hint: 'take it out, or comment it out', at: 'key'});
		} else {
			const close = suggest(key, known);
			const elsewhere = others(key);
			const hint = close === undefined ? `known here: ${known.join(', ')}` : `did you mean '${close}'?`;
			report(here, elsewhere ?? `unknown key ${quote(key)}`, {hint: elsewhere === undefined ? hint : `known here: ${known.join(', ')}`, at: 'key'});
		}
	}
}

const readVariants: Reader<VariantsValue> = (tree, value, path, report) => {
	const {by, noun, common, variants} = value;
	if (tree.kind !== 'map') {
		report(path, `${nameOf(path)}: expected the keys of a ${noun}, found ${found(tree)}`);
		return undefined;
	}

	const name = by === undefined ? presentVariant(tree, value, path, report) : namedVariant(tree, value, by, path, report);
	const selector: Readonly<Record<string, Field>> = by === undefined ? {} : {[by]: {value: {kind: 'choice', options: Object.keys(variants)}, doc: ''}};
	if (name === undefined) {
		return undefined;
	}

	const {fields, without = []} = variants[name]!;
	const written = Object.fromEntries(Object.entries(common).filter(([key]) => !without.includes(key)));
	const isOf = (key: string): string | undefined => {
		const owners = Object.entries(variants).filter(([, variant]) => Object.hasOwn(variant.fields, key)).map(([owner]) => owner);
		const kinds = without.includes(key) ? 'others' : owners.join(', ');
		return kinds === '' ? undefined : `the key ${quote(key)} is of a ${noun} with ${by === undefined ? '' : `${by}: `}${kinds}, and this one has ${by === undefined ? '' : `${by}: `}${name}`;
	};

	const read = {...selector, ...written, ...fields};
	reportUnknownKeys(tree, {kind: 'record', fields: read}, path, report, isOf);
	const {entries} = tree;
	const kept = {...tree, entries: entries.filter(({key}) => !without.includes(key))};
	return {variant: name, ...Object.fromEntries(Object.entries({...common, ...fields}).map(([key, field]) => [key, readField(kept, key, field, path, report)]))};
};

function namedVariant(tree: MapTree, {noun, variants}: VariantsValue, by: string, path: Path, report: Report): string | undefined {
	const names = Object.keys(variants);
	const entry = tree.entries.find(({key}) => key === by);
	if (!entry) {
		report(path, `a ${noun} has no key '${by}'`, {hint: `${by}: one of ${names.join(', ')}`});
		return undefined;
	}

	return readChoice(entry.value, {kind: 'choice', options: names}, [...path, by], report) as string | undefined;
}

/** Where several are there, the first in the description is read, and the others are told. */
function presentVariant(tree: MapTree, {noun, variants}: VariantsValue, path: Path, report: Report): string | undefined {
	const names = Object.keys(variants);
	const present = names.filter(name => tree.entries.some(({key}) => key === name));
	if (present.length === 0) {
		report(path, `a ${noun} needs one of the keys ${names.join(', ')}`, {hint: names.map(name => `${name}: ${variants[name]!.doc.toLowerCase()}`).join('; ')});
	}

	return present[0];
}
