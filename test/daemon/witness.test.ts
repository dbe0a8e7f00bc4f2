import test from 'ava';
import type {FarmEvent} from '../../src/core/model/event.js';
import {watchWitnesses} from '../../src/daemon/witness.js';
import {createFakePinger} from '../../src/edge/ping/fake.js';

const [near, far] = ['192.0.2.1', '2001:db8::1'];

async function watched(detectionMs = 300) {
	const pinger = createFakePinger();
	const told: boolean[] = [];
	const events: FarmEvent[] = [];
	const time = {now: 1000, detectionMs};
	const stop = await watchWitnesses({
		witnesses: [near, far],
		detectionMs: () => time.detectionMs,
		openPinger: pinger.open,
		clock: {nowFine: () => time.now},
		told(isReachable) {
			told.push(isReachable);
		},
		record(event) {
			events.push(event);
		},
	});
	return {
		pinger, told, events, time, stop, names: () => events.map(({name}) => name),
	};
}

test('three pings in a detection time, which may change', async t => {
	const {pinger, time} = await watched(100);
	t.deepEqual(pinger.options().pace(), {intervalMs: 34, timeoutMs: 66});
	time.detectionMs = 300;
	t.deepEqual(pinger.options().pace(), {intervalMs: 100, timeoutMs: 200});
	t.deepEqual(pinger.options().addresses, [near, far]);
});

test('the first answer tells that one is reachable, without an event', async t => {
	const {pinger, told, names} = await watched();
	t.deepEqual(told, []);
	pinger.answer(far, 2);
	pinger.answer(near, 1);
	t.deepEqual(told, [true]);
	t.deepEqual(names(), []);
});

test('no answer from the start is told after the detection time', async t => {
	const {pinger, told, time, names} = await watched();
	time.now += 200;
	pinger.lose(near);
	pinger.lose(far);
	t.deepEqual(told, []);
	time.now += 100;
	pinger.lose(near);
	t.deepEqual(told, [false]);
	t.deepEqual(names(), ['witness-lost']);
});

test('lost when all are silent for the detection time after the last ping that was answered, back with one answer', async t => {
	const {pinger, told, time, events} = await watched();
	time.now += 5;
	pinger.answer(near, 5);
	time.now += 294;
	pinger.lose(near);
	pinger.lose(far);
	t.deepEqual(told, [true], '299 ms after it was sent');
	time.now += 1;
	pinger.lose(near);
	t.deepEqual(told, [true, false]);
	pinger.lose(far);
	time.now += 1000;
	pinger.answer(far, 1);
	t.deepEqual(told, [true, false, true]);
	t.deepEqual(events.map(({name, message}) => `${name}: ${message}`), [
		'witness-lost: no witness has answered for 300 ms: 192.0.2.1, 2001:db8::1; see: ping 192.0.2.1',
		'witness-back: witness 2001:db8::1 answers again, after 1300 ms',
	]);
});

test('one of several is enough', async t => {
	const {pinger, told, time} = await watched();
	for (let round = 0; round < 20; round++) {
		time.now += 100;
		pinger.lose(near);
		pinger.answer(far, 3);
	}

	t.deepEqual(told, [true]);
});

test('what the system refuses is told, and the pinger closed at the end', async t => {
	const {pinger, stop, names, events} = await watched();
	pinger.options().refused(near, 'ENETUNREACH');
	t.deepEqual(names(), ['witness-refused']);
	t.regex(events[0]!.message, /192\.0\.2\.1: ENETUNREACH/);
	stop();
	t.true(pinger.isClosed());
});
