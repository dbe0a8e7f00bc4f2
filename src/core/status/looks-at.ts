/** What a check looks at and what a service runs, in the few words that lists have room for. */

import type {Command, Probe, ProcessKey, ServiceRun} from '../model/application.js';

export function looksAt(probe: Probe): string {
	switch (probe.type) {
		case 'process': {
			return processText(probe.by);
		}

		case 'tcp':
		case 'udp': {
			return endpoint(probe);
		}

		case 'http': {
			return probe.url;
		}

		case 'ping': {
			return probe.address;
		}

		case 'interface': {
			return probe.interface;
		}

		case 'address': {
			return probe.interface === undefined ? probe.address : `${probe.address} on ${probe.interface}`;
		}

		case 'command': {
			return commandText(probe.command);
		}

		case 'unit': {
			return probe.unit;
		}

		case 'farm': {
			return probe.runDir;
		}

		case 'file': {
			return probe.path;
		}

		case 'dns': {
			return `${probe.name} ${probe.record} at ${endpoint({address: probe.server, port: probe.port})}`;
		}

		case 'expression': {
			return probe.of;
		}

		default: {
			return probe satisfies never;
		}
	}
}

export function runsText(run: ServiceRun): string {
	switch (run.kind) {
		case 'unit': {
			return run.unit;
		}

		case 'command': {
			return commandText(run.command);
		}

		case 'scripts': {
			return commandText(run.start);
		}

		default: {
			return run satisfies never;
		}
	}
}

function processText(by: ProcessKey): string {
	if ('service' in by) {
		return `service ${by.service}`;
	}

	if ('unit' in by) {
		return by.unit;
	}

	return 'pidFile' in by ? by.pidFile : by.name;
}

const endpoint = ({address, port}: {readonly address: string; readonly port: number}): string => `${address.includes(':') ? `[${address}]` : address}:${port}`;

const commandText = (command: Command): string => command.join(' ');
