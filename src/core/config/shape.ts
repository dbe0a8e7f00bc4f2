/**
Reads a tree by the description of its keys: types, limits, unknown and missing keys, defaults. What it cannot read it reports and leaves
`undefined`, so that everything else is checked too.
*/

import type {
	Field, Fields, ListValue, MapValue, Read, RecordValue, Value, VariantsValue,
} from './description.js';
import {
	found, matches, nameOf, readChoice, readCommand, readDuration, readRange, readSize, readText, readTruth, readWhole, type Reader, type Report,
} from './scalars.js';
import {quote} from './problem.js';
import {suggest} from './suggest.js';
import {chooseVariant} from './variants.js';
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
	return readFields(tree, value.fields, path, report);
};

const readFields = (tree: MapTree, fields: Fields, path: Path, report: Report): Readonly<Record<string, unknown>> =>
	Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, readField(tree, key, field, path, report)]));

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

function reportUnknownKeys(tree: MapTree, {fields, later = []}: RecordValue, path: Path, report: Report, elsewhereOf: (key: string) => string | undefined = () => undefined): void {
	const known = Object.keys(fields);
	const unknown = tree.entries.filter(({key}) => !known.includes(key));
	for (const {key} of unknown) {
		const here = [...path, key];
		if (later.includes(key)) {
			report(here, `this version does not support the key ${quote(key)} yet`, {hint: 'take it out, or comment it out', at: 'key'});
		} else {
			const elsewhere = elsewhereOf(key);
			const close = elsewhere === undefined ? suggest(key, known) : undefined;
			report(here, elsewhere ?? `unknown key ${quote(key)}`, {hint: close === undefined ? `known here: ${known.join(', ')}` : `did you mean '${close}'?`, at: 'key'});
		}
	}
}

const readVariants: Reader<VariantsValue> = (tree, value, path, report) => {
	if (tree.kind !== 'map') {
		report(path, `${nameOf(path)}: expected the keys of a ${value.noun}, found ${found(tree)}`);
		return undefined;
	}

	const {name, known, fields, elsewhere} = chooseVariant(tree, value, path, report);
	reportUnknownKeys(tree, {kind: 'record', fields: known}, path, report, elsewhere);
	const own = {...tree, entries: tree.entries.filter(({key}) => Object.hasOwn(known, key))};
	const read = readFields(own, fields, path, report);
	return name === undefined ? undefined : {variant: name, ...read};
};
