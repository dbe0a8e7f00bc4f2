/**
The description of the keys as a JSON Schema (draft 2020-12), for editors and for tools that write configurations.

It says all that the shape of a text can say. The ranges of durations, and whether addresses, VIPs and rules fit together, only the checker knows.
*/

import type {
	Field, RecordValue, Value, VariantsValue,
} from './description.js';
import {durationPattern, renderDuration} from './duration.js';
import {farmKeys} from './keys.js';
import {
	argumentText, programText, rangePattern, wordsMax,
} from './scalars.js';
import {sizePattern} from './size.js';
import type {JsonValue} from './tree.js';
import {commonOf, selectorOf} from './variants.js';

type JsonObject = Readonly<Record<string, JsonValue>>;

/** The schema of `farm.yaml`. */
export const farmSchema = (): JsonObject => ({
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	title: 'farmctl configuration',
	...schemaOf(farmKeys),
});

function schemaOf(value: Value): JsonObject {
	switch (value.kind) {
		case 'whole': {
			return {type: 'integer', minimum: value.min, maximum: value.max};
		}

		case 'duration': {
			return {type: 'string', pattern: durationPattern};
		}

		case 'choice': {
			return {enum: value.options};
		}

		case 'text': {
			const text = {type: 'string', pattern: value.pattern, examples: [value.example]};
			return value.isNumberTaken ? {anyOf: [text, {type: 'number'}]} : text;
		}

		case 'truth': {
			return {type: 'boolean'};
		}

		case 'size': {
			return {type: 'string', pattern: sizePattern};
		}

		case 'range': {
			return {anyOf: [{type: 'integer', minimum: value.min, maximum: value.max}, {type: 'string', pattern: rangePattern}]};
		}

		case 'command': {
			return {
				type: 'array', prefixItems: [schemaOf(programText)], items: schemaOf(argumentText), minItems: 1, maxItems: wordsMax,
			};
		}

		case 'list': {
			const list = {type: 'array', items: schemaOf(value.items), minItems: value.min, maxItems: value.max};
			return value.isBareTaken ? {anyOf: [schemaOf(value.items), list]} : list;
		}

		case 'map': {
			return {
				type: 'object', propertyNames: {pattern: value.keys.pattern}, additionalProperties: schemaOf(value.values), minProperties: value.min, maxProperties: value.max,
			};
		}

		case 'record': {
			return recordSchema(value);
		}

		case 'variants': {
			return {anyOf: Object.keys(value.variants).map(name => variantSchema(value, name))};
		}

		default: {
			return value satisfies never;
		}
	}
}

function recordSchema({fields}: RecordValue): JsonObject {
	const required = Object.entries(fields).filter(([, {isRequired}]) => isRequired).map(([key]) => key);
	return {
		type: 'object',
		properties: Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fieldSchema(field)])),
		...(required.length > 0 && {required}),
		additionalProperties: false,
	};
}

const variantSchema = (value: VariantsValue, name: string): JsonObject =>
	recordSchema({kind: 'record', fields: {...selectorOf(value, name), ...commonOf(value, name), ...value.variants[name]!.fields}});

const fieldSchema = (field: Field): JsonObject => ({
	description: describeField(field),
	...schemaOf(field.value),
	...(field.default !== undefined && {default: field.default}),
});

/** What JSON Schema has no word for goes into the sentence. */
function describeField({doc, derived, value}: Field): string {
	const limits = value.kind === 'duration' ? ` (${renderDuration(value.minMs)} to ${renderDuration(value.maxMs)})` : '';
	return `${doc}${limits}${derived === undefined ? '' : `. Default: ${derived}`}`;
}
