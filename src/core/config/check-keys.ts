/** The keys of checks, by their type: see `keys.ts`. What a check has when it says nothing depends on its type. */

import type {Check, Probe} from '../model/application.js';
import {expressionCharactersMax} from '../application/expression.js';
import type {
	ChoiceValue, CommandValue, Field, RangeValue, VariantsValue,
} from './description.js';
import {renderDuration} from './duration.js';
import {
	absolutePath, address, headerName, interfaceName, line, name, payload, portMax, processName, unit, url,
} from './texts.js';

export const checkIntervalMinMs = 100;
export const checkIntervalMaxMs = 24 * 3_600_000;
export const checkTimeoutMaxMs = 3_600_000;
export const resultsMax = 100;
export const headersMax = 50;
export const statusesMax = 20;
export const statusDefault = '200-399';
export const expiryWarningDefault = '336h';
export const expiryWarningMaxMs = 10 * 365 * 24 * 3_600_000;
export const ageMaxMs = 10 * 365 * 24 * 3_600_000;
export const processesMax = 100_000;
export const bytesMax = 1e15;
export const dnsPortDefault = 53;
export const localAddress = '127.0.0.1';

export type CheckDefaults = Pick<Check, 'intervalMs' | 'timeoutMs' | 'rise' | 'fall' | 'action' | 'when'>;

const timesDefault = {intervalMs: 2000, timeoutMs: 1000} as const;

/** Of something that answers over a network, or not: one answer more or less says little. */
const asked = {...timesDefault, rise: 2, fall: 3} as const;

/** Of something that is so or not. */
const looked = {...timesDefault, rise: 1, fall: 1} as const;

/** Of the node's own application, which a restart may mend. */
const own = {action: 'restart', when: 'up'} as const;

/** Of what the application needs, which a restart does not mend. */
const needed = {action: 'wait', when: 'before-start'} as const;

export const checkDefaults: Readonly<Record<Probe['type'], CheckDefaults>> = {
	process: {...looked, ...own},
	tcp: {...asked, ...own},
	http: {...asked, ...own},
	ping: {...asked, ...needed},
	interface: {...looked, ...needed},
	address: {...looked, ...needed},
	command: {...asked, timeoutMs: 10_000, ...own},
	unit: {...looked, ...own},
	farm: {...looked, ...needed},
	file: {...looked, ...needed, when: 'up'},
	dns: {...asked, ...needed},
	udp: {...asked, ...own},
	expression: {...looked, action: 'none', when: 'up'},
};

/** What a check of the type has when it says nothing. */
function defaultsNote(type: Probe['type']): string {
	const {timeoutMs, rise, fall, action, when} = checkDefaults[type];
	return `By default: ${type === 'expression' ? '' : `timeout ${renderDuration(timeoutMs)}, rise ${rise}, fall ${fall}, `}action ${action}, when ${when}`;
}

const byType = 'by the type';
const command: CommandValue = {kind: 'command'};
const port = {kind: 'whole', min: 1, max: portMax} as const;
const results = {kind: 'whole', min: 1, max: resultsMax} as const;
const statuses = {
	kind: 'range', noun: 'status', min: 100, max: 599, examples: [200, statusDefault],
} as const satisfies RangeValue;

export const actionValue = {kind: 'choice', options: ['restart', 'stopstart', 'wait', 'stop', 'none', 'handler']} as const satisfies ChoiceValue;

