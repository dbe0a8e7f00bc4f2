import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import type {SendEcho} from '../../../src/edge/ping/echo-socket.js';
import {readsPerLookMax, schedulePings} from '../../../src/edge/ping/pinger.js';

type Sent = {readonly address: string; readonly request: Uint8Array; readonly received: Uint8Array[]; looks: number; isOpen: boolean};

/** Pings over sockets in memory, every 20 ms for at most 40, in IPv6, whose replies are the request with another type. */
function pinging({refuses, answers = true}: {readonly refuses?: string; readonly answers?: boolean} = {}) {
	const sent: Sent[] = [];
	const told: Array<readonly [string, boolean]> = [];
	const refused: string[] = [];
	const {promise: lost, resolve: tellLost} = Promise.withResolvers<void>();
	const {promise: enough, resolve: tellEnough} = Promise.withResolvers<void>();
	const sendEcho: SendEcho = (address, _family, request) => {
		if (refuses !== undefined) {
			return refuses;
		}

		const ping: Sent = {address, request, received: [], looks: 0, isOpen: true};
		if (answers) {
			ping.received.push(Uint8Array.from([129, ...request.subarray(1)]));
		}

		sent.push(ping);
		return {
			take() {
				ping.looks++;
				return ping.received.shift();
			},
			close() {
				ping.isOpen = false;
			},
		};
	};

	const targets = [{address: '2001:db8::1', family: 6}, {address: '2001:db8::2', family: 6}] as const;
	const pinger = schedulePings(targets, {
		pace: () => ({intervalMs: 20, timeoutMs: 40}),
		told({address, isAnswered}) {
			told.push([address, isAnswered]);
			(isAnswered ? () => {} : tellLost)();
			if (told.length >= 6) {
				tellEnough();
			}
		},
		refused(address, reason) {
			refused.push(`${address} ${reason}`);
		},
	}, {sendEcho, nowFine: () => performance.now()});
	return {
		sent, told, refused, pinger, lost, enough,
	};
}

const numbersOf = ({request}: Sent): [identifier: number, sequence: number] => {
	const view = new DataView(request.buffer, request.byteOffset);
	return [view.getUint16(4), view.getUint16(6)];
};

test('each address is pinged again and again; answers are told and the sockets closed', async t => {
	const {sent, told, enough, pinger} = pinging();
	await enough;
	pinger.close();
	t.deepEqual(new Set(told.map(String)), new Set(['2001:db8::1,true', '2001:db8::2,true']));
	t.true(sent.every(({isOpen}) => !isOpen));
	t.is(new Set(sent.map(one => numbersOf(one)[0])).size, 1, 'one identifier');
	t.deepEqual([...new Set(sent.map(one => numbersOf(one)[1]))], sent.filter(({address}) => address === '2001:db8::1').map((_, index) => index + 1), 'ascending numbers');
	t.is(new Set(sent.map(({request}) => String(request.subarray(8)))).size, sent.length, 'and no payload twice');
});

test('while all have answered nothing is looked at', async t => {
	const {sent, enough, pinger} = pinging();
	await enough;
	pinger.close();
	t.true(sent.every(({looks}) => looks <= 1), String(sent.map(({looks}) => looks)));
});

test('without an answer a ping is lost, and its socket closed; it was looked at a few times only', async t => {
	const {sent, told, lost, pinger} = pinging({answers: false});
	t.teardown(() => {
		pinger.close();
	});
	await lost;
	t.deepEqual(told[0], ['2001:db8::1', false]);
	t.false(sent[0]!.isOpen);
	t.true(sent[0]!.looks <= 60, `${sent[0]!.looks} looks`);
	pinger.close();
	t.true(sent.every(({isOpen}) => !isOpen), 'close leaves none open');
	const {length} = sent;
	await sleep(60);
	t.is(sent.length, length, 'and no more are sent');
});

test('replies to other pings do not count', async t => {
	const {sent, told, lost, pinger} = pinging({answers: false});
	for (const one of sent) {
		one.received.push(Uint8Array.from([129, ...one.request.subarray(1, -1), one.request.at(-1)! ^ 1]), Uint8Array.from(one.request), new Uint8Array(0));
	}

	await lost;
	pinger.close();
	t.true(told.every(([, hasAnswer]) => !hasAnswer));
});

test('a reply behind a flood of others is found, a part in each look', async t => {
	const {sent, told, enough, pinger} = pinging({answers: false});
	const [first] = sent;
	first!.received.push(...Array.from({length: readsPerLookMax + 1}, () => new Uint8Array(24)), Uint8Array.from([129, ...first!.request.subarray(1)]));
	await enough;
	pinger.close();
	t.deepEqual(told.filter(([, hasAnswer]) => hasAnswer), [['2001:db8::1', true]]);
});

test.serial('what came while this process did not run counts', async t => {
	const {sent, told, enough, pinger} = pinging({answers: false});
	for (const one of sent) {
		one.received.push(Uint8Array.from([129, ...one.request.subarray(1)]));
	}

	const end = performance.now() + 100;
	while (performance.now() < end) {
		// Busy, so that no timer runs.
	}

	await enough;
	pinger.close();
	t.deepEqual(told.slice(0, 2), [['2001:db8::1', true], ['2001:db8::2', true]]);
});

test('what the system refuses is told once, and counts as lost', async t => {
	const {told, refused, enough, pinger} = pinging({refuses: 'ENETUNREACH'});
	await enough;
	pinger.close();
	t.deepEqual(refused, ['2001:db8::1 ENETUNREACH', '2001:db8::2 ENETUNREACH']);
	t.true(told.every(([, hasAnswer]) => !hasAnswer));
});
