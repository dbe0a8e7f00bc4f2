/** The JSON Schemas (draft 2020-12) of what `farmctl checkers list --json` and `farmctl checkers run --json` print. Unknown fields are allowed. */

import {checkSchema, checkTypes} from '../status/application-schema.js';
import {durationMs, instant, name, record, text} from '../status/schema-parts.js';
import {checkListSchemaName} from './list.js';
import {checkReportSchemaName} from './report.js';

const draft = 'https://json-schema.org/draft/2020-12/schema';

export const checkListSchema = {
	$schema: draft,
	title: 'What farmctl checkers list --json prints',
	...record({
		schema: {const: checkListSchemaName}, source: {enum: ['daemon', 'configuration']}, farm: name, checks: {type: 'array', items: checkSchema},
	}),
};

const finding = record({
	name, type: checkTypes, at: instant, outcome: {enum: ['up', 'down', 'timeout']}, tookMs: durationMs, reason: text, warning: name,
}, ['warning']);

export const checkRunSchema = {
	$schema: draft,
	title: 'What farmctl checkers run --json prints: one report with --once, else a line for each result',
	oneOf: [
		record({
			schema: {const: checkReportSchemaName}, farm: name, areUp: {type: 'boolean'}, results: {type: 'array', items: finding},
		}),
		finding,
	],
};
