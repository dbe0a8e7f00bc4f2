/** The control socket against programs that mean no good, from both ends. */

import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setImmediate as nextTurn} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {readStatus} from '../../src/cli/status/read-status.js';
import {answerCharactersMax, request} from '../../src/edge/control/client.js';
import {flag} from '../../src/edge/control/form.js';
import {
	controlSocketName,
	controlVerb,
	requestBytesMax,
	type Conversation,
	type ControlVerbs,
} from '../../src/edge/control/protocol.js';
import {connectionsMax, openControlServer, unreadBytesMax} from '../../src/edge/control/server.js';
import {DaemonFailure, SystemFailure} from '../../src/errors.js';

function folderFor(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-hostile-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	return folder;
}

async function serverFor(t: ExecutionContext, verbs: ControlVerbs = {}): Promise<string> {
	const folder = folderFor(t);
	const server = await openControlServer(folder, {status: controlVerb({fields: {}, answer: async () => 'status'}), ...verbs});
	t.teardown(() => {
		server.close();
	});
	return path.join(folder, controlSocketName);
}

/** All that the daemon says to these bytes until it closes. */
async function conversation(file: string, ...pieces: ReadonlyArray<string | Uint8Array>): Promise<string> {
	const socket = net.connect(file);
	// Ours may break when the daemon has closed already.
	socket.on('error', () => {});
	const closed = new Promise(resolve => {
		socket.on('close', resolve);
	});
	let heard = '';
	socket.setEncoding('utf8');
	socket.on('data', (chunk: string) => {
		heard += chunk;
	});
	for (const piece of pieces) {
		socket.write(piece);
		await nextTurn();
	}

	await closed;
	return heard;
}

const atMost = new RegExp(`at most ${requestBytesMax} bytes`, 'u');

const goodAnswer = '{"ok":true,"result":"status"}\n';

test.serial('whatever a client sends, the daemon answers one line and lives', async t => {
	const file = await serverFor(t);
	const line = fc.oneof(
		fc.json().map(text => text.replaceAll('\n', ' ')),
		fc.string({unit: 'binary'}).map(text => text.replaceAll('\n', ' ')),
		fc.constantFrom('', 'null', '[]', '{}', '{"verb":1}', '{"verb":"status"', '{"verb":{"__proto__":null}}', '{"verb":"toString"}'),
	);
	await fc.assert(fc.asyncProperty(line, async text => {
		const answer = JSON.parse(await conversation(file, `${text}\n`)) as {ok: boolean; error?: {code: string}};
		t.true(answer.ok || answer.error?.code === 'usage');
	}), {numRuns: 100});
	await fc.assert(fc.asyncProperty(fc.uint8Array({maxLength: 2000}), async bytes => {
		t.regex(await conversation(file, bytes, '\n'), /^\{.*\}\n$/u);
	}), {numRuns: 50});
	t.is(await conversation(file, '{"verb":"status"}\n'), goodAnswer);
});

test.serial('a request may come in pieces, and what follows it is forgotten', async t => {
	const file = await serverFor(t);
	t.is(await conversation(file, ...'{"verb":"status"}\n'), goodAnswer);
	t.is(await conversation(file, '{"verb":"status"}\n{"verb":"status"}\n'.repeat(5000)), goodAnswer);
});

test.serial('a request without an end is refused, and costs no memory', async t => {
	const file = await serverFor(t);
	const answer = await conversation(file, 'x'.repeat(requestBytesMax + 1));
	t.regex(answer, atMost);
	t.regex(await conversation(file, `${'x'.repeat(requestBytesMax + 1)}\n`), atMost);
	const before = process.memoryUsage().rss;
	await conversation(file, ...Array.from({length: 64}, () => Buffer.alloc(1024 * 1024, 'x')));
	t.true(process.memoryUsage().rss - before < 256 * 1024 * 1024);
	t.is(await conversation(file, '{"verb":"status"}\n'), goodAnswer);
});

