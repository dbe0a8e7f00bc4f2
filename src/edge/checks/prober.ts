/** Makes what looks at the thing that a check is about. */

import {performance} from 'node:perf_hooks';
import type {Check} from '../../core/model/application.js';
import type {CheckResult} from '../../core/model/check-result.js';
import {createCommandSource} from './command.js';
import {probeDns} from './dns.js';
import {probeFarm} from './farm.js';
import {createFileSource} from './file.js';
import {probeHttp} from './http.js';
import {createAddressSource, createInterfaceSource} from './interface.js';
import {probePing} from './ping.js';
import {down, type Finding, type Prober} from './port.js';
import {createProcessSource} from './process.js';
import {reasonLine} from './reason-line.js';
import {createReportingSource} from './reporting.js';
import type {CheckParts, Source} from './source.js';
import {probeTcp} from './tcp.js';
import {probeUdp} from './udp.js';
import {createUnitSource} from './unit.js';

/** Throws for a check of the type `expression`: what one is follows from the others, and is evaluated in the core. */
export function createProber(check: Check, parts: CheckParts): Prober {
	const {find, watch, close} = createSource(check, parts);
	return {
		async probe(signal) {
			const beganAt = performance.now();
			const finding = await find(signal).catch((error: unknown) => down(`the check itself failed: ${error instanceof Error ? error.message : String(error)}`));
			return resultOf(finding, performance.now() - beganAt);
		},
		...watch && {
			watch(told) {
				try {
					watch(finding => {
						told(resultOf(finding, 0));
					});
				} catch {
					// What cannot be watched is probed all the same, and that says why.
				}
			},
		},
		async close() {
			await close?.();
		},
	};
}

const resultOf = ({reason, warning, ...rest}: Finding, tookMs: number): CheckResult => ({
	...rest, reason: reasonLine(reason), tookMs: Math.round(tookMs * 10) / 10, ...warning !== undefined && {warning: reasonLine(warning)},
});

function createSource({name, probe}: Check, parts: CheckParts): Source {
	switch (probe.type) {
		case 'process': {
			return createProcessSource(probe, parts);
		}

		case 'tcp': {
			return {find: async signal => probeTcp(probe, signal)};
		}

		case 'http': {
			return {find: async signal => probeHttp(probe, signal)};
		}

		case 'ping': {
			return {find: async signal => probePing(probe, parts, signal)};
		}

		case 'interface': {
			return createInterfaceSource(probe, parts);
		}

		case 'address': {
			return createAddressSource(probe, parts);
		}

		case 'command': {
			return probe.isReporting ? createReportingSource(probe.command, name) : createCommandSource(probe.command, name);
		}

		case 'unit': {
			return createUnitSource(probe, parts);
		}

		case 'farm': {
			return {find: async signal => probeFarm(probe, signal)};
		}

		case 'file': {
			return createFileSource(probe);
		}

		case 'dns': {
			return {find: async signal => probeDns(probe, signal)};
		}

		case 'udp': {
			return {find: async signal => probeUdp(probe, signal)};
		}

		case 'expression': {
			throw new Error('an expression is not probed');
		}

		default: {
			return probe satisfies never;
		}
	}
}
