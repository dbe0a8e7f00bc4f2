/** The keys of services, hooks, actions, the probe and who is told: see `keys.ts`. */

import {noApplication} from '../model/application.js';
import type {
	ChoiceValue, CommandValue, Field, RecordValue, VariantsValue,
} from './description.js';
import {renderDuration} from './duration.js';
import {
	absolutePath, host, line, listenAddress, mailAddress, name, portMax, unit, url, variableName, variableText,
} from './texts.js';

export const startTimeoutDefault = '1m';
export const stopTimeoutDefault = '1m';
export const serviceTimeoutMaxMs = 3_600_000;
export const environmentMax = 100;
export const hookTimeoutMaxMs = 3_600_000;
export const actionsMax = 1000;
export const actionsWithinMaxMs = 30 * 24 * 3_600_000;
export const groupTimeDefault = '1m';
export const groupTimeMaxMs = 24 * 3_600_000;
export const mailPortDefault = 25;
export const recipientsMax = 20;

const command: CommandValue = {kind: 'command'};

export const services = {
	kind: 'variants',
	noun: 'service',
	common: {
		name: {value: name, isRequired: true, doc: 'Name of the service, unique among the services'},
		'start-timeout': {
			value: {kind: 'duration', minMs: 100, maxMs: serviceTimeoutMaxMs}, default: startTimeoutDefault, unit: 'duration',
			doc: 'The start has failed when the service does not run after so long',
		},
		'stop-timeout': {
			value: {kind: 'duration', minMs: 0, maxMs: serviceTimeoutMaxMs}, default: stopTimeoutDefault, unit: 'duration',
			doc: 'A stop that takes longer is forced',
		},
	},
	variants: {
		unit: {
			doc: 'A systemd unit, started and stopped by systemctl',
			example: '{name: web, unit: nginx.service}',
			fields: {unit: {value: unit, isRequired: true, doc: 'Name of the unit; it must not be enabled, since farmctl starts and stops it'}},
		},
		command: {
			doc: 'A program that stays in the foreground, supervised by the daemon',
			example: '{name: app, command: [/usr/bin/app, -p, 8080], folder: /srv/app,\n   environment: {MODE: fast}, start-timeout: 10s}',
			fields: {
				command: {value: command, isRequired: true, doc: 'The program and its arguments; no shell reads them. What it prints goes to the events'},
				folder: {value: absolutePath, derived: '/', doc: 'The folder that it runs in'},
				environment: {
					value: {kind: 'map', keys: variableName, values: variableText, placeholder: 'VARIABLE', min: 0, max: environmentMax}, default: {},
					doc: 'Variables for it, besides those of the daemon',
				},
			},
		},
		start: {
			doc: 'Programs that start and stop it, and end when that is done',
			example: '{name: db, start: [/etc/init.d/db, start], stop: [/etc/init.d/db, stop],\n   status: [/etc/init.d/db, status], stop-timeout: 5m}',
			fields: {
				start: {value: command, isRequired: true, doc: 'Starts it: the service runs when this has ended with 0'},
				stop: {value: command, isRequired: true, doc: 'Stops it: the service does not run when this has ended with 0'},
				status: {value: command, derived: 'none: it is asked for nothing', doc: 'Ends with 0 while the service runs'},
			},
		},
	},
} as const satisfies VariantsValue;

const hook = (doc: string): {readonly value: CommandValue; readonly derived: string; readonly doc: string} => ({value: command, derived: 'none', doc});

export const hooks = {
	kind: 'record',
	fields: {
		'before-start': hook('Runs before services are started; they are not when it fails'),
		'after-start': hook('Runs when services have been started'),
		'before-stop': hook('Runs before services are stopped'),
		'after-stop': hook('Runs when services have been stopped'),
		'on-state': hook('Runs when the state of this node changes'),
		'on-farm': hook('Runs when the state of any node changes'),
		timeout: {
			value: {kind: 'duration', minMs: 100, maxMs: hookTimeoutMaxMs}, default: renderDuration(noApplication.hooks.timeoutMs), unit: 'duration',
			doc: 'A hook that takes longer is ended and has failed',
		},
	},
} as const satisfies RecordValue;

export const actions = {
	kind: 'record',
	fields: {
		max: {
			value: {kind: 'whole', min: 0, max: actionsMax}, default: noApplication.actions.max,
			doc: 'So many restarts, stopstarts and handlers within the time; instead of one more the node stops',
		},
		within: {
			value: {kind: 'duration', minMs: 1000, maxMs: actionsWithinMaxMs}, default: renderDuration(noApplication.actions.withinMs), unit: 'duration',
			doc: 'The time that automatic actions are counted for',
		},
	},
} as const satisfies RecordValue;

export const bootValue = {kind: 'choice', options: ['start', 'stay', 'as-before']} as const satisfies ChoiceValue;

export const probe = {
	kind: 'record',
	fields: {listen: {value: listenAddress, isRequired: true, doc: 'Own address and port to listen on, as 192.0.2.11:8080, [2001:db8::11]:8080, or 0.0.0.0:8080 for every address'}},
} as const satisfies RecordValue;

const webhook = {
	kind: 'record',
	fields: {
		url: {value: url, isRequired: true, doc: 'Where a JSON text is posted to'},
		'headers-file': {value: absolutePath, derived: 'none', doc: 'A file with headers to send, one a line as NAME: VALUE, that only its owner may read'},
	},
} as const satisfies RecordValue;

const mail = {
	kind: 'record',
	fields: {
		server: {value: host, isRequired: true, doc: 'The server that takes mail'},
		port: {value: {kind: 'whole', min: 1, max: portMax}, default: mailPortDefault, doc: 'Port of the server; 465 is TLS from the start, on others it is used where the server offers it'},
		from: {value: mailAddress, isRequired: true, doc: 'The address that it comes from'},
		to: {value: {kind: 'list', items: mailAddress, min: 1, max: recipientsMax}, isRequired: true, doc: 'Whom it goes to'},
		user: {value: line, derived: 'none: no login', doc: 'Name for the login'},
		'password-file': {value: absolutePath, derived: 'none', doc: 'A file with the password alone, that only its owner may read'},
	},
} as const satisfies RecordValue;

const level = {kind: 'choice', options: ['info', 'warning', 'error']} as const satisfies ChoiceValue;

export const notify = {
	kind: 'record',
	fields: {
		level: {value: level, default: 'warning', doc: 'Events below this level are not told'} as const satisfies Field,
		group: {
			value: {kind: 'duration', minMs: 0, maxMs: groupTimeMaxMs}, default: groupTimeDefault, unit: 'duration',
			doc: 'Events of so long are told together',
		},
		webhook: {value: webhook, derived: 'none', doc: 'A web server that is told'},
		mail: {value: mail, derived: 'none', doc: 'People who are told by mail'},
	},
} as const satisfies RecordValue;
