/** The part of the status's JSON Schema that is about services and checks. */

import {statusResultsMax} from './application.js';
import {count, durationMs, instant, name, record, text} from './schema-parts.js';

const flag = {type: 'boolean'};
const action = {enum: ['restart', 'stopstart', 'wait', 'stop', 'none', 'handler']};

const service = record({
	name,
	kind: {enum: ['unit', 'command', 'scripts']},
	runs: text,
	state: {enum: ['stopped', 'starting', 'running', 'stopping', 'killing', 'stuck', 'failed']},
	sinceMs: durationMs,
	reason: name,
}, ['reason']);

const result = record({
	at: instant, outcome: {enum: ['up', 'down', 'timeout']}, tookMs: durationMs, reason: text,
});

export const checkTypes = {enum: ['process', 'tcp', 'http', 'ping', 'interface', 'address', 'command', 'unit', 'farm', 'file', 'dns', 'udp', 'expression']};

export const checkSchema = record({
	name,
	type: checkTypes,
	looksAt: text,
	when: {enum: ['before-start', 'up']},
	action,
	isEnabled: flag,
	isBegun: flag,
	state: {enum: ['up', 'down', 'unknown']},
	sinceMs: durationMs,
	warning: name,
	results: {type: 'array', items: result, maxItems: statusResultsMax},
}, ['warning']);

const done = record({
	at: instant, action: {enum: ['restart', 'stopstart', 'handler']}, subject: name, reason: text,
});

export const applicationSchema = record({
	life: {enum: ['STOP', 'WAIT', 'STARTING', 'UP', 'DRAINING', 'STOPPING', 'ENDED']},
	sinceMs: durationMs,
	held: name,
	services: {type: 'array', items: service},
	checks: {type: 'array', items: checkSchema},
	actions: record({done: {type: 'array', items: done}, max: count, withinMs: durationMs}),
}, ['held']);
