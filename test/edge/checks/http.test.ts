/** Against real servers, good ones and such as no client should meet. */

import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import http, {type RequestListener} from 'node:http';
import https from 'node:https';
import net, {type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {bodyBytesMax, type HttpProbe} from '../../../src/edge/checks/http.js';
import {reasonLengthMax} from '../../../src/edge/checks/reason-line.js';
import {eventually, look} from './probing.js';

const certificates = path.join(import.meta.dirname, '../../../../test/edge/checks/fixtures/certificates');
const read = (file: string): Buffer => readFileSync(path.join(certificates, file));

async function listening<Server extends net.Server>(t: ExecutionContext, server: Server): Promise<number> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
		if (server instanceof http.Server || server instanceof https.Server) {
			server.closeAllConnections();
		}
	});
	return (server.address() as AddressInfo).port;
}

const serve = async (t: ExecutionContext, listener: RequestListener): Promise<string> => `127.0.0.1:${await listening(t, http.createServer(listener))}`;

const probe = (url: string, changes: Partial<HttpProbe> = {}): HttpProbe => ({
	type: 'http', url, method: 'GET', status: [{from: 200, to: 399}], body: undefined, headers: {}, isVerified: true, authorities: undefined, expiryWarningMs: 0, ...changes,
});

const answering = async (t: ExecutionContext, body: string): Promise<string> => serve(t, (_request, response) => {
	response.end(body);
});

test('an answer as expected', async t => {
	const host = await answering(t, 'all is well');
	t.deepEqual(await look(probe(`http://${host}/`)), {outcome: 'up', reason: 'answered 200 OK'});
	t.deepEqual(await look(probe(`http://${host}/`, {body: '^all .* well$'})), {outcome: 'up', reason: 'answered 200 OK, and the body matches'});
	t.deepEqual(await look(probe(`http://${host}/`, {method: 'HEAD'})), {outcome: 'up', reason: 'answered 200 OK'});
});

test('another status is told with what was expected', async t => {
	const host = await serve(t, (request, response) => {
		response.writeHead(request.url === '/moved' ? 302 : 500, request.url === '/moved' ? {location: 'https://elsewhere.example/'} : {}).end();
	});
	t.deepEqual(await look(probe(`http://${host}/`)), {outcome: 'down', reason: 'answered 500 Internal Server Error, expected 200 to 399'});
	t.deepEqual(await look(probe(`http://${host}/moved`, {status: [{from: 200, to: 204}, {from: 401, to: 401}]})), {
		outcome: 'down', reason: 'answered 302 Found to https://elsewhere.example/, expected 200 to 204 or 401',
	});
	t.is((await look(probe(`http://${host}/moved`))).outcome, 'up');
});

test('headers are sent as configured', async t => {
	const host = await serve(t, ({headers}, response) => {
		response.writeHead(headers.host === 'www.example.org' && headers['x-token'] === 'abc' ? 200 : 404).end();
	});
	t.is((await look(probe(`http://${host}/`, {headers: {host: 'www.example.org', 'X-Token': 'abc'}}))).outcome, 'up');
	t.is((await look(probe(`http://${host}/`))).outcome, 'down');
});