test.serial('too many connections are told so; when they are gone the daemon answers again', async t => {
	const file = await serverFor(t);
	const idle = Array.from({length: connectionsMax}, () => net.connect(file));
	await Promise.all(idle.map(async socket => once(socket, 'connect')));
	for (let round = 0; round < 40; round++) {
		const answers = await Promise.all(Array.from({length: 50}, async () => conversation(file)));
		t.true(answers.every(answer => /^\{"ok":false,"error":\{"code":"daemon",.*"hint":/u.test(answer)), answers[0]);
	}

	for (const socket of idle) {
		socket.destroy();
	}

	let answer = '';
	do {
		answer = await conversation(file, '{"verb":"status"}\n');
	} while (answer !== goodAnswer);

	t.pass();
});

test.serial('thousands that come and go leave nothing behind', async t => {
	const file = await serverFor(t);
	for (let round = 0; round < 60; round++) {
		await Promise.all(Array.from({length: connectionsMax / 2}, async (_, index) => {
			const socket = net.connect(file);
			socket.on('error', () => {});
			await new Promise(resolve => {
				socket.on('connect', resolve);
				// Of a queue that is full for a moment.
				socket.on('close', resolve);
			});
			if (index % 2 === 0) {
				socket.write('{"verb":');
			}

			socket.destroy();
		}));
	}

	t.is(await conversation(file, '{"verb":"status"}\n'), goodAnswer);
});

test.serial('a follower that reads nothing is left', async t => {
	const {promise: following, resolve: followWith} = Promise.withResolvers<Conversation['tell']>();
	const {promise: left, resolve: leave} = Promise.withResolvers<void>();
	const file = await serverFor(t, {
		events: controlVerb({
			fields: {follow: flag},
			async answer(_, {tell: tellOne, left: signal}) {
				followWith(tellOne);
				signal.addEventListener('abort', () => {
					leave();
				});
				await left;
			},
		}),
	});
	const socket = net.connect(file);
	socket.on('error', () => {});
	socket.write('{"verb":"events","follow":true}\n');
	const tell = await following;
	let told = 0;
	const event = 'x'.repeat(10_000);
	while (told < 2 * unreadBytesMax && !socket.closed) {
		tell(event);
		told += event.length;
	}

	await left;
	t.true(told >= unreadBytesMax);
	socket.destroy();
});

/** A daemon that says this to whoever connects. */
async function impostor(t: ExecutionContext, speak: (socket: net.Socket) => void): Promise<string> {
	const folder = folderFor(t);
	const server = net.createServer(socket => {
		socket.on('error', () => {});
		speak(socket);
	});
	server.listen(path.join(folder, controlSocketName));
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
	});
	return folder;
}

test.serial('whatever answers, a client ends with a failure that says what to do, or with the answer', async t => {
	let said = '';
	const folder = await impostor(t, socket => {
		socket.end(said);
	});
	const answer = fc.oneof(
		fc.json(), fc.string({unit: 'binary'}), fc.record({ok: fc.boolean(), error: fc.jsonValue()}).map(value => JSON.stringify(value)),
		fc.constantFrom('', 'null', '{"ok":false}', '{"ok":false,"error":null}', '{"ok":false,"error":{"message":5}}', '{"ok":1}', 'HTTP/1.1 400 Bad Request', '{"ok":true,"result":null}'),
	);
	await fc.assert(fc.asyncProperty(answer, async text => {
		said = `${text.replaceAll('\n', ' ')}\n`;
		const failure = await t.throwsAsync(readStatus(folder), undefined, text);
		t.true(failure instanceof DaemonFailure || failure instanceof SystemFailure, `${text}: ${String(failure)}`);
	}), {numRuns: 200});
	said = 'HTTP/1.1 400 Bad Request\n';
	const stranger = await t.throwsAsync(request(folder, {verb: 'status'}), {instanceOf: DaemonFailure, message: /does not speak as a farmctl daemon does$/u});
	t.regex(stranger.hint!, /farmctl run$/u);
});

test.serial('an answer without end is given up', async t => {
	const folder = await impostor(t, socket => {
		socket.write('x'.repeat(answerCharactersMax + 1));
	});
	await t.throwsAsync(request(folder, {verb: 'status'}), {instanceOf: DaemonFailure, message: /does not speak/u});
});

test.serial('an answer that comes byte by byte and never ends is not waited for', async t => {
	const folder = await impostor(t, socket => {
		const dripping = setInterval(() => {
			socket.write(' ');
		}, 20);
		socket.on('close', () => {
			clearInterval(dripping);
		});
	});
	await t.throwsAsync(request(folder, {verb: 'status'}), {instanceOf: SystemFailure, message: /does not answer/u});
});
