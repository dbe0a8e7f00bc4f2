import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import net, {type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {Mail} from '../../../src/core/model/application.js';
import type {Message} from '../../../src/core/notify/notices.js';
import {mailSend} from '../../../src/edge/notify/mail.js';

const sender = {farm: 'web', node: 'web1'};
const message: Message = {
	sequence: 7, since: 1, level: 'error', more: 0, owed: ['mail'], notices: [{at: '2026-01-02T03:04:05.678Z', level: 'error', name: 'node-dead', message: 'web2 is dead'}],
};
const never = new AbortController().signal;

type Server = {readonly port: number; readonly heard: string[]};

/** A mail server that takes all, or answers some words otherwise (RFC 5321). */
async function server(t: ExecutionContext, answers: Readonly<Record<string, string>> = {}): Promise<Server> {
	const heard: string[] = [];
	const sockets = new Set<net.Socket>();
	const listening = net.createServer(socket => {
		sockets.add(socket);
		let isData = false;
		socket.on('error', () => undefined);
		socket.write('220 test\r\n');
		let rest = '';
		socket.setEncoding('utf8').on('data', (chunk: string) => {
			const lines = `${rest}${chunk}`.split('\r\n');
			rest = lines.pop()!;
			for (const line of lines) {
				heard.push(line);
				const [word = ''] = line.toUpperCase().split(/[ :]/u, 1);
				if (isData && line !== '.') {
					continue;
				}

				isData = word === 'DATA' && answers.DATA === undefined;
				socket.write(`${answers[word] ?? (isData ? '354 go on' : '250 well')}\r\n`);
			}
		});
	}).listen(0, '127.0.0.1');
	t.teardown(() => {
		for (const socket of sockets) {
			socket.destroy();
		}

		listening.close();
	});
	await once(listening, 'listening');
	return {port: (listening.address() as AddressInfo).port, heard};
}

const mailTo = (port: number, change: Partial<Mail> = {}): Mail => ({
	server: '127.0.0.1', port, from: 'farm@example.net', to: ['night@example.net', 'day@example.net'], user: undefined, passwordFile: undefined, ...change,
});

test('a mail to all, with the worst in its subject', async t => {
	const {port, heard} = await server(t);
	await mailSend(mailTo(port), sender)(message, never);
	t.true(heard.includes('MAIL FROM:<farm@example.net>'));
	t.deepEqual(heard.filter(line => line.startsWith('RCPT')), ['RCPT TO:<night@example.net>', 'RCPT TO:<day@example.net>']);
	t.true(heard.includes('Subject: web: web1: web2 is dead'));
	t.true(heard.includes('Auto-Submitted: auto-generated'));
	t.true(heard.includes('2026-01-02T03:04:05.678Z error node-dead: web2 is dead'));
	t.true(heard.includes('Message-ID: <farmctl.web.web1.7.1@example.net>'), 'the same when it is sent again');
});

test('a server that refuses, or is not there: why', async t => {
	const {port} = await server(t, {DATA: '554 not today'});
	await t.throwsAsync(mailSend(mailTo(port), sender)(message, never), {message: /554 not today/u});
	await t.throwsAsync(mailSend(mailTo(1), sender)(message, never), {message: /ECONNREFUSED/u});
});

test('a password is told to nobody without a certificate', async t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-mail-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	const passwordFile = path.join(folder, 'password');
	writeFileSync(passwordFile, 'very secret\n', {mode: 0o600});
	const {port, heard} = await server(t, {STARTTLS: '502 no', EHLO: '250-test\r\n250 AUTH PLAIN LOGIN'});
	await t.throwsAsync(mailSend(mailTo(port, {user: 'farm', passwordFile}), sender)(message, never), {message: /STARTTLS/u});
	t.deepEqual(heard.filter(line => line.startsWith('AUTH')), []);
});

test('a server that says nothing is left when nobody waits any more', async t => {
	const silent = net.createServer(() => undefined).listen(0, '127.0.0.1');
	t.teardown(() => {
		silent.close();
	});
	await once(silent, 'listening');
	const stopping = new AbortController();
	const sending = mailSend(mailTo((silent.address() as AddressInfo).port), sender)(message, stopping.signal);
	setTimeout(() => {
		stopping.abort();
	}, 50);
	await t.throwsAsync(sending, {message: 'the daemon ends'});
});
