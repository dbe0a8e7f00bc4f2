import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import net, {type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {Message} from '../../../src/core/notify/notices.js';
import {webhookSend} from '../../../src/edge/notify/webhook.js';

const sender = {farm: 'web', node: 'web1'};
const message: Message = {
	sequence: 7, since: 1, level: 'error', more: 0, owed: ['webhook'], notices: [{at: '2026-01-02T03:04:05.678Z', level: 'error', name: 'node-dead', message: 'web2 is dead'}],
};

async function server(t: ExecutionContext, answer: http.RequestListener): Promise<string> {
	const listening = http.createServer(answer).listen(0, '127.0.0.1');
	t.teardown(() => {
		listening.closeAllConnections();
		listening.close();
	});
	await once(listening, 'listening');
	return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/hook`;
}

const never = new AbortController().signal;

test('a POST with JSON and the headers of the file', async t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-webhook-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	const headersFile = path.join(folder, 'headers');
	writeFileSync(headersFile, 'Authorization: Bearer secret\n', {mode: 0o600});
	const requests: Array<{method: string | undefined; headers: http.IncomingHttpHeaders; body: string}> = [];
	const url = await server(t, async (request, response) => {
		let body = '';
		for await (const chunk of request) {
			body += String(chunk);
		}

		requests.push({method: request.method, headers: request.headers, body});
		response.writeHead(204).end();
	});
	await webhookSend({url, headersFile}, sender)(message, never);
	t.is(requests[0]!.method, 'POST');
	t.is(requests[0]!.headers.authorization, 'Bearer secret');
	t.is(requests[0]!.headers['content-type'], 'application/json');
	t.like(JSON.parse(requests[0]!.body), {schema: 'farmctl/notice/1', node: 'web1', sequence: 7, level: 'error', events: message.notices});
});

test('an answer that is none of 2xx, a redirect, nobody there: why it did not go out', async t => {
	const failing = await server(t, (_request, response) => {
		response.writeHead(500).end('x'.repeat(1_000_000));
	});
	await t.throwsAsync(webhookSend({url: failing, headersFile: undefined}, sender)(message, never), {message: 'it answers 500'});
	const elsewhere = await server(t, (_request, response) => {
		response.writeHead(302, {location: failing}).end();
	});
	await t.throwsAsync(webhookSend({url: elsewhere, headersFile: undefined}, sender)(message, never), {message: /redirect/u});
	const gone = net.createServer().listen(0, '127.0.0.1');
	await once(gone, 'listening');
	const {port} = gone.address() as AddressInfo;
	gone.close();
	await once(gone, 'close');
	await t.throwsAsync(webhookSend({url: `http://127.0.0.1:${port}/`, headersFile: undefined}, sender)(message, never), {message: /ECONNREFUSED/u});
	await t.throwsAsync(webhookSend({url: failing, headersFile: '/no/such/file'}, sender)(message, never), {message: /headers file/u});
});

test('a server that does not answer is left when nobody waits any more', async t => {
	const silent = await server(t, () => undefined);
	const stopping = new AbortController();
	const sending = webhookSend({url: silent, headersFile: undefined}, sender)(message, stopping.signal);
	stopping.abort();
	await t.throwsAsync(sending, {message: /abort/u});
});
