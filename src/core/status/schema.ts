/** The JSON Schema (draft 2020-12) of what `farmctl status --json` prints. Unknown fields are allowed: more may come under the same `schema`. */

import {applicationSchema} from './application-schema.js';
import {count, durationMs, instant, name, record, text} from './schema-parts.js';
import {statusEventsMax, statusSchemaVersion} from './status.js';

const state = {enum: ['UP', 'WAIT', 'DRAINING', 'STOP', 'STOPPING', 'OFF', 'STARTING', 'DEAD', 'UNKNOWN']};

const measured = {type: ['number', 'null'], minimum: 0};

const network = record({
	network: {type: 'integer', minimum: 1},
	address: name,
	isLost: {type: 'boolean'},
	lossPercent: {...measured, maximum: 100},
	rttMs: measured,
	jitterMs: measured,
	lastHeardMs: measured,
});

const key = {type: 'string', pattern: '^[0-9a-f]{8}$'};

const group = record({
	name,
	share: {type: 'number', minimum: 0, maximum: 1},
	slots: count,
	retainedSlots: count,
	weight: {type: 'number', minimum: 0},
});

const node = record({
	name,
	id: {type: 'integer', minimum: 1, maximum: 64},
	state,
	share: {type: 'number', minimum: 0, maximum: 1},
	slots: count,
	retainedSlots: count,
	retainedConnections: count,
	weight: {type: 'number', minimum: 0},
	groups: {type: 'array', items: group},
	lastHeartbeatMs: {type: ['number', 'null'], minimum: 0},
	version: text,
	latenessMs: durationMs,
	addresses: {type: 'array', items: name},
	networks: {type: 'array', items: network},
	isDirect: {type: 'boolean'},
	detectionMs: durationMs,
	key,
	problem: name,
}, ['groups', 'key', 'problem']);

const event = record({
	at: instant,
	level: {enum: ['debug', 'info', 'warning', 'error']},
	name,
	message: text,
	fields: {type: 'object', additionalProperties: {type: ['string', 'number', 'boolean']}},
}, ['fields']);

const counters = record({
	foreignPackets: count, leaselessPackets: count, unnamedPackets: count, acceptedPackets: count, unknownPackets: count,
});

const reason = record({code: {enum: ['self', 'lease', 'uncovered', 'overlapping', 'node', 'network', 'check', 'service']}, message: name, next: name});

export const statusSchema = {
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	title: 'What farmctl status --json prints',
	...record({
		schema: {const: statusSchemaVersion},
		farm: name,
		node: name,
		version: text,
		at: instant,
		uptimeMs: durationMs,
		state,
		reason: name,
		view: record({members: {type: 'array', items: name}, generation: count, phase: text}),
		coverage: record({owned: count, total: count, overlapping: count}),
		lease: record({restMs: durationMs}, ['restMs']),
		timing: record({
			detectionMs: durationMs, detectionMaxMs: durationMs, intervalMs: durationMs, leaseMs: durationMs, adaptation: name,
		}, ['adaptation']),
		quorum: {enum: ['none', 'majority', 'witness']},
		nodes: {type: 'array', items: node},
		vips: {type: 'array', items: record({address: name, interface: name, mode: {enum: ['unicast', 'multicast']}, mac: name})},
		filter: record({backEnd: {enum: ['nft', 'iptables']}, counters}, ['counters']),
		rejected: {type: 'object', additionalProperties: count},
		keys: record({sealing: key, accepted: {type: 'array', items: key, minItems: 1}}),
		connections: count,
		application: applicationSchema,
		events: {type: 'array', items: event, maxItems: statusEventsMax},
		health: {enum: ['healthy', 'degraded', 'down']},
		reasons: {type: 'array', items: reason},
	}, ['reason', 'connections', 'application']),
};
