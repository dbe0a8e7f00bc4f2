/** Configurations for tests: everything as it would be without a word about it, but for what the test is about. */

import type {ApplicationConfig, Check, Service} from '../../../src/core/model/application.js';
import type {ApplicationSettings} from '../../../src/core/application/types.js';

export const drainMs = 5000;

export const service = (name: string, changes: Partial<Service> = {}): Service =>
	({name, run: {kind: 'unit', unit: `${name}.service`}, startTimeoutMs: 10_000, stopTimeoutMs: 4000, ...changes});

export const check = (name: string, changes: Partial<Check> = {}): Check => ({
	name, probe: {type: 'tcp', address: '127.0.0.1', port: 80}, intervalMs: 1000, jitterMs: 0, timeoutMs: 500, rise: 2, fall: 3, initial: 'unknown', action: 'restart',
	handler: changes.action === 'handler' ? ['/usr/local/bin/mend'] : undefined, when: 'up', ...changes,
});

export const expression = (name: string, of: string, changes: Partial<Check> = {}): Check => check(name, {probe: {type: 'expression', of}, ...changes});

export const settings = (changes: Partial<ApplicationConfig> = {}): ApplicationSettings => ({
	application: {
		services: [service('web')], checks: [], hooks: {commands: {}, timeoutMs: 3000}, actions: {max: 3, withinMs: 86_400_000}, boot: 'as-before', keepAtLeast: 1, slowStartMs: 0,
		probe: undefined, notify: undefined, ...changes,
	},
	drainMs,
});

/** A command for each hook that the life waits for. */
export const lifeHooks = {
	'before-start': ['/hook', 'before-start'], 'after-start': ['/hook', 'after-start'], 'before-stop': ['/hook', 'before-stop'], 'after-stop': ['/hook', 'after-stop'],
} as const;
