/** A right configuration as data, and ways to make it wrong in one place. */

import {parseFarm, type ParseResult} from '../../../src/core/config/parse.js';
import {treeOf, type JsonValue, type Path} from '../../../src/core/config/tree.js';

export const goodDocument = {
	farm: 'web',
	'key-file': 'farm.key',
	nodes: {
		web1: {id: 1, addresses: ['192.0.2.11', '2001:db8::11']},
		web2: {id: 2, addresses: ['192.0.2.12', '2001:db8::12'], weight: 2},
	},
	heartbeat: {detection: '300ms', port: 4803},
	vips: [
		{address: '192.0.2.100/24', interface: 'eth0', mode: 'unicast'},
		{address: '2001:db8::100/64', interface: 'eth0', mode: 'multicast'},
	],
	rules: [
		{
			vip: '192.0.2.100', protocol: 'tcp', ports: [80, 443], affinity: 'client',
		},
		{vip: '2001:db8::100', protocol: 'udp', ports: ['8000-8010']},
	],
	seed: 7,
	finish: '10s',
	retain: '2h',
} as const satisfies JsonValue;

/** The document with the thing at the path replaced, or taken away when the replacement is undefined; where nothing can be there, unchanged. */
export function withAt(document: JsonValue, [step, ...rest]: Path, value: JsonValue | undefined): JsonValue {
	if (step === undefined) {
		return value ?? null;
	}

	if (Array.isArray(document)) {
		if (typeof step !== 'number') {
			return document;
		}

		const items = [...document as JsonValue[]];
		items[step] = withAt(items[step] ?? null, rest, value);
		return items;
	}

	if (typeof document !== 'object' || document === null) {
		return document;
	}

	const {[step]: child, ...others} = document as Record<string, JsonValue>;
	return rest.length === 0 && value === undefined ? others : {...document, [step]: withAt(child ?? {}, rest, value)};
}

export const parse = (document: JsonValue): ParseResult => parseFarm(treeOf(document));

/** `path: message` of each problem. */
export function problemsOf(document: JsonValue): string[] {
	const result = parse(document);
	return 'problems' in result ? result.problems.map(({path, message}) => `${path}: ${message}`) : [];
}
