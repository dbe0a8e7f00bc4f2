import diagnostics from 'node:diagnostics_channel';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {converse, followEvents, request} from '../../../src/edge/control/client.js';
import {flag, text} from '../../../src/edge/control/form.js';
import {controlSocketName, controlVerb, type ControlVerbs} from '../../../src/edge/control/protocol.js';
import {openControlServer} from '../../../src/edge/control/server.js';
import {DaemonFailure, SystemFailure} from '../../../src/errors.js';

function folderFor(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-control-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	return folder;
}

async function serverFor(t: ExecutionContext, verbs: ControlVerbs): Promise<string> {
	const folder = folderFor(t);
	const server = await openControlServer(folder, verbs);
	t.teardown(() => {
		server.close();
	});
	return folder;
}

/** The daemon's end of the next connection to this process. */
const nextAccepted = async (): Promise<net.Socket> => {
	const {promise, resolve} = Promise.withResolvers<net.Socket>();
	const take = (message: unknown): void => {
		diagnostics.unsubscribe('net.server.socket', take);
		resolve((message as {socket: net.Socket}).socket);
	};

	diagnostics.subscribe('net.server.socket', take);
	return promise;
};

test.serial('one question has one answer, and then nothing stays open', async t => {
	const folder = await serverFor(t, {say: controlVerb({fields: {words: text(10), isLoud: flag}, answer: async question => question})});
	const accepted = nextAccepted();
	t.deepEqual(await request(folder, {verb: 'say', words: 'hello'}), {words: 'hello', isLoud: false});
	const socket = await accepted;
	if (!socket.closed) {
		await once(socket, 'close');
	}

	t.true(socket.closed);
});

test.serial('who follows is told each line until it leaves, and then no more', async t => {
	const {promise: left, resolve: leave} = Promise.withResolvers<void>();
	const {promise: telling, resolve: tellWith} = Promise.withResolvers<(line: unknown) => void>();
	const folder = await serverFor(t, {
		events: controlVerb({
			fields: {follow: flag},
			async answer(_, {tell, left: signal}) {
				tell('before');
				tellWith(tell);
				signal.addEventListener('abort', () => {
					leave();
				});
				await left;
			},
		}),
	});
	const events = followEvents(folder, {follow: true});
	t.is((await events.next()).value, 'before');
	const tell = await telling;
	tell('now');
	t.is((await events.next()).value, 'now');
	await events.return(undefined);
	await left;
	tell('later');
	t.true((await events.next()).done);
});

test.serial('who left before the answer has left by then', async t => {
	const {promise: answer, resolve: answerNow} = Promise.withResolvers<void>();
	const {promise: asked, resolve: ask} = Promise.withResolvers<void>();
	const {promise: seen, resolve: see} = Promise.withResolvers<boolean>();
	const folder = await serverFor(t, {
		events: controlVerb({
			fields: {follow: flag},
			async answer(_, {left}) {
				ask();
				await answer;
				see(left.aborted);
			},
		}),
	});
	const accepted = nextAccepted();
	const client = net.connect(path.join(folder, controlSocketName));
	client.write('{"verb":"events","follow":true}\n');
	await asked;
	const closed = once(await accepted, 'close');
	client.destroy();
	await closed;
	answerNow();
	t.true(await seen);
});

test.serial('lines come before the answer, whose failure is a failure', async t => {
	const folder = await serverFor(t, {
		work: controlVerb({
			fields: {fails: flag},
			async answer({fails}, {tell}) {
				tell({done: 1});
				tell({done: 2});
				if (fails) {
					throw new DaemonFailure('it broke');
				}

				return 'all';
			},
		}),
	});
	const conversation = converse(folder, {verb: 'work'});
	t.deepEqual(await conversation.next(), {done: false, value: {done: 1}});
	t.deepEqual(await conversation.next(), {done: false, value: {done: 2}});
	t.deepEqual(await conversation.next(), {done: true, value: 'all'});
	t.is(await request(folder, {verb: 'work'}), 'all');
	await t.throwsAsync(request(folder, {verb: 'work', fails: true}), {instanceOf: DaemonFailure, message: 'it broke'});
});

test.serial('a verb takes what is in its form and nothing else', async t => {
	const folder = await serverFor(t, {say: controlVerb({fields: {words: text(5)}, answer: async () => 'said'})});
	const refused = async (question: Readonly<Record<string, unknown>>, message: RegExp): Promise<void> => {
		await t.throwsAsync(request(folder, {verb: 'say', ...question}), {instanceOf: DaemonFailure, message});
	};

	await refused({words: 'hi', loud: true}, /say: it takes no "loud"$/u);
	await refused({}, /words is no text of at most 5 characters$/u);
	await refused({words: 'longer'}, /words is no text/u);
	await refused({verb: 'toString'}, /does not know this request/u);
	t.is(await request(folder, {verb: 'say', words: 'hi'}), 'said');
});

test.serial('a daemon that refuses, one that hangs up and one that is not there are different failures', async t => {
	const refusing = await serverFor(t, {
		status: controlVerb({
			fields: {},
			async answer() {
				throw new DaemonFailure('not now', {hint: 'later'});
			},
		}),
	});
	await t.throwsAsync(request(refusing, {verb: 'status'}), {instanceOf: DaemonFailure, message: 'not now'});
	await t.throwsAsync(request(folderFor(t), {verb: 'status'}), {instanceOf: SystemFailure, message: /^no daemon answers on /});

	const folder = folderFor(t);
	const silent = net.createServer(socket => {
		socket.end();
	});
	silent.listen(path.join(folder, controlSocketName));
	await once(silent, 'listening');
	t.teardown(() => {
		silent.close();
	});
	await t.throwsAsync(request(folder, {verb: 'status'}), {instanceOf: SystemFailure, message: /closed the connection without an answer$/});
});

test.serial('a status that clients share becomes text once, anything else each time', async t => {
	let texts = 0;
	const counted = {
		toJSON() {
			texts++;
			return 'x';
		},
	};
	const status = {schema: 1, counted};
	const folder = await serverFor(t, {
		status: controlVerb({fields: {}, answer: async () => status}),
		events: controlVerb({fields: {}, answer: async () => [counted]}),
	});
	for (let round = 0; round < 3; round++) {
		t.deepEqual(await request(folder, {verb: 'status'}), {schema: 1, counted: 'x'});
	}

	t.is(texts, 1);
	await request(folder, {verb: 'events'});
	await request(folder, {verb: 'events'});
	t.is(texts, 3);
});
