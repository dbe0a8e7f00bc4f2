import test from 'ava';
import {describeApplication} from '../../../src/core/application/describe.js';
import {createApplication, type ApplicationState} from '../../../src/core/application/state.js';
import type {ApplicationConfig, Check} from '../../../src/core/model/application.js';
import {monoMs} from '../../../src/core/model/time.js';

const check: Check = {
	name: 'page', probe: {type: 'tcp', address: '::1', port: 80}, intervalMs: 1000, jitterMs: 0, timeoutMs: 500, rise: 2, fall: 3, initial: 'unknown', action: 'restart',
	handler: undefined, when: 'up',
};

const application: ApplicationConfig = {
	services: [
		{
			name: 'web', run: {kind: 'unit', unit: 'nginx.service'}, startTimeoutMs: 1000, stopTimeoutMs: 1000,
		},
		{
			name: 'api', run: {
				kind: 'command', command: ['/usr/bin/api', '--listen', '8080'], folder: undefined, environment: {},
			}, startTimeoutMs: 1000, stopTimeoutMs: 1000,
		},
	],
	checks: [check, {...check, name: 'old'}],
	hooks: {commands: {}, timeoutMs: 1000},
	actions: {max: 3, withinMs: 86_400_000},
	boot: 'as-before',
	keepAtLeast: 1,
	slowStartMs: 0,
	probe: undefined,
	notify: undefined,
};

const at = monoMs(100_000);
const fresh = createApplication({application, drainMs: 1000}, monoMs(at - 5000));
const moment = {now: at, wallOf: (then: number) => new Date(1_767_322_800_000 + then).toISOString()};

test('an application that has not begun', t => {
	const {life, sinceMs, held, services, checks, actions} = describeApplication(fresh, moment);
	t.deepEqual({life, sinceMs, held, actions}, {life: 'STOP', sinceMs: 5000, held: undefined, actions: {done: [], max: 3, withinMs: 86_400_000}});
	t.deepEqual(services.map(({name, kind, runs, state, reason}) => [name, kind, runs, state, reason]), [
		['web', 'unit', 'nginx.service', 'stopped', undefined], ['api', 'command', '/usr/bin/api --listen 8080', 'stopped', undefined],
	]);
	t.deepEqual(checks[0], {
		name: 'page', type: 'tcp', looksAt: '[::1]:80', when: 'up', action: 'restart', isEnabled: true, isBegun: false, state: 'unknown', sinceMs: 5000, results: [],
	});
});

test('what was found and done has the time of day, and only the last results are told', t => {
	const state: ApplicationState = {
		...fresh,
		held: 'too many',
		actions: [{
			action: 'restart', subject: 'check page', reason: 'connection refused', at: monoMs(at - 1000),
		}],
		services: [
			{...fresh.services[0]!, failure: 'it exited with 1', detail: 'older'},
			{...fresh.services[1]!, status: 'stuck', detail: 'it was killed'},
		],
		checks: [
			{
				...fresh.checks[0]!, verdict: 'down', isBegun: true,
				results: Array.from({length: 12}, (_, index) => ({
					outcome: 'down', reason: `${index}`, tookMs: 1.5, at: monoMs(at - 12 + index), ...index > 10 && {warning: 'it ends soon'},
				})),
			},
			{...fresh.checks[1]!, isDisabled: true},
		],
	};
	const {held, services, checks, actions} = describeApplication(state, moment);
	t.is(held, 'too many');
	t.deepEqual(actions.done, [{
		at: '2026-01-02T03:01:39.000Z', action: 'restart', subject: 'check page', reason: 'connection refused',
	}]);
	t.deepEqual(services.map(service => [service.state, service.reason]), [['failed', 'it exited with 1'], ['stuck', 'it was killed']]);
	t.is(checks[0]!.warning, 'it ends soon');
	t.deepEqual(checks[0]!.results.map(({reason}) => reason), ['2', '3', '4', '5', '6', '7', '8', '9', '10', '11']);
	t.is(checks[0]!.results.at(-1)!.at, '2026-01-02T03:01:39.999Z');
	t.false(checks[1]!.isEnabled);
});
