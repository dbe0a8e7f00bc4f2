/** When checks are probed, with probers that do as the test says. */

import test from 'ava';
import type {Check} from '../../../src/core/model/application.js';
import type {CheckResult} from '../../../src/core/model/check-result.js';
import type {Prober} from '../../../src/edge/checks/port.js';
import {probeOnce} from '../../../src/edge/checks/probe-once.js';
import {createCheckRunner, type CheckNews} from '../../../src/edge/checks/runner.js';
import {check} from '../../core/application/configs.js';
import {eventually} from './probing.js';

const good: CheckResult = {outcome: 'up', reason: 'well', tookMs: 1};

type Played = Prober & {begun: number; underWay: number; most: number; isClosed: boolean; notice: (result: CheckResult) => void};

function play(probe: (signal: AbortSignal, count: number) => Promise<CheckResult>): Played {
	const played: Played = {
		begun: 0, underWay: 0, most: 0, isClosed: false, notice() {},
		async probe(signal) {
			played.begun++;
			played.underWay++;
			played.most = Math.max(played.most, played.underWay);
			const result = await probe(signal, played.begun);
			played.underWay--;
			return result;
		},
		watch(told) {
			played.notice = told;
		},
		async close() {
			played.isClosed = true;
		},
	};
	return played;
}

function run(probers: readonly Played[], changes: Partial<Check> = {}) {
	const told: CheckNews[] = [];
	const left = [...probers];
	const runner = createCheckRunner({
		createProber: () => left.shift()!,
		told(news) {
			told.push(news);
		},
	});
	return {runner, told, settings: check('web', {intervalMs: 10, jitterMs: 2, ...changes})};
}

test('probes at once, then again and again, with the number of the run', async t => {
	const prober = play(async () => good);
	const {runner, told, settings} = run([prober]);
	runner.begin(settings, 7);
	t.is(prober.begun, 1);
	t.true(await eventually(() => told.length >= 5));
	t.deepEqual(told[4], {name: 'web', run: 7, result: good});
	await runner.close();
	t.true(prober.isClosed);
});

test('never two at a time, and one that does not end is told of', async t => {
	const {promise, resolve} = Promise.withResolvers<CheckResult>();
	const prober = play(async (_signal, count) => count === 2 ? promise : good);
	const {runner, told, settings} = run([prober], {timeoutMs: 20});
	runner.begin(settings, 1);
	t.true(await eventually(() => told.filter(({result: {reason}}) => reason.includes('has not ended')).length > 1));
	t.deepEqual(told[1]!.result, {outcome: 'timeout', reason: 'no result within 20 ms', tookMs: 20});
	t.regex(told[2]!.result.reason, /^the probe that began [\d.]+ m?s ago has not ended$/u);
	t.is(prober.begun, 2);
	resolve(good);
	t.true(await eventually(() => prober.begun > 3));
	t.is(prober.most, 1);
	await runner.close();
});

test('what a prober notices by itself is told at once', async t => {
	const prober = play(async () => good);
	const {runner, told, settings} = run([prober], {intervalMs: 3_600_000, jitterMs: 0});
	runner.begin(settings, 1);
	t.true(await eventually(() => told.length === 1));
	const death = {outcome: 'down', reason: 'it has died', tookMs: 0, isCertain: true} as const;
	prober.notice(death);
	t.deepEqual(told[1], {name: 'web', run: 1, result: death});
	await runner.close();
});

test('after its end nothing is told, nor after a new begin of the old run', async t => {
	const first = play(async signal => new Promise(resolve => {
		signal.addEventListener('abort', () => {
			resolve(good);
		});
	}));
	const second = play(async () => good);
	const {runner, told, settings} = run([first, second], {timeoutMs: 3_600_000});
	runner.begin(settings, 1);
	runner.begin(settings, 2);
	t.true(await eventually(() => told.length > 0));
	first.notice(good);
	t.deepEqual(new Set(told.map(news => news.run)), new Set([2]));
	t.true(first.isClosed);
	runner.end('web');
	runner.end('web');
	const count = told.length;
	second.notice(good);
	await runner.close();
	t.is(told.length, count);
});

test('what begins anew waits until what was before has left nothing behind', async t => {
	const {promise: isGone, resolve} = Promise.withResolvers<void>();
	const first = {...play(async () => good), close: async () => isGone};
	const second = play(async () => good);
	const {runner, told, settings} = run([first, second], {intervalMs: 3_600_000, jitterMs: 0});
	runner.begin(settings, 1);
	t.true(await eventually(() => told.length === 1));
	runner.end('web');
	runner.begin(settings, 2);
	t.is(second.begun, 0);
	resolve();
	t.true(await eventually(() => told.length === 2));
	t.is(second.begun, 1);
	await runner.close();
});

test('a prober that says how far it came has the last word', async t => {
	const prober = play(async signal => new Promise(resolve => {
		signal.addEventListener('abort', () => {
			resolve({outcome: 'timeout', reason: 'half way', tookMs: 10});
		});
	}));
	const {result} = probeOnce(prober, 10);
	t.is((await result).reason, 'half way');
});

test('what arrived while the thread was held up counts', async t => {
	const prober = play(async () => new Promise(resolve => {
		setTimeout(() => {
			setTimeout(() => {
				setImmediate(() => {
					resolve(good);
				});
			}, 1);
		}, 5);
	}));
	const {result} = probeOnce(prober, 100);
	for (const until = performance.now() + 400; performance.now() < until;) {
		// Held up.
	}

	t.deepEqual(await result, good);
});
