import test from 'ava';
import type {FarmEvent} from '../../src/core/model/event.js';
import {watchWitnesses} from '../../src/daemon/witness.js';
import {createFakePinger} from '../../src/edge/ping/fake.js';

const [near, far] = ['192.0.2.1', '2001:db8::1'];

async function watched(detectionMs = 300) {
	const pinger = createFakePinger();
	const answers: number[] = [];
	const events: FarmEvent[] = [];
	const time = {now: 1000, detectionMs};
	const stop = await watchWitnesses({
		witnesses: [near, far],
		detectionMs: () => time.detectionMs,
		openPinger: pinger.open,
		clock: {nowFine: () => time.now},
		answered(sentAt) {
			answers.push(sentAt);
		},
		record(event) {
			events.push(event);
		},
	});
	return {
		pinger, answers, events, time, stop, names: () => events.map(({name}) => name),
	};
}

test('six pings in a detection time, which may change', async t => {
	const {pinger, time} = await watched(100);
	t.deepEqual(pinger.options().pace(), {intervalMs: 17, timeoutMs: 83});
	time.detectionMs = 300;
	t.deepEqual(pinger.options().pace(), {intervalMs: 50, timeoutMs: 250});
	t.deepEqual(pinger.options().addresses, [near, far]);
});

test('each round that is answered is told once, by when it left, never later', async t => {
	const {pinger, answers, names} = await watched();
	pinger.answer(far, 1000.9);
	pinger.answer(near, 1000.9);
	pinger.answer(near, 1100.2);
	pinger.answer(far, 1000.9);
	pinger.answer(far, 1100.2);
	t.deepEqual(answers, [1000, 1100]);
	t.deepEqual(names(), []);
});

test('no answer from the start is an event after the detection time', async t => {
	const {pinger, time, names} = await watched();
	time.now += 200;
	pinger.lose(near, time.now - 200);
	pinger.lose(far, time.now - 200);
	t.deepEqual(names(), []);
	time.now += 100;
	pinger.lose(near, time.now - 200);
	t.deepEqual(names(), ['witness-lost']);
});

test('lost when all are silent for the detection time after the last ping that was answered, back with one answer', async t => {
	const {pinger, answers, time, events} = await watched();
	pinger.answer(near, 1000);
	time.now += 299;
	pinger.lose(near, time.now - 200);
	pinger.lose(far, time.now - 200);
	t.deepEqual(events, []);
	time.now += 1;
	pinger.lose(near, time.now - 200);
	pinger.lose(far, time.now - 200);
	time.now += 1000;
	pinger.lose(near, time.now - 200);
	pinger.answer(far, 2250);
	t.deepEqual(events.map(({name, message}) => `${name}: ${message}`), [
		'witness-lost: no witness has answered for 300 ms: 192.0.2.1, 2001:db8::1; see: ping 192.0.2.1',
		'witness-back: witness 2001:db8::1 answers again, after 1300 ms',
	]);
	t.deepEqual(answers, [1000, 2250]);
});

test('one of several is enough', async t => {
	const {pinger, time, names} = await watched();
	for (let round = 0; round < 20; round++) {
		time.now += 100;
		pinger.lose(near, time.now - 200);
		pinger.answer(far, time.now - 3);
	}

	t.deepEqual(names(), []);
});

test('after a pause of this process a witness whose answers waited is not lost', async t => {
	const {pinger, time, names} = await watched();
	pinger.answer(far, 1000);
	time.now += 5000;
	pinger.answer(far, 1100);
	pinger.lose(near, 1000);
	pinger.lose(near, 1100);
	t.deepEqual(names(), []);
	pinger.lose(far, 1200);
	t.deepEqual(names(), ['witness-lost']);
});

test('what the system refuses is told, and the pinger closed at the end', async t => {
	const {pinger, stop, names, events} = await watched();
	pinger.options().refused(near, 'ENETUNREACH');
	t.deepEqual(names(), ['witness-refused']);
	t.regex(events[0]!.message, /192\.0\.2\.1: ENETUNREACH/);
	stop();
	t.true(pinger.isClosed());
});
