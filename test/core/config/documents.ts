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

/** A right application: a service of each kind, a check of each type, and all else that can be said. */
export const applicationDocument = {
	...goodDocument,
	services: [
		{name: 'web', unit: 'nginx.service', 'start-timeout': '10s'},
		{name: 'app', command: ['/usr/bin/app', '--port', 8080], folder: '/srv/app', environment: {MODE: 'fast', SIZE: 7}},
		{
			name: 'db', start: ['/etc/init.d/db', 'start'], stop: ['/etc/init.d/db', 'stop'], status: ['/etc/init.d/db', 'status'], 'stop-timeout': '5m',
		},
	],
	checks: [
		{name: 'workers', type: 'process', process: 'nginx', 'at-least': 2, 'at-most': 9},
		{name: 'app', type: 'process', service: 'app'},
		{name: 'port', type: 'tcp', port: 8080},
		{
			name: 'site', type: 'http', url: 'https://127.0.0.1/health', status: [200, '301-302'], body: 'well|good', headers: {Host: 'www.example.org'},
			verify: false, 'expiry-warning': '24h', action: 'handler', handler: ['/usr/local/bin/mend'],
		},
		{name: 'gateway', type: 'ping', address: '192.0.2.1', interval: '5s', jitter: '1s', timeout: '500ms', rise: 1, fall: 5, initial: 'up'},
		{name: 'cable', type: 'interface', interface: 'eth0'},
		{name: 'vip', type: 'address', address: '192.0.2.100', action: 'stopstart', when: 'up'},
		{name: 'script', type: 'command', command: ['/usr/local/bin/check', '-v'], reports: true},
		{name: 'unit', type: 'unit', unit: 'nginx.service'},
		{name: 'other', type: 'farm', 'run-dir': '/run/farmctl-db'},
		{name: 'disk', type: 'file', path: '/var', 'free-min': '500MB', 'age-max': '24h', action: 'stop'},
		{name: 'names', type: 'dns', server: '192.0.2.53', query: 'www.example.org', record: 'AAAA', expect: '2001:DB8::1'},
		{name: 'answers', type: 'udp', port: 53, send: 'ping', expect: '^pong'},
		{name: 'all', type: 'expression', of: 'site and not (port or disk)', action: 'restart'},
	],
	hooks: {'on-state': ['/usr/local/bin/tell'], timeout: '10s'},
	actions: {max: 5, within: '1h'},
	boot: 'stay',
	'keep-at-least': 2,
	'slow-start': '30s',
	probe: {listen: '[2001:db8:0::11]:8080'},
	notify: {
		level: 'error', group: '5m', webhook: {url: 'https://example.org/hook', 'headers-file': '/etc/farmctl/headers'},
		mail: {
			server: 'localhost', from: 'farm@example.org', to: ['ops@example.org'], user: 'farm', 'password-file': '/etc/farmctl/password',
		},
	},
} as const satisfies JsonValue;
