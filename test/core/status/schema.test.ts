import test from 'ava';
import {Ajv2020} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {reportOf} from '../../../src/core/status/health.js';
import {statusSchema} from '../../../src/core/status/schema.js';
import {healthy, samples} from './samples.js';

const compile = (schema: object) => {
	const ajv = new Ajv2020({strict: true, allErrors: true, allowUnionTypes: true});
	addFormats.default(ajv);
	return ajv.compile(schema);
};

/** The same schema that also refuses every field it does not name, so that a field added to the type must be added to the schema. */
const closed = (schema: unknown): unknown => {
	if (Array.isArray(schema)) {
		return schema.map(item => closed(item));
	}

	if (typeof schema !== 'object' || schema === null) {
		return schema;
	}

	const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
	return 'properties' in inner && !('additionalProperties' in inner) ? {...inner, additionalProperties: false} : inner;
};

const validate = compile(statusSchema);
const validateClosed = compile(closed(statusSchema) as object);

for (const [name, status] of Object.entries(samples)) {
	test(`the schema accepts and names every field: ${name}`, t => {
		t.true(validateClosed(reportOf(status)), JSON.stringify(validateClosed.errors));
	});
}

const report = reportOf(healthy);
const wrong: Record<string, unknown> = {
	'another schema number': {...report, schema: 2},
	'a node state that does not exist': {...report, state: 'MASTER'},
	'a share above one': {...report, nodes: [{...report.nodes[0], share: 33.3}]},
	'a time that is none': {...report, at: 'yesterday'},
	'a missing coverage': {...report, coverage: undefined},
	'no health': {...report, health: undefined},
};

for (const [name, value] of Object.entries(wrong)) {
	test(`the schema refuses ${name}`, t => {
		const text = JSON.stringify(value);
		t.false(validate(JSON.parse(text)), text);
	});
}

test('fields of a newer farmctl do no harm', t => {
	t.true(validate({...report, weather: 'fair'}));
});
