import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import net from 'node:net';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {openProbe} from '../../../src/edge/probe/apart.js';
import type {ProbeParts} from '../../../src/edge/probe/port.js';
import type {ProbeReport} from '../../../src/edge/probe/report.js';
import {connectionsMax, headBytesMax} from '../../../src/edge/probe/server.js';
import {SystemFailure} from '../../../src/errors.js';

const up: ProbeReport = {
	farm: 'web', node: 'web1', state: 'UP', isUp: true, reason: '',
};

async function opened(t: ExecutionContext, parts: Partial<ProbeParts> = {}) {
	const probe = await openProbe({
		listen: {address: '127.0.0.1', port: 0}, report: () => up, lost: () => undefined, ...parts,
	});
	t.teardown(probe.close);
	return {probe, url: `http://127.0.0.1:${probe.port}/any/path`};
}

test('a balancer is told what the daemon says, as it changes', async t => {
	let now = up;
	const {url} = await opened(t, {report: () => now});
	const answer = await fetch(url);
	t.is(answer.status, 200);
	t.is(await answer.text(), 'UP\n');
	now = {...up, state: 'WAIT', isUp: false, reason: 'check web is down'};
	const until = Date.now() + 20_000;
	let last = await fetch(url);
	while (last.status !== 503 && Date.now() < until) {
		last = await fetch(url);
	}

	t.is(last.status, 503);
	t.is(await last.text(), 'WAIT: check web is down\n');
	t.is((await fetch(url, {method: 'POST', body: 'x'})).status, 405);
	t.is(await (await fetch(url, {method: 'HEAD'})).text(), '');
});

test('a daemon that hangs is not UP', async t => {
	const {probe} = await opened(t);
	// This thread stands still for as long as the other program runs.
	const told = execFileSync(process.execPath, ['-e', `fetch('http://127.0.0.1:${probe.port}/').then(async answer => console.log(answer.status, await answer.text()))`], {encoding: 'utf8'});
	t.is(told.trim(), '503 UNKNOWN: the daemon has not answered for 1000 ms');
});

test('clients that dawdle do not keep others from their answer', async t => {
	const {probe, url} = await opened(t);
	const dawdlers = Array.from({length: connectionsMax * 3}, () => net.connect(probe.port, '127.0.0.1').on('error', () => undefined));
	t.teardown(() => {
		for (const socket of dawdlers) {
			socket.destroy();
		}
	});
	await Promise.all(dawdlers.map(async socket => once(socket, 'connect')));
	for (const socket of dawdlers) {
		socket.write('GET / HTTP/1.1\r\nhost: ');
	}

	t.is((await fetch(url)).status, 200);
	const gone = dawdlers.slice(0, connectionsMax);
	await Promise.all(gone.map(async socket => socket.closed || once(socket, 'close')));
	t.true(gone.every(({closed}) => closed));
});

const rubbish: ReadonlyArray<readonly [string, string]> = [
	['what is no HTTP', 'rubbish\r\n\r\n'],
	['a head without end', `GET / HTTP/1.1\r\nx: ${'y'.repeat(headBytesMax)}\r\n\r\n`],
	['a second question on the same connection', 'GET / HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n'],
];

for (const [what, text] of rubbish) {
	test(`${what} ends the connection and nothing else`, async t => {
		const {probe, url} = await opened(t);
		const socket = net.connect(probe.port, '127.0.0.1').on('error', () => undefined).resume();
		socket.write(text);
		await once(socket, 'close');
		t.is((await fetch(url)).status, 200);
	});
}

test('a port that somebody has is named, with what shows who', async t => {
	const {probe} = await opened(t);
	const failure = await t.throwsAsync(openProbe({listen: {address: '127.0.0.1', port: probe.port}, report: () => up, lost: () => undefined}), {instanceOf: SystemFailure});
	t.is(failure.message, `the probe endpoint cannot listen on 127.0.0.1:${probe.port}: another program does`);
	t.regex(failure.hint!, /ss -ltnp 'sport = :\d+'/);
});

test('an address that this machine lacks is named', async t => {
	const failure = await t.throwsAsync(openProbe({listen: {address: '2001:db8::1', port: 80}, report: () => up, lost: () => undefined}), {instanceOf: SystemFailure});
	t.is(failure.message, 'the probe endpoint cannot listen on [2001:db8::1]:80: this machine has no such address');
});

test('it can be opened again where it was closed', async t => {
	const {probe} = await opened(t);
	await probe.close();
	const again = await openProbe({listen: {address: '127.0.0.1', port: probe.port}, report: () => up, lost: () => undefined});
	t.is(again.port, probe.port);
	await again.close();
});
