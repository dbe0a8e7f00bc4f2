/** The JSON Schema (draft 2020-12) of what `farmctl explain --json` prints: an explanation, or with `--clients` a distribution. Unknown fields are allowed. */

import {distributionSchemaName} from './distribution.js';
import {explainSchemaName} from './explanation.js';

const name = {type: 'string', minLength: 1};
const count = {type: 'integer', minimum: 0};
const fraction = {type: 'number', minimum: 0, maximum: 1};
const port = {type: 'integer', minimum: 1, maximum: 65_535};
const nameOrNull = {type: ['string', 'null'], minLength: 1};
const instant = {type: 'string', format: 'date-time'};
const names = {type: 'array', items: name};

/** An object whose given properties must all be there, but for those named optional. */
const record = (properties: Readonly<Record<string, unknown>>, optional: readonly string[] = []) => ({
	type: 'object', required: Object.keys(properties).filter(key => !optional.includes(key)), properties,
});

const list = (items: unknown) => ({type: 'array', items});

const affinity = {enum: ['client', 'connection', 'network']};
const ports = list(record({from: port, to: port}));
const endpoint = record({address: name, port}, ['port']);
const source = {enum: ['daemon', 'configuration']};

const found = record({
	slot: count,
	slotNumber: count,
	hash: record({
		function: {enum: ['jhash', 'hmark']}, of: name, key: {type: 'string', pattern: '^([0-9a-f]{2})+$'}, seed: count, value: count,
	}),
	order: list(record({
		name, weight: count, isServing: {type: 'boolean'}, state: name,
	}, ['state'])),
	owner: nameOrNull,
	assigned: nameOrNull,
	next: names,
	retainedBy: names,
	mayRetain: names,
	lastMove: record({
		at: instant, agoMs: {type: 'number', minimum: 0}, kind: {enum: ['claimed', 'released']}, node: name, from: name, why: name,
	}, ['from']),
}, ['lastMove']);

const answer = {
	...record({
		vip: name, protocol: {enum: ['tcp', 'udp', 'echo']}, ports, affinity, group: name, found, anyPort: list(record({node: nameOrNull, ports: count})),
	}, ['ports', 'found', 'anyPort']),
	oneOf: [{required: ['found']}, {required: ['anyPort']}],
};

const explanation = record({
	schema: {const: explainSchemaName},
	source,
	farm: name,
	node: name,
	at: instant,
	client: endpoint,
	vip: endpoint,
	answers: list(answer),
	problem: name,
	connections: count,
	counters: record({
		foreignPackets: count, leaselessPackets: count, unnamedPackets: count, acceptedPackets: count, unknownPackets: count,
	}),
}, ['node', 'at', 'vip', 'problem', 'connections', 'counters']);

const distribution = record({
	family: {enum: [4, 6]},
	affinity,
	group: name,
	rules: list(record({vip: name, protocol: {enum: ['tcp', 'udp']}, ports})),
	clients: count,
	withoutPort: count,
	nodes: list(record({
		node: nameOrNull, clients: count, share: fraction, expected: fraction,
	})),
	skew: {type: ['number', 'null'], minimum: 0},
});

const report = record({
	schema: {const: distributionSchemaName}, source, farm: name, node: name, at: instant, clients: count, unreachable: count, distributions: list(distribution),
}, ['node', 'at']);

export const explainSchema = {
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	title: 'What farmctl explain --json prints',
	oneOf: [explanation, report],
};