test('a body that does not match is shown, as far as it may be', async t => {
	const host = await answering(t, `\u{1B}[31mred\u{7}\nsecond line ${'x'.repeat(5000)}`);
	const {outcome, reason} = await look(probe(`http://${host}/`, {body: 'green'}));
	t.is(outcome, 'down');
	t.regex(reason, /^answered 200 OK, but the body does not match: \u{FFFD}\[31mred\u{FFFD} second line x+…$/u);
	t.is(reason.length, reasonLengthMax);
	t.is((await look(probe(`http://${await answering(t, ' ')}/`, {body: 'green'}))).reason, 'answered 200 OK, but the body does not match: it is empty');
});

test('a server that sends for ever is read up to a bound', async t => {
	let sent = 0;
	let isClosed = false;
	const host = await serve(t, (_request, response) => {
		const send = (): void => {
			while (!response.destroyed && response.write('x'.repeat(10_000))) {
				sent += 10_000;
			}
		};

		response.on('drain', send);
		response.on('close', () => {
			isClosed = true;
		});
		send();
	});
	const {outcome, reason} = await look(probe(`http://${host}/`, {body: 'y'}));
	t.is(outcome, 'down');
	t.regex(reason, /^answered 200 OK, but the first 256 KiB of a longer body does not match: x+…$/u);
	t.true(await eventually(() => isClosed));
	t.true(sent >= bodyBytesMax);
});

test('a server that says nothing, or not all, is told apart', async t => {
	const silent = new AbortController();
	const host = await serve(t, () => {
		silent.abort();
	});
	t.deepEqual(await look(probe(`http://${host}/`), {signal: silent.signal}), {outcome: 'timeout', reason: `${host}: accepts connections, but has not answered the request`});
	const slow = new AbortController();
	const dripping = await serve(t, (_request, response) => {
		response.write('abc', () => {
			setTimeout(() => {
				slow.abort();
			}, 200);
		});
	});
	const {outcome, reason} = await look(probe(`http://${dripping}/`, {body: 'z'}), {signal: slow.signal});
	t.is(outcome, 'timeout');
	t.regex(reason, /began to answer, but its body has not ended \(3 bytes so far\)$|has not answered the request$/u);
});

test('what is no HTTP, or breaks off, is down', async t => {
	const port = await listening(t, net.createServer(socket => {
		socket.on('error', () => {});
		socket.end('SSH-2.0-OpenSSH_9.2\r\n');
	}));
	const {outcome, reason} = await look(probe(`http://127.0.0.1:${port}/`));
	t.is(outcome, 'down');
	t.regex(reason, new RegExp(String.raw`^127\.0\.0\.1:${port}: .*Expected HTTP`, 'u'));
	const broken = await serve(t, (_request, response) => {
		response.writeHead(200, {'content-length': 100});
		response.write('half', () => {
			response.socket?.resetAndDestroy();
		});
	});
	t.is((await look(probe(`http://${broken}/`, {body: 'half'}))).outcome, 'down');
	const swollen = await serve(t, (_request, response) => {
		response.setHeader('x-long', 'y'.repeat(100_000)).end();
	});
	t.regex((await look(probe(`http://${swollen}/`))).reason, /header overflow|headers/iu);
});

test('a pattern that takes for ever is given up', async t => {
	const host = await answering(t, `${'a'.repeat(60)}b`);
	t.deepEqual(await look(probe(`http://${host}/`, {body: '^(a+)+$'})), {
		outcome: 'down', reason: 'answered 200 OK, but the pattern takes too long on the body: simplify it',
	});
});

test('nobody listens', async t => {
	const server = net.createServer();
	const port = await listening(t, server);
	server.close();
	await once(server, 'close');
	t.deepEqual(await look(probe(`http://127.0.0.1:${port}/`)), {outcome: 'down', reason: `127.0.0.1:${port}: nothing listens there (ECONNREFUSED)`});
});

const secure = async (t: ExecutionContext, certificate: string): Promise<string> => `127.0.0.1:${await listening(t, https.createServer({cert: read(certificate), key: read('server.key')}, (_request, response) => {
	response.end('ok');
}))}`;

const authorities = path.join(certificates, 'authority.pem');

test('https with a certificate of a known authority', async t => {
	const host = await secure(t, 'server.pem');
	t.deepEqual(await look(probe(`https://${host}/`, {authorities})), {outcome: 'up', reason: 'answered 200 OK'});
	const centuryMs = 100 * 366 * 86_400_000;
	const {outcome, warning} = await look(probe(`https://${host}/`, {authorities, body: 'ok', expiryWarningMs: centuryMs}));
	t.is(outcome, 'up');
	t.regex(warning!, /^the certificate ends on 2100-01-01, in \d+ days$/u);
	t.is((await look(probe(`https://${host}/`))).reason, `${host}: its certificate comes without that of its authority, which is not known here (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`);
	t.regex((await look(probe(`https://${host}/`, {authorities: '/nonexistent/ca.pem'}))).reason, /^cannot read the authorities: ENOENT/u);
});

test.serial('https with a certificate of an authority that the system knows, as soon as it does', async t => {
	const host = await secure(t, 'server.pem');
	const {SSL_CERT_FILE: before} = process.env;
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-checks-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
		if (before === undefined) {
			delete process.env.SSL_CERT_FILE;
		} else {
			process.env.SSL_CERT_FILE = before;
		}
	});
	const file = path.join(folder, 'authorities.pem');
	process.env.SSL_CERT_FILE = file;
	writeFileSync(file, read('other.pem'));
	t.is((await look(probe(`https://${host}/`))).outcome, 'down');
	writeFileSync(file, Buffer.concat([read('other.pem'), read('authority.pem')]));
	t.is((await look(probe(`https://${host}/`))).outcome, 'up');
	t.regex((await look(probe(`https://${host}/`, {authorities: path.join(certificates, 'README.md')}))).reason, /^cannot read the authorities: there is no certificate in /u);
});

test('https with a certificate for another name', async t => {
	const host = await secure(t, 'other.pem');
	t.deepEqual(await look(probe(`https://${host}/`, {authorities})), {
		outcome: 'down', reason: `${host}: its certificate is for another name: IP: 127.0.0.1 is not in the cert's list:  (ERR_TLS_CERT_ALTNAME_INVALID)`.replaceAll('  ', ' '),
	});
	t.is((await look(probe(`https://${host}/`, {authorities, headers: {host: 'other.example'}}))).outcome, 'up');
	t.deepEqual(await look(probe(`https://${host}/`, {isVerified: false})), {outcome: 'up', reason: 'answered 200 OK'});
});

test('https with a certificate that has ended', async t => {
	const host = await secure(t, 'expired.pem');
	t.deepEqual(await look(probe(`https://${host}/`, {authorities})), {outcome: 'down', reason: `${host}: its certificate has expired (CERT_HAS_EXPIRED)`});
	t.deepEqual(await look(probe(`https://${host}/`, {isVerified: false})), {outcome: 'up', reason: 'answered 200 OK', warning: 'the certificate ended on 2001-01-01'});
});

test('https where no TLS is spoken', async t => {
	const plain = await answering(t, 'ok');
	t.deepEqual(await look(probe(`https://${plain}/`)), {outcome: 'down', reason: `${plain}: it speaks no TLS`});
	const wary = `127.0.0.1:${await listening(t, https.createServer({cert: read('server.pem'), key: read('server.key'), requestCert: true}, (_request, response) => {
		response.end('ok');
	}))}`;
	const refused = await look(probe(`https://${wary}/`, {authorities}));
	t.is(refused.outcome, 'down');
	// The alert may be lost with the connection.
	t.regex(refused.reason, /: TLS is not established: tlsv13 alert certificate required$|: the other side broke the connection off/u);
	const controller = new AbortController();
	const port = await listening(t, net.createServer(socket => {
		socket.on('error', () => {});
		socket.once('data', () => {
			controller.abort();
		});
	}));
	t.deepEqual(await look(probe(`https://127.0.0.1:${port}/`), {signal: controller.signal}), {
		outcome: 'timeout', reason: `127.0.0.1:${port}: accepts connections, but TLS is not established`,
	});
});