const common = {
	name: {value: name, isRequired: true, doc: 'Name of the check, unique among the checks; not and, or, not'},
	interval: {
		value: {kind: 'duration', minMs: checkIntervalMinMs, maxMs: checkIntervalMaxMs}, default: renderDuration(timesDefault.intervalMs), unit: 'duration',
		doc: 'It is looked at this often',
	},
	jitter: {
		value: {kind: 'duration', minMs: 0, maxMs: checkIntervalMaxMs}, derived: 'a tenth of the interval', unit: 'duration',
		doc: 'Each interval is longer or shorter by up to this much, so that nodes do not ask at the same time',
	},
	timeout: {
		value: {kind: 'duration', minMs: 10, maxMs: checkTimeoutMaxMs}, derived: byType, unit: 'duration',
		doc: 'No answer after so long is a failure, and is told apart from others',
	},
	rise: {value: results, derived: byType, doc: 'So many good results in a row make it up'},
	fall: {value: results, derived: byType, doc: 'So many bad results in a row make it down'},
	initial: {value: {kind: 'choice', options: ['up', 'down', 'unknown']}, default: 'unknown', doc: 'What it is held to be before there are enough results'},
	action: {
		value: actionValue, derived: 'by the type; wait with when: before-start, and instead of restart where there are no services',
		doc: 'What follows when it goes down: restart the services, go through a stop of the node and a start, leave the farm until it is up again, stop the node, nothing, or run the handler',
	},
	handler: {value: command, derived: 'none', doc: 'The program of action: handler'},
	when: {
		value: {kind: 'choice', options: ['before-start', 'up']}, derived: byType,
		doc: 'up: it is looked at while the services run; before-start: always, and while it is down they are not started',
	},
} as const satisfies Readonly<Record<string, Field>>;

