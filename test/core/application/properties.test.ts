/** Whatever happens, in whatever order: nobody is let in to what does not run, every wish of the operator ends, and no more is done by itself than may be. */

import process from 'node:process';
import test from 'ava';
import fc from 'fast-check';
import {nextDeadline} from '../../../src/core/application/deadline.js';
import {life} from '../../../src/core/application/life.js';
import {createApplication} from '../../../src/core/application/state.js';
import {step} from '../../../src/core/application/step.js';
import type {ApplicationInput, ApplicationSettings} from '../../../src/core/application/types.js';
import type {Check} from '../../../src/core/model/application.js';
import type {CheckOutcome} from '../../../src/core/model/check-result.js';
import {monoMs} from '../../../src/core/model/time.js';
import {check, expression, lifeHooks, service, settings} from './configs.js';
import {Machine} from './machine.js';

const names = ['db', 'web'] as const;
const checkNames = ['gate', 'port', 'page', 'peer', 'seen', 'all', 'mend', 'end'] as const;
const serviceName = fc.constantFrom(...names);
const checkName = fc.constantFrom(...checkNames);

const action = fc.constantFrom('restart', 'stopstart', 'wait', 'stop', 'none', 'handler');
const when = fc.constantFrom('up', 'before-start');

/** One of the names stands for an expression over all others, where there are others. */
function someChecks(checks: ReadonlyArray<Partial<Check> & {readonly name: string}>): Check[] {
	const others = checks.filter(({name}) => name !== 'all').map(({name}) => name);
	return checks.filter(({name}) => name !== 'all' || others.length > 0).map(({name, ...changes}) => name === 'all' ? expression(name, others.join(' and '), {...changes, when: 'up'}) : check(name, changes));
}

const someSettings: fc.Arbitrary<ApplicationSettings> = fc.record({
	services: fc.subarray([service('db'), service('web'), service('web', {run: {kind: 'unit', unit: 'other.service'}})]).map(services => services.filter(({name}, index) => services.findIndex(other => other.name === name) === index)),
	checks: fc.array(fc.record({name: checkName, action, when, rise: fc.integer({min: 1, max: 3}), fall: fc.integer({min: 1, max: 3}), initial: fc.constantFrom('up', 'down', 'unknown')}), {maxLength: 4})
		.map(checks => someChecks(checks.filter(({name}, index) => checks.findIndex(other => other.name === name) === index))),
	hooks: fc.constantFrom({commands: {}, timeoutMs: 3000}, {commands: lifeHooks, timeoutMs: 3000}),
	actions: fc.record({max: fc.integer({min: 0, max: 3}), withinMs: fc.constantFrom(60_000, 86_400_000)}),
	slowStartMs: fc.constantFrom(0, 30_000),
}).map(changes => settings(changes));

type Act = (machine: Machine) => unknown;

/** What happens by itself. */
const accident: fc.Arbitrary<Act> = fc.oneof(
	{weight: 8, arbitrary: fc.integer({min: 1, max: 20_000}).map((ms): Act => machine => machine.run(ms))},
	{weight: 3, arbitrary: fc.integer({min: 1, max: 300}).map((ms): Act => machine => machine.run(ms))},
	{weight: 4, arbitrary: serviceName.map((name): Act => machine => machine.die(name))},
	{weight: 6, arbitrary: fc.tuple(fc.constantFrom<CheckOutcome>('up', 'down', 'timeout'), checkName).map(([outcome, name]): Act => machine => machine.finds(outcome, name))},
	{weight: 2, arbitrary: fc.tuple(serviceName, fc.constantFrom('runs', 'fails', 'hangs', 'exits')).map(([name, how]): Act => machine => {
		machine.does.start[name] = how;
	})},
	{weight: 1, arbitrary: fc.tuple(serviceName, fc.constantFrom('stops', 'needs-kill')).map(([name, how]): Act => machine => {
		machine.does.stop[name] = how;
	})},
	{weight: 1, arbitrary: fc.tuple(fc.constantFrom('before-start', 'after-start', 'before-stop', 'after-stop'), fc.constantFrom('done', 'failed', 'timeout', 'never')).map(([name, how]): Act => machine => {
		machine.does.hooks[name] = how;
	})},
	{weight: 1, arbitrary: fc.tuple(checkName, fc.constantFrom('done', 'failed', 'timeout', 'never')).map(([name, how]): Act => machine => {
		machine.does.handlers[name] = how;
	})},
	{weight: 3, arbitrary: fc.record({othersServe: fc.boolean(), othersUnwell: fc.boolean(), isKeeping: fc.boolean(), isSilent: fc.boolean(), connectionsMs: fc.constantFrom(0, 300, undefined)}).map((changes): Act => machine => machine.change(changes))},
);

