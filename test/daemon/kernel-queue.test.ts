import test from 'ava';
import type {KernelChange, KernelOutcome} from '../../src/core/membership/types.js';
import {noSlots} from '../../src/core/model/slot-set.js';
import {deriveTiming} from '../../src/core/config/timing.js';
import {monoMs} from '../../src/core/model/time.js';
import {createKernelQueue, leaseCallMsMax, leaseCallsMax} from '../../src/daemon/kernel-queue.js';
import {KernelFailure} from '../../src/errors.js';
import type {Filter} from '../../src/edge/filter/port.js';

type Call = readonly [name: string, ms?: number];

/** A filter that only remembers; each lease call takes as many milliseconds of the clock as `takes` says. */
function machine({takes = [], renewal = () => 'done'}: {readonly takes?: readonly number[]; readonly renewal?: () => 'done' | 'lapsed'} = {}) {
	const calls: Call[] = [];
	const answers: Array<readonly [operation: number, outcome: KernelOutcome]> = [];
	const events: string[] = [];
	let nowMs = 1000;
	let leaseCalls = 0;
	const spend = (): void => {
		nowMs += takes[leaseCalls++] ?? 0;
	};

	const filter = {
		isReady: () => true,
		async clear() {
			calls.push(['clear']);
		},
		async setSlots() {
			calls.push(['slots']);
			throw new KernelFailure('no', {errno: 'EPERM'});
		},
		async openLease(ms: number) {
			calls.push(['open', ms]);
			spend();
		},
		async renewLease(ms: number) {
			calls.push(['renew', ms]);
			spend();
			return renewal();
		},
		async closeLease() {
			calls.push(['close']);
		},
	} as unknown as Filter;
	const queue = createKernelQueue({
		filter,
		timing: () => deriveTiming({}),
		clock: {now: () => monoMs(nowMs), nowFine: () => nowMs, wall: () => new Date(0)},
		answer(operation, outcome) {
			answers.push([operation, outcome]);
		},
		record({name}) {
			events.push(name);
		},
	});
	return {queue, calls, answers, events};
}

const lease = (verb: 'open' | 'renew', endAt: number): KernelChange => ({kind: 'lease', verb, endAt: monoMs(endAt)});

test('changes are carried out and answered in their order', async t => {
	const {queue, calls, answers} = machine();
	queue.perform(1, {kind: 'clear', retained: noSlots});
	queue.perform(2, lease('open', 1200));
	queue.perform(3, lease('renew', 1250));
	await queue.idle();
	t.deepEqual(calls, [['clear'], ['open', 200], ['renew', 250]]);
	t.deepEqual(answers, [[1, 'done'], [2, 'done'], [3, 'done']]);
});

test('a refusal is told and answered, and does not stop what follows', async t => {
	const {queue, answers, events} = machine();
	queue.perform(1, {kind: 'slots', slots: {owned: noSlots, retained: noSlots, resettable: noSlots, leaving: noSlots, arriving: noSlots}});
	queue.perform(2, {kind: 'clear', retained: noSlots});
	await queue.idle();
	t.deepEqual(answers, [[1, 'failed'], [2, 'done']]);
	t.deepEqual(events, ['kernel-refused']);
});

test('a lease whose end has passed is closed, not opened', async t => {
	const {queue, calls, answers} = machine();
	queue.perform(1, lease('open', 1000));
	await queue.idle();
	t.deepEqual(calls, [['close']]);
	t.deepEqual(answers, [[1, 'lapsed']]);
});

test('a lease whose call was late is set again with what is left', async t => {
	const {queue, calls, answers} = machine({takes: [30, 0]});
	queue.perform(1, lease('open', 1200));
	await queue.idle();
	t.deepEqual(calls, [['open', 200], ['renew', 170]]);
	t.deepEqual(answers, [[1, 'done']]);
});

test('a lease whose calls are late each time is taken back', async t => {
	const {queue, calls, answers} = machine({takes: Array.from({length: leaseCallsMax}, () => 20)});
	queue.perform(1, lease('renew', 1200));
	await queue.idle();
	t.is(calls.filter(([name]) => name === 'renew').length, leaseCallsMax);
	t.deepEqual(calls.at(-1), ['close']);
	t.deepEqual(answers, [[1, 'lapsed']]);
});

test('a renewal that finds no lease is answered so, and nothing is revived', async t => {
	const {queue, calls, answers} = machine({renewal: () => 'lapsed'});
	queue.perform(1, lease('renew', 1200));
	await queue.idle();
	t.deepEqual(calls, [['renew', 200]]);
	t.deepEqual(answers, [[1, 'lapsed']]);
});

test('the shorter the detection time, the less late may a call be', t => {
	const slack = (detection: number): number => {
		const {detectionMs, leaseMs, driftFraction} = deriveTiming({detection});
		return (detectionMs * (1 - driftFraction)) - ((leaseMs + leaseCallMsMax({detectionMs, leaseMs})) * (1 + driftFraction));
	};

	for (const detection of [60, 100, 300, 1000, 10_000]) {
		t.true(slack(detection) > 0, `a late lease outlives the detection time of ${detection} ms`);
	}

	t.true(leaseCallMsMax(deriveTiming({detection: 100})) < leaseCallMsMax(deriveTiming({})));
});

test('a renewal does not wait for slots that take long; everything else does', async t => {
	const calls: string[] = [];
	const slots = Promise.withResolvers<void>();
	const note = (name: string, work: Promise<unknown> = Promise.resolve()) => async () => {
		calls.push(name);
		await work;
		return 'done';
	};

	const filter = {isReady: () => true, setSlots: note('slots', slots.promise), passGate: note('pass'), renewLease: note('renew'), openLease: note('open'), clear: note('clear')} as unknown as Filter;
	const answers: number[] = [];
	const queue = createKernelQueue({
		filter,
		timing: () => deriveTiming({}),
		clock: {now: () => monoMs(0), nowFine: () => 0, wall: () => new Date(0)},
		answer(operation) {
			answers.push(operation);
			if (operation === 3) {
				slots.resolve();
			}
		},
		record() {},
	});
	const table = {owned: noSlots, retained: noSlots, resettable: noSlots, leaving: noSlots, arriving: noSlots};
	queue.perform(1, {kind: 'slots', slots: table});
	queue.perform(2, {kind: 'pass', gate: 'leaving'});
	queue.perform(3, lease('renew', 250));
	queue.perform(4, {kind: 'clear', retained: noSlots});
	queue.perform(5, lease('open', 250));
	await queue.idle();
	t.deepEqual(calls, ['slots', 'renew', 'pass', 'clear', 'open']);
	t.deepEqual(answers, [3, 1, 2, 4, 5]);
});
