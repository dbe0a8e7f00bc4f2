/** tcp, udp and dns, against real little servers. */

import dgram from 'node:dgram';
import {once} from 'node:events';
import net, {type AddressInfo} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import type {Probe} from '../../../src/core/model/application.js';
import {look} from './probing.js';

async function listen(t: ExecutionContext, server: net.Server, address = '127.0.0.1'): Promise<number> {
	server.listen(0, address);
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
	});
	return (server.address() as AddressInfo).port;
}

const tcp = (port: number, address = '127.0.0.1'): Probe => ({type: 'tcp', address, port});

test('tcp: a connection is accepted, and left at once', async t => {
	const server = net.createServer();
	const left = new Promise<void>(resolve => {
		server.once('connection', socket => {
			socket.resume().once('close', () => {
				resolve();
			});
		});
	});
	const port = await listen(t, server);
	t.deepEqual(await look(tcp(port)), {outcome: 'up', reason: `127.0.0.1:${port} accepts connections`});
	await left;
	const port6 = await listen(t, net.createServer(socket => socket.destroy()), '::1');
	t.deepEqual(await look(tcp(port6, '::1')), {outcome: 'up', reason: `[::1]:${port6} accepts connections`});
});

test('tcp: nobody listens, and nobody answers', async t => {
	const server = net.createServer();
	const port = await listen(t, server);
	server.close();
	await once(server, 'close');
	t.deepEqual(await look(tcp(port)), {outcome: 'down', reason: `127.0.0.1:${port}: nothing listens there (ECONNREFUSED)`});
	t.deepEqual(await look(tcp(port), {signal: AbortSignal.abort()}), {outcome: 'timeout', reason: `127.0.0.1:${port}: no answer to the connection request`});
});

type Answer = (message: Buffer, reply: (bytes: Buffer | string) => void) => void;

async function serveUdp(t: ExecutionContext, answer: Answer): Promise<number> {
	const socket = dgram.createSocket('udp4');
	socket.on('message', (message, {port, address}) => {
		answer(message, bytes => {
			socket.send(bytes, port, address);
		});
	});
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	t.teardown(() => {
		socket.close();
	});
	return socket.address().port;
}

const udp = (port: number, expect?: string): Probe => ({type: 'udp', address: '127.0.0.1', port, send: 'ping', expect});

test('udp: any answer, or the one that is expected', async t => {
	const port = await serveUdp(t, (message, reply) => {
		reply('noise');
		reply(`${message.toString()} pong`);
	});
	t.deepEqual(await look(udp(port)), {outcome: 'up', reason: `127.0.0.1:${port} answers`});
	t.deepEqual(await look(udp(port, '^ping pong$')), {outcome: 'up', reason: `127.0.0.1:${port} answers`});
});

test('udp: silence, other answers and a closed port are told apart', async t => {
	const silent = new AbortController();
	const quiet = await serveUdp(t, () => {
		silent.abort();
	});
	t.deepEqual(await look(udp(quiet), {signal: silent.signal}), {outcome: 'timeout', reason: `127.0.0.1:${quiet}: no answer`});
	const wrong = new AbortController();
	const other = await serveUdp(t, (_message, reply) => {
		reply('no');
		setTimeout(() => {
			wrong.abort();
		}, 300);
	});
	const {outcome, reason} = await look(udp(other, 'yes'), {signal: wrong.signal});
	t.is(outcome, 'timeout');
	t.regex(reason, /: one answer, and not what is expected$|: no answer$/u);
	const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
	await once(socket, 'listening');
	const {port} = socket.address();
	socket.close();
	await once(socket, 'close');
	t.deepEqual(await look(udp(port)), {outcome: 'down', reason: `127.0.0.1:${port}: nothing listens there (ECONNREFUSED)`});
});

/** An answer (RFC 1035, section 4.1) to the question, with addresses of its own length; `code` is that of the header. */
function dnsAnswer(question: Buffer, addresses: ReadonlyArray<readonly number[]>, code = 0): Buffer {
	const end = question.indexOf(0, 12) + 5;
	const header = Buffer.from(question.subarray(0, 12));
	header.writeUInt16BE(0x81_80 + code, 2);
	header.writeUInt16BE(addresses.length, 6);
	header.writeUInt32BE(0, 8);
	const records = addresses.map(bytes => Buffer.from([0xC0, 0x0C, 0, bytes.length === 4 ? 1 : 28, 0, 1, 0, 0, 0, 0, 0, bytes.length, ...bytes]));
	return Buffer.concat([header, question.subarray(12, end), ...records]);
}

const dns = (port: number, changes: Partial<Extract<Probe, {type: 'dns'}>> = {}): Probe => ({
	type: 'dns', server: '127.0.0.1', port, name: 'www.example.org', record: 'A', expect: undefined, ...changes,
});

test('dns: an answer, with the address that is expected', async t => {
	const port = await serveUdp(t, (message, reply) => {
		reply(dnsAnswer(message, [[192, 0, 2, 1], [192, 0, 2, 2]]));
	});
	t.deepEqual(await look(dns(port)), {outcome: 'up', reason: 'www.example.org A 192.0.2.1 192.0.2.2'});
	t.is((await look(dns(port, {expect: '192.0.2.2'}))).outcome, 'up');
	t.deepEqual(await look(dns(port, {expect: '192.0.2.3'})), {outcome: 'down', reason: 'www.example.org A 192.0.2.1 192.0.2.2, expected 192.0.2.3'});
	const port6 = await serveUdp(t, (message, reply) => {
		reply(dnsAnswer(message, [[0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]]));
	});
	t.is((await look(dns(port6, {record: 'AAAA', expect: '2001:db8::1'}))).outcome, 'up');
});

test('dns: each look asks anew', async t => {
	let isDown = false;
	const port = await serveUdp(t, (message, reply) => {
		reply(dnsAnswer(message, isDown ? [] : [[192, 0, 2, 1]], isDown ? 3 : 0));
	});
	t.is((await look(dns(port))).outcome, 'up');
	isDown = true;
	t.deepEqual(await look(dns(port)), {outcome: 'down', reason: `the server 127.0.0.1:${port} says that there is no such name: www.example.org A`});
});

test('dns: refusals, rubbish and silence', async t => {
	const refusing = await serveUdp(t, (message, reply) => {
		reply(dnsAnswer(message, [], 5));
	});
	t.deepEqual(await look(dns(refusing)), {outcome: 'down', reason: `the server 127.0.0.1:${refusing} refuses to answer (REFUSED): www.example.org A`});
	const talking = await serveUdp(t, (_message, reply) => {
		reply('rubbish');
	});
	t.deepEqual(await look(dns(talking)), {outcome: 'down', reason: `the server 127.0.0.1:${talking} sends what is no DNS answer: www.example.org A`});
	const silent = new AbortController();
	const quiet = await serveUdp(t, () => {
		silent.abort();
	});
	t.is((await look(dns(quiet), {signal: silent.signal})).reason, `no answer from the server 127.0.0.1:${quiet}`);
	t.deepEqual(await look(dns(quiet), {signal: AbortSignal.abort()}), {outcome: 'timeout', reason: `no answer from the server 127.0.0.1:${quiet}`});
});