const act: fc.Arbitrary<Act> = fc.oneof(
	{weight: 30, arbitrary: accident},
	{weight: 3, arbitrary: fc.constantFrom('serve', 'drain', 'stop').map((wanted): Act => machine => machine.want(wanted))},
	{weight: 1, arbitrary: fc.tuple(fc.subarray([...checkNames]), fc.boolean()).map(([some, isEnabled]): Act => machine => machine.feed({kind: 'checks', names: some, isEnabled}))},
	{weight: 1, arbitrary: someSettings.map((next): Act => machine => machine.feed({kind: 'configure', settings: next}))},
);

const story = fc.record({
	initial: someSettings, wanted: fc.constantFrom('serve', 'drain', 'stop'), found: fc.subarray([...names]), acts: fc.array(act, {maxLength: 40}),
});

type Story = typeof story extends fc.Arbitrary<infer Value> ? Value : never;

function play({initial, wanted, found, acts}: Story): Machine {
	const machine = new Machine(initial).found(...found.filter(name => initial.application.services.some(one => one.name === name))).begin(wanted);
	for (const one of acts) {
		one(machine);
	}

	return machine;
}

function heal(machine: Machine): void {
	for (const table of Object.values(machine.does)) {
		for (const key of Object.keys(table)) {
			// eslint-disable-next-line @typescript-eslint/no-dynamic-delete
			delete table[key];
		}
	}

	machine.change({isSilent: false, isKeeping: false, othersServe: true, othersUnwell: true, connectionsMs: 300});
}

/** The same stories each time; another seed finds others. */
const runs = {numRuns: 400, endOnFailure: true, seed: Number(process.env.FARMCTL_SEED ?? 1)};

test('clients are let in only to services that run, and none is stopped while they are', t => {
	fc.assert(fc.property(story, one => {
		t.deepEqual(play(one).faults, []);
	}), runs);
});

const table = new Set(Object.entries(life).flatMap(([from, targets]) => Object.keys(targets).map(to => `${from} ${to}`)));

test('every life follows by the table', t => {
	fc.assert(fc.property(story, one => {
		const machine = play(one);
		machine.want('leave').run(60_000);
		const lives = ['STOP', ...machine.lives];
		t.deepEqual(lives.slice(1).map((to, index) => `${lives[index]} ${to}`).filter(pair => !table.has(pair)), []);
	}), runs);
});

test('every wish of the operator ends, once what hinders it is over', t => {
	fc.assert(fc.property(story, fc.constantFrom('serve', 'stop', 'leave'), (one, wish) => {
		const machine = play(one);
		heal(machine);
		machine.run(60_000);
		machine.want(wish).run(400_000);
		const {state, claim} = machine;
		if (wish === 'serve') {
			t.true(state.life === 'UP' && claim.wants === 'in', `${state.life}: ${JSON.stringify(claim)}`);
		} else {
			t.is(state.life, wish === 'stop' ? 'STOP' : 'ENDED');
			t.is(machine.log.filter(({kind}) => kind === 'stopped').length, wish === 'leave' ? 1 : 0);
		}

		t.deepEqual(machine.faults, []);
	}), runs);
});

