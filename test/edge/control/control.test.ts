import diagnostics from 'node:diagnostics_channel';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {followEvents, request} from '../../../src/edge/control/client.js';
import {controlSocketName} from '../../../src/edge/control/protocol.js';
import {openControlServer, type ControlService} from '../../../src/edge/control/server.js';
import {DaemonFailure, SystemFailure} from '../../../src/errors.js';

function folderFor(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-control-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	return folder;
}

async function serverFor(t: ExecutionContext, service: Partial<ControlService>): Promise<string> {
	const folder = folderFor(t);
	const server = await openControlServer(folder, {answer: async () => undefined, follow: () => () => {}, ...service});
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
	const folder = await serverFor(t, {answer: async question => question});
	const accepted = nextAccepted();
	t.deepEqual(await request(folder, {verb: 'status'}), {verb: 'status'});
	const socket = await accepted;
	if (!socket.closed) {
		await once(socket, 'close');
	}

	t.true(socket.closed);
});

test.serial('who follows is told each event until it leaves, and then no more', async t => {
	const listeners = new Set<(event: unknown) => void>();
	const {promise: left, resolve: leave} = Promise.withResolvers<void>();
	const folder = await serverFor(t, {
		answer: async () => ['before'],
		follow(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
				leave();
			};
		},
	});
	const events = followEvents(folder, {follow: true});
	t.deepEqual((await events.next()).value, ['before']);
	while (listeners.size === 0) {
		await nextTurn();
	}

	for (const listener of listeners) {
		listener('now');
	}

	t.is((await events.next()).value, 'now');
	await events.return(undefined);
	await left;
	t.is(listeners.size, 0);
});

test.serial('who left before the answer is told of no events', async t => {
	const {promise: answer, resolve: answerNow} = Promise.withResolvers<void>();
	const {promise: asked, resolve: ask} = Promise.withResolvers<void>();
	let followersCount = 0;
	const folder = await serverFor(t, {
		async answer() {
			ask();
			await answer;
		},
		follow() {
			followersCount++;
			return () => {};
		},
	});
	const accepted = nextAccepted();
	const client = net.connect(path.join(folder, controlSocketName));
	client.write('{"verb":"events","follow":true}\n');
	await asked;
	const closed = once(await accepted, 'close');
	client.destroy();
	await closed;
	answerNow();
	await nextTurn();
	t.is(followersCount, 0);
});

test.serial('a daemon that refuses, one that hangs up and one that is not there are different failures', async t => {
	const refusing = await serverFor(t, {
		async answer() {
			throw new DaemonFailure('not now', {hint: 'later'});
		},
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
	const results = {status: {schema: 1, counted}, events: [counted]};
	const folder = await serverFor(t, {answer: async ({verb}) => results[verb]});
	for (let round = 0; round < 3; round++) {
		t.deepEqual(await request(folder, {verb: 'status'}), {schema: 1, counted: 'x'});
	}

	t.is(texts, 1);
	await request(folder, {verb: 'events', follow: false});
	await request(folder, {verb: 'events', follow: false});
	t.is(texts, 3);
});