export const checks = {
	kind: 'variants',
	noun: 'check',
	by: 'type',
	common,
	variants: {
		process: {
			doc: 'So many processes run, told by exactly one of process, pid-file, unit and service; a death is noticed at once',
			note: defaultsNote('process'),
			example: '{name: workers, type: process, process: nginx, at-least: 2}',
			fields: {
				process: {value: processName, derived: 'none', doc: 'Processes of this name'},
				'pid-file': {value: absolutePath, derived: 'none', doc: 'The process whose number is in the file'},
				unit: {value: unit, derived: 'none', doc: 'The main process of the unit'},
				service: {value: name, derived: 'none', doc: 'The process of this service of the farm'},
				'at-least': {value: {kind: 'whole', min: 1, max: processesMax}, default: 1, doc: 'So many at least'},
				'at-most': {value: {kind: 'whole', min: 1, max: processesMax}, derived: 'any number', doc: 'So many at most'},
			},
		},
		tcp: {
			doc: 'A connection is accepted',
			note: defaultsNote('tcp'),
			example: '{name: port, type: tcp, address: 127.0.0.1, port: 443}',
			fields: {
				address: {value: address, default: localAddress, doc: 'Address to connect to'},
				port: {value: port, isRequired: true, doc: 'Port to connect to'},
			},
		},
		http: {
			doc: 'A request is answered as expected; the address says whether over TLS',
			note: defaultsNote('http'),
			example: `{name: site, type: http, url: "https://127.0.0.1/health",
   headers: {Host: www.example.org}, status: [200, 204],
   body: '"status": ?"ok"', verify: false, interval: 5s}`,
			fields: {
				url: {value: url, isRequired: true, doc: 'What is asked for; redirections are not followed'},
				method: {value: {kind: 'choice', options: ['GET', 'HEAD']}, default: 'GET', doc: 'The method of the request'},
				status: {value: {kind: 'list', items: statuses, min: 1, max: statusesMax, isBareTaken: true}, default: [statusDefault], doc: 'Statuses that are well'},
				body: {value: line, derived: 'any', doc: 'A regular expression that the body must match'},
				headers: {value: {kind: 'map', keys: headerName, values: line, placeholder: 'HEADER', min: 0, max: headersMax}, default: {}, doc: 'Headers of the request'},
				verify: {value: {kind: 'truth'}, derived: 'true', doc: 'With https, whether the certificate must be valid and for this host'},
				authorities: {value: absolutePath, derived: 'those of the system', doc: 'With https, a file with the certificates of the authorities that may have signed it'},
				'expiry-warning': {
					value: {kind: 'duration', minMs: 0, maxMs: expiryWarningMaxMs}, derived: expiryWarningDefault, unit: 'duration',
					doc: 'With https, a certificate that ends within so long is told; it is no failure',
				},
			},
		},
		ping: {
			doc: 'The address answers an echo request',
			note: defaultsNote('ping'),
			example: '{name: gateway, type: ping, address: 192.0.2.1, interval: 5s, fall: 5}',
			fields: {address: {value: address, isRequired: true, doc: 'Address to ping'}},
		},
		interface: {
			doc: 'The interface is up and has a carrier',
			note: defaultsNote('interface'),
			example: '{name: cable, type: interface, interface: eth0}',
			fields: {interface: {value: interfaceName, isRequired: true, doc: 'Name of the interface'}},
		},
		address: {
			doc: 'This machine has the address',
			note: defaultsNote('address'),
			example: '{name: storage, type: address, address: 198.51.100.11, interface: eth1}',
			fields: {
				address: {value: address, isRequired: true, doc: 'The address'},
				interface: {value: interfaceName, derived: 'any', doc: 'The interface that has it'},
			},
		},
		command: {
			doc: 'A program ends with 0, or goes on to run and reports',
			note: defaultsNote('command'),
			example: '{name: queue, type: command, timeout: 5s, action: stopstart,\n   command: [/usr/local/bin/check-queue, -m, 1000]}',
			fields: {
				command: {value: command, isRequired: true, doc: 'The program and its arguments; no shell reads them'},
				reports: {value: {kind: 'truth'}, default: false, doc: 'It runs on, and prints a line up, or down with the reason, whenever it knows'},
			},
		},
		unit: {
			doc: 'A systemd unit is active',
			note: defaultsNote('unit'),
			example: '{name: agent, type: unit, unit: backup-agent.service, action: none}',
			fields: {unit: {value: unit, isRequired: true, doc: 'Name of the unit'}},
		},
		farm: {
			doc: 'Another farm\'s node on this machine is UP',
			note: defaultsNote('farm'),
			example: '{name: database, type: farm, run-dir: /run/farmctl-db}',
			fields: {'run-dir': {value: absolutePath, isRequired: true, doc: 'The run dir of the daemon of that farm'}},
		},
		file: {
			doc: 'A file is there',
			note: defaultsNote('file'),
			example: '{name: disk, type: file, path: /var/lib/web, free-min: 500MB, interval: 30s}',
			fields: {
				path: {value: absolutePath, isRequired: true, doc: 'The file or folder'},
				absent: {value: {kind: 'truth'}, default: false, doc: 'It must not be there'},
				'age-max': {value: {kind: 'duration', minMs: 1000, maxMs: ageMaxMs}, derived: 'any', unit: 'duration', doc: 'It must have been changed within so long'},
				'free-min': {value: {kind: 'size', min: 1, max: bytesMax}, derived: 'any', doc: 'Its file system must have so much room for others than root'},
			},
		},
		dns: {
			doc: 'A name server answers for a name',
			note: defaultsNote('dns'),
			example: '{name: names, type: dns, server: 192.0.2.53, query: www.example.org,\n   expect: 192.0.2.100}',
			fields: {
				server: {value: address, isRequired: true, doc: 'Address of the name server'},
				port: {value: port, default: dnsPortDefault, doc: 'UDP port of the name server'},
				query: {value: {...line, pattern: String.raw`^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,252}$`, expected: 'a domain name', example: 'www.example.org'}, isRequired: true, doc: 'Name to ask for'},
				record: {value: {kind: 'choice', options: ['A', 'AAAA']}, default: 'A', doc: 'Kind of address to ask for'},
				expect: {value: address, derived: 'any', doc: 'An address that must be in the answer'},
			},
		},
		udp: {
			doc: 'A datagram is answered',
			note: defaultsNote('udp'),
			example: '{name: game, type: udp, port: 27015, send: "ping", expect: "^pong"}',
			fields: {
				address: {value: address, default: localAddress, doc: 'Address to send to'},
				port: {value: port, isRequired: true, doc: 'Port to send to'},
				send: {value: payload, isRequired: true, doc: 'What is sent'},
				expect: {value: payload, derived: 'any', doc: 'A regular expression that the answer must match'},
			},
		},
		expression: {
			doc: 'Other checks, with and, or, not and parentheses; it goes up and down with them, at once',
			note: defaultsNote('expression'),
			example: '{name: reachable, type: expression, action: wait,\n   of: "gateway or (names and not disk)"}',
			fields: {
				of: {
					value: {...line, pattern: String.raw`^[A-Za-z0-9._() \-]{1,${expressionCharactersMax}}$`, expected: 'names of checks with and, or, not and parentheses', example: 'web and not db'},
					isRequired: true, doc: 'The expression',
				},
			},
			without: ['interval', 'jitter', 'timeout', 'rise', 'fall', 'initial'],
		},
	},
} as const satisfies VariantsValue;