test('no more is done by itself than may be within the time', t => {
	fc.assert(fc.property(someSettings, fc.integer({min: 0, max: 3}), fc.array(accident, {maxLength: 60}), (initial, max, accidents) => {
		const {application} = initial;
		const machine = new Machine({...initial, application: {...application, actions: {max, withinMs: 86_400_000}}}).begin('serve');
		for (const one of accidents) {
			one(machine);
		}

		const starts = names.map(name => machine.orders.filter(order => order === `start ${name}`).length);
		const handlers = machine.orders.filter(order => order.startsWith('handler')).length;
		t.true(Math.max(0, Math.max(...starts) - 1) + handlers <= max);
	}), runs);
});

const nonsense: fc.Arbitrary<ApplicationInput> = fc.oneof(
	fc.constant<ApplicationInput>({kind: 'tick'}),
	fc.record({kind: fc.constant('wanted' as const), wanted: fc.constantFrom('serve', 'drain', 'stop', 'leave')}),
	fc.record({kind: fc.constant('standing' as const), standing: fc.constantFrom('in', 'leaving', 'out', 'kept'), answers: fc.integer({min: 0, max: 12}), othersServe: fc.boolean(), othersUnwell: fc.boolean()}),
	fc.record({kind: fc.constant('service' as const), name: fc.constantFrom(...names, 'none'), run: fc.integer({min: 0, max: 12}), outcome: fc.constantFrom('started', 'failed', 'stopped', 'exited'), detail: fc.string({maxLength: 5})}),
	fc.record({kind: fc.constant('check' as const), name: fc.constantFrom(...checkNames, 'none'), run: fc.integer({min: 0, max: 12}), result: fc.record({outcome: fc.constantFrom('up', 'down', 'timeout'), reason: fc.string({maxLength: 5}), tookMs: fc.nat(100)})}),
	fc.record({kind: fc.constant('hook' as const), name: fc.constantFrom('before-start', 'after-start', 'before-stop', 'after-stop'), run: fc.integer({min: 0, max: 12}), outcome: fc.constantFrom('done', 'failed', 'timeout'), detail: fc.string({maxLength: 5})}),
	fc.record({kind: fc.constant('handler' as const), check: checkName, run: fc.integer({min: 0, max: 12}), outcome: fc.constantFrom('done', 'failed', 'timeout'), detail: fc.string({maxLength: 5})}),
	fc.record({kind: fc.constant('checks' as const), names: fc.subarray([...checkNames]), isEnabled: fc.boolean()}),
	fc.record({kind: fc.constant('configure' as const), settings: someSettings}),
	fc.record({
		kind: fc.constant('begin' as const), isServing: fc.boolean(), wanted: fc.constantFrom('serve', 'drain', 'stop'), running: fc.subarray([...names]),
		remembered: fc.record({
			actions: fc.array(fc.record({action: fc.constantFrom('restart', 'handler'), subject: fc.constant('check port'), reason: fc.string({maxLength: 5}), ageMs: fc.nat(100_000_000)}), {maxLength: 4}),
			held: fc.constantFrom('', 'too often'), disabled: fc.subarray([...checkNames]),
		}),
	}),
);

/** As a dump or a snapshot would have it. */
function asJson(value: unknown): unknown {
	const text = JSON.stringify(value);
	return JSON.parse(text);
}

test('nonsense is survived; a state is JSON, settled, and knows when it is due', t => {
	fc.assert(fc.property(someSettings, fc.array(fc.tuple(nonsense, fc.nat(20_000)), {maxLength: 60}), (initial, inputs) => {
		let state = createApplication(initial, monoMs(0));
		let now = 0;
		for (const [input, ms] of inputs) {
			now += ms;
			const copy = asJson(state) as typeof state;
			const result = step(state, input, monoMs(now));
			t.deepEqual(asJson(step(copy, input, monoMs(now))), asJson(result));
			state = result.state;
			const again = step(state, {kind: 'tick'}, monoMs(now));
			t.deepEqual(again.effects, [], 'a second look finds nothing more to do');
			t.true((nextDeadline(state) ?? Infinity) > now);
		}
	}), runs);
});
