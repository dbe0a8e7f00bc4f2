/** Which variant of a record a text is, and so which keys it has: see `VariantsValue`. */

import type {Fields, Variant, VariantsValue} from './description.js';
import {quote} from './problem.js';
import {readChoice, type Report} from './scalars.js';
import {suggest} from './suggest.js';
import type {MapTree, Path} from './tree.js';

export type ChosenVariant = {
	/** Nothing where the text does not tell; that is reported. */
	readonly name: string | undefined;
	/** Keys that may be there. */
	readonly known: Fields;
	/** What is read. */
	readonly fields: Fields;
	/** Why a key that is not known is none here, where another variant has it. */
	readonly elsewhere: (key: string) => string | undefined;
};

/** The variant of the tree at the path. Where it is not told, all that any variant has is known, and only what they have in common is read. */
export function chooseVariant(tree: MapTree, value: VariantsValue, path: Path, report: Report): ChosenVariant {
	const name = value.by === undefined ? presentVariant(tree, value, path, report) : namedVariant(tree, value, value.by, path, report);
	const elsewhere = (key: string): string | undefined => name === undefined ? undefined : ownerText(key, name, value);
	if (name === undefined) {
		const all = Object.values(value.variants).map(({fields}) => fields);
		return {
			name, known: Object.assign({}, selectorOf(value), value.common, ...all) as Fields, fields: value.common, elsewhere,
		};
	}

	const {fields} = value.variants[name]!;
	return {
		name, known: {...selectorOf(value), ...commonOf(value, name), ...fields}, fields: {...value.common, ...fields}, elsewhere,
	};
}

/** The common fields that a variant has. */
export function commonOf({common, variants}: VariantsValue, name: string): Fields {
	const {without = []}: Pick<Variant, 'without'> = variants[name]!;
	return Object.fromEntries(Object.entries(common).filter(([key]) => !without.includes(key)));
}

/** The key that names the variant, as a field: of this one, or of any. */
export const selectorOf = ({by, variants}: VariantsValue, name?: string): Fields => by === undefined
	? {}
	: {[by]: {value: {kind: 'choice', options: name === undefined ? Object.keys(variants) : [name]}, doc: name === undefined ? '' : variants[name]!.doc, isRequired: true}};

function namedVariant(tree: MapTree, value: VariantsValue, by: string, path: Path, report: Report): string | undefined {
	const names = Object.keys(value.variants);
	const entry = tree.entries.find(({key}) => key === by);
	if (!entry) {
		reportUntold(tree, value, [by], path, report);
		return undefined;
	}

	return readChoice(entry.value, {kind: 'choice', options: names}, [...path, by], report) as string | undefined;
}

/** Where several are there it is the first of the description, and the others are keys that it does not have. */
function presentVariant(tree: MapTree, value: VariantsValue, path: Path, report: Report): string | undefined {
	const names = Object.keys(value.variants);
	const present = names.find(name => tree.entries.some(({key}) => key === name));
	if (present === undefined) {
		reportUntold(tree, value, names, path, report);
	}

	return present;
}

/** Nothing where a key that is misspelt was meant to tell: that is reported as such. */
function reportUntold(tree: MapTree, value: VariantsValue, wanted: readonly string[], path: Path, report: Report): void {
	const {noun, by, variants} = value;
	const known = [...Object.keys(value.common), ...Object.values(variants).flatMap(({fields}) => Object.keys(fields))];
	const isMisspelt = tree.entries.some(({key}) => !known.includes(key) && wanted.includes(suggest(key, [...wanted, ...known]) ?? ''));
	if (isMisspelt) {
		return;
	}

	const names = Object.keys(variants);
	if (by === undefined) {
		report(path, `a ${noun} needs one of the keys ${names.join(', ')}`, {hint: names.map(name => `${name}: ${variants[name]!.doc.toLowerCase()}`).join('; ')});
	} else {
		report(path, `a ${noun} needs the key '${by}'`, {hint: `${by}: one of ${names.join(', ')}`});
	}
}

function ownerText(key: string, name: string, value: VariantsValue): string | undefined {
	const {noun, by, common, variants} = value;
	const label = (variant: string): string => by === undefined ? variant : `${by}: ${variant}`;
	if (Object.hasOwn(common, key)) {
		return `the key ${quote(key)} means nothing in a ${noun} with ${label(name)}`;
	}

	const owners = Object.entries(variants).filter(([, {fields}]) => Object.hasOwn(fields, key)).map(([owner]) => label(owner));
	return owners.length === 0 ? undefined : `the key ${quote(key)} is of a ${noun} with ${owners.join(' or ')}, and this one has ${label(name)}`;
}
