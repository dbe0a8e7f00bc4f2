/**
The pinger and the watch of witnesses against real kernels, one namespace each, IPv4 and IPv6.

	here eth0 192.0.2.11/24 2001:db8::11/64  ----  eth0 192.0.2.1/24 2001:db8::1/64 witness
*/

import {spawn} from 'node:child_process';
import test, {type ExecutionContext} from 'ava';
import {watchWitnesses} from '../../src/daemon/witness.js';
import {openEchoSender} from '../../src/edge/ping/echo-socket.js';
import {encodeRequest} from '../../src/edge/ping/messages.js';
import {openPinger, schedulePings} from '../../src/edge/ping/pinger.js';
import type {OpenPinger} from '../../src/edge/ping/port.js';
import {until} from './support/lab.js';
import {createNamespace, whyNoNamespace, type Namespace} from './support/namespace.js';

const reason = whyNoNamespace();
const kernelTest = (title: string, work: (t: ExecutionContext) => Promise<void>): void => {
	if (reason === undefined) {
		test.serial(title, work);
	} else {
		test.skip(`${title} (${reason})`, t => {
			t.fail();
		});
	}
};

const witnesses = {4: '192.0.2.1', 6: '2001:db8::1'} as const;

type Pair = {readonly here: Namespace; readonly there: Namespace; readonly setWitness: (state: 'up' | 'down') => void};

/** Two machines on one wire. */
function createPair(t: ExecutionContext): Pair {
	const [here, there] = [createNamespace(), createNamespace()];
	t.teardown(() => {
		here.close();
		there.close();
	});
	const address = (namespace: Namespace, number: string): void => {
		namespace.sh('ip', 'address', 'add', `192.0.2.${number}/24`, 'dev', 'eth0');
		namespace.sh('ip', 'address', 'add', `2001:db8::${number}/64`, 'dev', 'eth0', 'nodad');
		namespace.sh('ip', 'link', 'set', 'eth0', 'up');
	};

	// A veth end is put into the namespace of a process.
	const holder = there.run(() => spawn('sleep', ['1000'], {stdio: 'ignore'}));
	t.teardown(() => holder.kill());
	here.sh('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(holder.pid));
	address(here, '11');
	address(there, '1');
	return {
		here, there,
		setWitness(state) {
			there.sh('ip', 'link', 'set', 'eth0', state);
			if (state === 'up') {
				there.sh('ip', 'address', 'replace', '2001:db8::1/64', 'dev', 'eth0', 'nodad');
			}
		},
	};
}

/** As `openPinger`, its sockets made in the namespace. */
const openPingerIn = (namespace: Namespace): OpenPinger => async options => {
	const sendEcho = await openEchoSender([4, 6]);
	return schedulePings(
		options.addresses.map(address => ({address, family: address.includes(':') ? 6 : 4})),
		options,
		{sendEcho: (...words) => namespace.run(() => sendEcho(...words)), nowFine: () => performance.now()},
	);
};

async function watch(t: ExecutionContext, {here}: Pair, ...addresses: readonly string[]) {
	const answers: number[] = [];
	const events: string[] = [];
	const stop = await watchWitnesses({
		witnesses: addresses,
		detectionMs: () => 150,
		openPinger: openPingerIn(here),
		clock: {nowFine: () => performance.now()},
		answered(sentAt) {
			answers.push(sentAt);
		},
		record({name}) {
			events.push(name);
		},
	});
	t.teardown(stop);
	return {answers, events};
}

for (const family of [4, 6] as const) {
	kernelTest(`IPv${family}: a witness answers, falls silent and answers again`, async t => {
		const pair = createPair(t);
		const {answers, events} = await watch(t, pair, witnesses[family]);
		await until(() => answers.length >= 3);
		pair.setWitness('down');
		await until(() => events.at(-1) === 'witness-lost');
		const {length} = answers;
		pair.setWitness('up');
		await until(() => answers.length > length);
		t.deepEqual(events.filter(name => name !== 'witness-refused').slice(-2), ['witness-lost', 'witness-back']);
		t.deepEqual(answers, answers.toSorted((a, b) => a - b));
	});

	kernelTest(`IPv${family}: a witness behind a network without a route is lost, and found when there is one`, async t => {
		const pair = createPair(t);
		const beyond = {4: '198.51.100.1', 6: '2001:db8:1::1'}[family];
		pair.there.sh('ip', 'address', 'add', `${beyond}/${family === 4 ? 32 : 128}`, 'dev', 'lo');
		const {answers, events} = await watch(t, pair, beyond);
		await until(() => events.includes('witness-lost'));
		t.deepEqual(events, ['witness-refused', 'witness-lost']);
		t.deepEqual(answers, []);
		pair.here.sh('ip', 'route', 'add', beyond, 'via', witnesses[family]);
		await until(() => answers.length > 0);
		t.is(events.at(-1), 'witness-back');
	});

	kernelTest(`IPv${family}: what another host sends does not reach the socket of a ping, what the witness sends does`, async t => {
		const {here, there} = createPair(t);
		const other = {4: '192.0.2.2', 6: '2001:db8::2'}[family];
		there.sh('ip', 'address', 'add', `${other}/${family === 4 ? 24 : 64}`, 'dev', 'eth0', ...(family === 6 ? ['nodad'] : []));
		const sendEcho = await openEchoSender([family]);
		const request = (identifier: number) => encodeRequest(family, {identifier, sequence: 1, payload: Buffer.alloc(16, identifier)});
		const send = (address: string, identifier: number) => {
			const socket = here.run(() => sendEcho(address, family, request(identifier)));
			if (typeof socket === 'string') {
				throw new TypeError(socket);
			}

			t.teardown(socket.close);
			return socket;
		};

		const [asked, foreign, again] = [send(witnesses[family], 1), send(other, 2), send(witnesses[family], 3)];
		const replies = async (socket: typeof asked, count: number): Promise<number[]> => {
			const found: number[] = [];
			await until(() => {
				const bytes = socket.take();
				// Neighbour discovery is ICMPv6 as well.
				const isReply = bytes?.at(family === 4 ? 20 : 0) === (family === 4 ? 0 : 129);
				found.push(...(isReply ? [bytes.at(-1)!] : []));
				return found.length >= count;
			});
			return found;
		};

		t.deepEqual(await replies(again, 1), [3], 'opened last, it has heard its own only');
		t.deepEqual(await replies(foreign, 1), [2]);
		t.deepEqual(await replies(asked, 2), [1, 3], 'of one address all, hence the payload');
	});
}

kernelTest('one witness of two is enough', async t => {
	const pair = createPair(t);
	const {answers, events} = await watch(t, pair, '192.0.2.77', witnesses[6]);
	await until(() => answers.length > 0);
	const {length} = events;
	await until(() => answers.length > 10);
	t.is(events.length, length);
});

kernelTest('this machine answers itself', async t => {
	const answered = new Set<string>();
	const pinger = await openPinger({
		addresses: ['127.0.0.1', '::1'],
		pace: () => ({intervalMs: 50, timeoutMs: 1000}),
		told({address, isAnswered}) {
			if (isAnswered) {
				answered.add(address);
			}
		},
		refused(address, errno) {
			t.fail(`${address}: ${errno}`);
		},
	});
	await until(() => answered.size === 2);
	pinger.close();
	t.pass();
});
