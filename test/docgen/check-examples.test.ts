/**
Every example of a check in farmctl.conf(5), probed by the daemon's own probers: it is up where this machine has what it looks for, and not where it has not.
Ports, files and programs are put in the place of those of the page; all else is as a reader finds it there.
*/

import {spawn} from 'node:child_process';
import dgram from 'node:dgram';
import {once} from 'node:events';
import {
	chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import https from 'node:https';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {evaluateExpression, parseExpression, type Verdict} from '../../src/core/application/expression.js';
import type {Probe} from '../../src/core/model/application.js';
import type {CheckParts} from '../../src/edge/checks/source.js';
import {openControlServer} from '../../src/edge/control/server.js';
import {createFakeLink} from '../../src/edge/link/fake.js';
import {parseText} from '../../src/edge/config/parse-text.js';
import {healthy} from '../core/status/samples.js';
import {look} from '../edge/checks/probing.js';
import {root} from '../tidy/sources.js';
import {checkExamples, minimalFarm} from './pages.js';

const examples = checkExamples();

/** What makes the example of a type well on this machine. */
type Stage = {
	/** In the example, each with what stands for it here. */
	readonly places?: ReadonlyArray<readonly [onPage: string, here: string]>;
	readonly parts?: Partial<CheckParts>;
	readonly takeAway: () => unknown;
};

const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-examples-'));
test.after.always(() => {
	rmSync(folder, {recursive: true});
});

const program = (name: string, text: string): string => {
	const file = path.join(folder, name);
	writeFileSync(file, `#!/bin/sh\n${text}\n`);
	chmodSync(file, 0o755);
	return file;
};

async function httpsPort(): Promise<{readonly port: number; readonly server: https.Server}> {
	const certificates = path.join(root, 'test/edge/checks/fixtures/certificates');
	const server = https.createServer({key: readFileSync(path.join(certificates, 'server.key')), cert: readFileSync(path.join(certificates, 'server.pem'))}, ({url, headers}, response) => {
		response.writeHead(url === '/health' && headers.host === 'www.example.org' ? 200 : 404).end('{"status": "ok"}');
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {port: (server.address() as AddressInfo).port, server};
}

async function udpPort(answer: (message: Buffer) => Buffer): Promise<{readonly port: number; readonly socket: dgram.Socket}> {
	const socket = dgram.createSocket('udp4');
	socket.on('message', (message, {port, address}) => {
		socket.send(answer(message), port, address);
	});
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	return {port: socket.address().port, socket};
}

/** RFC 1035, section 4.1: one record A with the address 192.0.2.100. */
function dnsAnswer(question: Buffer): Buffer {
	const header = Buffer.from(question.subarray(0, 12));
	header.writeUInt16BE(0x81_80, 2);
	header.writeUInt16BE(1, 6);
	header.writeUInt32BE(0, 8);
	return Buffer.concat([header, question.subarray(12, question.indexOf(0, 12) + 5), Buffer.from([0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 192, 0, 2, 100])]);
}

/** RFC 792: another type, and so another sum (RFC 1624); after an IP header of no length, as it begins with 0. */
function echoReply(request: Uint8Array): Uint8Array {
	const reply = Uint8Array.from(request);
	const view = new DataView(reply.buffer);
	const sum = view.getUint16(2) + 0x08_00;
	view.setUint8(0, 0);
	view.setUint16(2, sum > 0xFF_FF ? sum - 0xFF_FF : sum);
	return reply;
}

const stages: Readonly<Record<Exclude<Probe['type'], 'expression'>, () => Promise<Stage>>> = {
	async process() {
		const name = `fctl-${process.pid % 1e7}`;
		copyFileSync('/bin/sleep', path.join(folder, name));
		const children = [1, 2].map(() => spawn(path.join(folder, name), ['600'], {stdio: 'ignore'}));
		await Promise.all(children.map(async child => once(child, 'spawn')));
		return {
			places: [['process: nginx', `process: ${name}`]],
			async takeAway() {
				await Promise.all(children.map(async child => child.kill('SIGKILL') && once(child, 'exit')));
			},
		};
	},
	async tcp() {
		const {port, server} = await httpsPort();
		return {places: [['port: 443', `port: ${port}`]], takeAway: async () => server.close() && once(server, 'close')};
	},
	async http() {
		const {port, server} = await httpsPort();
		return {
			places: [['127.0.0.1/health', `127.0.0.1:${port}/health`]], async takeAway() {
				server.closeAllConnections();
				server.close();
				await once(server, 'close');
			},
		};
	},
	async ping() {
		let isThere = true;
		return {
			parts: {
				sendEcho: async () => (address, _family, request) => ({
					take: () => isThere && address === '192.0.2.1' ? echoReply(request) : undefined, close: () => undefined,
				}),
			},
			takeAway() {
				isThere = false;
			},
		};
	},
	async interface() {
		const link = createFakeLink(['eth0']);
		return {
			parts: {link: () => link}, takeAway() {
				link.setCarrier('eth0', false);
			},
		};
	},
	async address() {
		const link = createFakeLink(['eth0', 'eth1']);
		link.putAddress({
			interface: 'eth1', address: '198.51.100.11', family: 4, prefixLength: 24, isOurs: false, isRecorded: false,
		});
		return {
			parts: {link: () => link}, takeAway() {
				link.takeAddress('eth1', '198.51.100.11');
			},
		};
	},
	async command() {
		const file = program('check-queue', '[ "$*" = "-m 1000" ]');
		return {
			places: [['/usr/local/bin/check-queue', file]], takeAway() {
				program('check-queue', 'echo the queue is full; exit 1');
			},
		};
	},
	async unit() {
		const child = spawn('sleep', ['600'], {stdio: 'ignore'});
		await once(child, 'spawn');
		process.env.PATH = `${path.join(root, 'test/edge/services/fixtures')}:${process.env.PATH}`;
		process.env.UNITS = folder;
		const file = path.join(folder, 'backup-agent.service');
		writeFileSync(file, '');
		writeFileSync(`${file}.pid`, String(child.pid));
		return {
			async takeAway() {
				child.kill('SIGKILL');
				await once(child, 'exit');
			},
		};
	},
	async farm() {
		const runDir = path.join(folder, 'farmctl-db');
		mkdirSync(runDir);
		const server = await openControlServer(runDir, {status: {isForPeers: false, fields: {}, answer: async () => ({...healthy, state: 'UP'})}});
		return {
			places: [['/run/farmctl-db', runDir]], takeAway() {
				server.close();
			},
		};
	},
	async file() {
		const data = path.join(folder, 'data');
		mkdirSync(data);
		return {
			// How much room a machine of tests has is not known.
			places: [['/var/lib/web', data], ['500MB', '1B']], takeAway() {
				rmSync(data, {recursive: true});
			},
		};
	},
	async dns() {
		const {port, socket} = await udpPort(dnsAnswer);
		return {places: [['server: 192.0.2.53', `server: 127.0.0.1, port: ${port}`]], takeAway: () => socket.close()};
	},
	async udp() {
		const {port, socket} = await udpPort(message => Buffer.from(message.toString() === 'ping' ? 'pong 1' : 'what?'));
		return {places: [['port: 27015', `port: ${port}`]], takeAway: () => socket.close()};
	},
};

function probeOf(text: string): Probe {
	const result = parseText(minimalFarm(`checks:\n${text}`));
	if ('problems' in result) {
		throw new Error(`${text}: ${JSON.stringify(result.problems)}`);
	}

	return result.farm.application.checks[0]!.probe;
}

for (const [type, stage] of Object.entries(stages)) {
	test.serial(`the example of a check with type: ${type} is up, and is not when what it looks for is gone`, async t => {
		const {places = [], parts = {}, takeAway} = await stage();
		let text = examples.get(type)!;
		for (const [onPage, here] of places) {
			t.true(text.includes(onPage), onPage);
			text = text.replaceAll(onPage, () => here);
		}

		const probe = probeOf(text);
		const found = await look(probe, {parts, signal: AbortSignal.timeout(30_000)});
		t.is(found.outcome, 'up', found.reason);
		await takeAway();
		const gone = await look(probe, {parts, signal: AbortSignal.timeout(1000)});
		t.not(gone.outcome, 'up', gone.reason);
		t.not(gone.reason, '');
	});
}

test('the example of an expression follows the examples that it names', t => {
	const probe = probeOf(`${examples.get('expression')!}${['gateway', 'names', 'disk'].map(name => `- {name: ${name}, type: tcp, port: 1}\n`).join('')}`);
	const parsed = parseExpression(probe.type === 'expression' ? probe.of : '');
	const verdict = (up: readonly string[]): Verdict => 'expression' in parsed ? evaluateExpression(parsed.expression, name => up.includes(name) ? 'up' : 'down') : 'unknown';
	t.deepEqual([['gateway'], ['names'], ['names', 'disk'], []].map(up => verdict(up)), ['up', 'up', 'down', 'down']);
});
