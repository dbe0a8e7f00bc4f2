/** The description of the keys as rows for the tables of the manual. */

import type {Field, Value, VariantsValue} from './description.js';
import {renderDuration} from './duration.js';
import {farmKeys} from './keys.js';
import {renderSize} from './size.js';

export type KeyRow = {
	/** Such as `nodes.NAME.id` or `vips[].mode`; `checks[tcp].port` where only one variant has the key. */
	readonly path: string;
	readonly type: string;
	/** As written; `required`, or in words where it follows from other keys. */
	readonly default: string;
	/** Empty where there are none. */
	readonly limits: string;
	/** One sentence without a full stop. */
	readonly doc: string;
};

/** One row a key, in the order of the description. */
export const keyRows = (): KeyRow[] => fieldRows(farmKeys.fields, '');

export type VariantRow = {
	/** That of its keys, such as `checks[tcp]`. */
	readonly path: string;
	/** Such as `Checks with type: tcp`. */
	readonly title: string;
	/** Sentences without a full stop. */
	readonly docs: readonly string[];
	/** As it would be written. */
	readonly example: string;
};

/** One row a variant of the entries of a list, in the order of the description. */
export const variantRows = (): VariantRow[] => Object.entries<Field>(farmKeys.fields).flatMap(([key, {value}]) => value.kind === 'list' && value.items.kind === 'variants'
	? Object.entries(value.items.variants).map(([name, {doc, note, example}]) => variantRow(`${key}[]`, name, value.items as VariantsValue, [doc, ...note === undefined ? [] : [note]], example))
	: []);

const variantRow = (list: string, name: string, {noun, by}: VariantsValue, docs: readonly string[], example: string): VariantRow => ({
	path: variantPath(list, name), title: `${noun.charAt(0).toUpperCase()}${noun.slice(1)}s with ${by === undefined ? '' : `${by}: `}${name}`, docs, example,
});

const variantPath = (list: string, name: string): string => `${list.slice(0, -1)}${name}]`;

const fieldRows = (fields: Readonly<Record<string, Field>>, prefix: string): KeyRow[] => Object.entries(fields).flatMap(([key, field]) => {
	const path = `${prefix}${key}`;
	return [
		{path, type: typeOf(field.value), default: defaultOf(field), limits: limitsOf(field.value), doc: field.doc},
		...rowsWithin(field.value, path),
	];
});

function rowsWithin(value: Value, path: string): KeyRow[] {
	switch (value.kind) {
		case 'record': {
			return fieldRows(value.fields, `${path}.`);
		}

		case 'list': {
			return rowsWithin(value.items, `${path}[]`);
		}

		case 'map': {
			return rowsWithin(value.values, `${path}.${value.placeholder}`);
		}

		case 'variants': {
			return [
				...fieldRows(value.common, `${path}.`),
				...Object.entries(value.variants).flatMap(([name, {fields}]) => fieldRows(fields, `${variantPath(path, name)}.`)),
			];
		}

		case 'whole':
		case 'choice':
		case 'duration':
		case 'truth':
		case 'size':
		case 'range':
		case 'command':
		case 'text': {
			return [];
		}

		default: {
			return value satisfies never;
		}
	}
}

function defaultOf({isRequired, default: value, derived}: Field): string {
	if (isRequired) {
		return 'required';
	}

	return typeof value === 'object' ? JSON.stringify(value) : String(value ?? derived ?? '');
}

function typeOf(value: Value): string {
	switch (value.kind) {
		case 'list': {
			return `list of ${plural(value.items)}`;
		}

		case 'map': {
			return 'entries by name';
		}

		case 'record':
		case 'variants': {
			return 'keys';
		}

		case 'whole': {
			return 'number';
		}

		case 'choice': {
			return value.options.join(' | ');
		}

		case 'duration': {
			return 'duration';
		}

		case 'truth': {
			return 'true | false';
		}

		case 'size': {
			return 'size';
		}

		case 'range': {
			return `${value.noun} or range`;
		}

		case 'command': {
			return 'list of a program and its arguments';
		}

		case 'text': {
			return value.expected;
		}

		default: {
			return value satisfies never;
		}
	}
}

function plural(value: Value): string {
	if (value.kind === 'text') {
		return value.plural ?? 'addresses';
	}

	return value.kind === 'range' ? `${value.noun === 'status' ? 'statuses' : `${value.noun}s`} and ranges` : 'entries';
}

function limitsOf(value: Value): string {
	switch (value.kind) {
		case 'whole': {
			return `${value.min} to ${value.max}`;
		}

		case 'duration': {
			return `${renderDuration(value.minMs)} to ${renderDuration(value.maxMs)}`;
		}

		case 'size': {
			return `${renderSize(value.min)} to ${renderSize(value.max)}`;
		}

		case 'range': {
			return `${value.min} to ${value.max}`;
		}

		case 'list':
		case 'map': {
			return `${value.min} to ${value.max} entries`;
		}

		case 'record':
		case 'variants':
		case 'choice':
		case 'truth':
		case 'command':
		case 'text': {
			return '';
		}

		default: {
			return value satisfies never;
		}
	}
}
