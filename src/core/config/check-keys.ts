/** The keys of checks, by their type: see `keys.ts`. What a check has when it says nothing depends on its type. */

import type {Check, Probe} from '../model/application.js';
import {expressionCharactersMax} from '../application/expression.js';
import type {
	CommandValue, Field, RangeValue, VariantsValue,
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

const byType = 'by the type';
const command: CommandValue = {kind: 'command'};
const port = {kind: 'whole', min: 1, max: portMax} as const;
const results = {kind: 'whole', min: 1, max: resultsMax} as const;
const statuses = {
	kind: 'range', noun: 'status', min: 100, max: 599, examples: [200, statusDefault],
} as const satisfies RangeValue;

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
		value: {kind: 'choice', options: ['restart', 'stopstart', 'wait', 'stop', 'none', 'handler']}, derived: 'by the type; wait with when: before-start',
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
			fields: {
				address: {value: address, default: localAddress, doc: 'Address to connect to'},
				port: {value: port, isRequired: true, doc: 'Port to connect to'},
			},
		},
		http: {
			doc: 'A request is answered as expected; the address says whether over TLS',
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
		ping: {doc: 'The address answers an echo request', fields: {address: {value: address, isRequired: true, doc: 'Address to ping'}}},
		interface: {doc: 'The interface is up and has a carrier', fields: {interface: {value: interfaceName, isRequired: true, doc: 'Name of the interface'}}},
		address: {
			doc: 'This machine has the address',
			fields: {
				address: {value: address, isRequired: true, doc: 'The address'},
				interface: {value: interfaceName, derived: 'any', doc: 'The interface that has it'},
			},
		},
		command: {
			doc: 'A program ends with 0, or goes on to run and reports',
			fields: {
				command: {value: command, isRequired: true, doc: 'The program and its arguments; no shell reads them'},
				reports: {value: {kind: 'truth'}, default: false, doc: 'It runs on, and prints a line up, or down with the reason, whenever it knows'},
			},
		},
		unit: {doc: 'A systemd unit is active', fields: {unit: {value: unit, isRequired: true, doc: 'Name of the unit'}}},
		farm: {
			doc: 'Another farm\'s node on this machine is UP',
			fields: {'run-dir': {value: absolutePath, isRequired: true, doc: 'The run dir of the daemon of that farm'}},
		},
		file: {
			doc: 'A file is there',
			fields: {
				path: {value: absolutePath, isRequired: true, doc: 'The file or folder'},
				absent: {value: {kind: 'truth'}, default: false, doc: 'It must not be there'},
				'age-max': {value: {kind: 'duration', minMs: 1000, maxMs: ageMaxMs}, derived: 'any', unit: 'duration', doc: 'It must have been changed within so long'},
				'free-min': {value: {kind: 'size', min: 1, max: bytesMax}, derived: 'any', doc: 'Its file system must have so much room for others than root'},
			},
		},
		dns: {
			doc: 'A name server answers for a name',
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
			fields: {
				address: {value: address, default: localAddress, doc: 'Address to send to'},
				port: {value: port, isRequired: true, doc: 'Port to send to'},
				send: {value: payload, isRequired: true, doc: 'What is sent'},
				expect: {value: payload, derived: 'any', doc: 'A regular expression that the answer must match'},
			},
		},
		expression: {
			doc: 'Other checks, with and, or, not and parentheses; decided anew whenever one of them changes',
			fields: {
				of: {
					value: {...line, pattern: String.raw`^[A-Za-z0-9._() \-]{1,${expressionCharactersMax}}$`, expected: 'names of checks with and, or, not and parentheses', example: 'web and not db'},
					isRequired: true, doc: 'The expression',
				},
			},
			without: ['interval', 'jitter', 'timeout'],
		},
	},
} as const satisfies VariantsValue;
