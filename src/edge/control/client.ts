/** Talks to the daemon over its Unix socket. */

import net from 'node:net';
import path from 'node:path';
import {DaemonFailure, SystemFailure} from '../../errors.js';
import type {Status} from '../../core/status/status.js';
import {controlSocketName, type ControlAnswer, type ControlRequest} from './protocol.js';

/** A daemon that has not answered after this long hangs. */
export const answerTimeoutMs = 3000;

/** A line longer than this is no answer of ours: a farm of 64 nodes takes a twentieth of it. */
export const answerCharactersMax = 4 * 1024 * 1024;

/** The daemon's snapshot. Rejects with a SystemFailure when no daemon answers, with a DaemonFailure when it refuses. */
export const requestStatus = async (runDir: string): Promise<Status> => await request(runDir, {verb: 'status'}) as Status;

/** Asks one thing. */
export async function request(runDir: string, question: ControlRequest): Promise<unknown> {
	const answers = converse(runDir, question);
	const {value, done} = await answers.next();
	await answers.return(undefined);
	if (done) {
		throw hungUp(path.join(runDir, controlSocketName));
	}

	return value;
}

/** The last events, then each new one until the daemon closes or the signal aborts. */
export async function * followEvents(runDir: string, {follow, signal}: {readonly follow: boolean; readonly signal?: AbortSignal}): AsyncGenerator {
	yield * converse(runDir, {verb: 'events', follow}, signal);
}

async function * converse(runDir: string, question: ControlRequest, signal?: AbortSignal): AsyncGenerator<unknown, void> {
	const file = path.join(runDir, controlSocketName);
	const socket = net.connect(file);
	const timer = setTimeout(() => {
		socket.destroy(new SystemFailure(`the daemon does not answer on ${file} within ${answerTimeoutMs} ms`, {
			hint: 'it may hang, and its node then accepts nothing; look at its log, then end it and start it again: farmctl run',
		}));
	}, answerTimeoutMs);
	signal?.addEventListener('abort', () => {
		socket.destroy();
	});
	socket.setEncoding('utf8');
	socket.write(`${JSON.stringify(question)}\n`);
	let received = '';
	let isFirst = true;
	try {
		for await (const chunk of socket) {
			received += String(chunk);
			// A long line is not looked through again with each of its pieces.
			const lines = String(chunk).includes('\n') ? received.split('\n') : [received];
			received = lines.pop()!;
			if (received.length > answerCharactersMax) {
				throw incomprehensible(file);
			}

			for (const line of lines) {
				clearTimeout(timer);
				const value = parseLine(line, file);
				yield isFirst ? unwrap(value, file) : value;
				isFirst = false;
			}

			if (!isFirst && !(question.verb === 'events' && question.follow)) {
				return;
			}
		}
	} catch (error) {
		if (!signal?.aborted) {
			throw explain(error, file);
		}
	} finally {
		clearTimeout(timer);
		socket.destroy();
	}
}

function parseLine(line: string, file: string): unknown {
	try {
		return JSON.parse(line);
	} catch (error) {
		throw incomprehensible(file, error);
	}
}

function unwrap(value: unknown, file: string): unknown {
	if (!isAnswer(value)) {
		throw incomprehensible(file);
	}

	if (value.ok) {
		return value.result;
	}

	throw new DaemonFailure(value.error.message, value.error.hint === undefined ? {} : {hint: value.error.hint});
}

function isAnswer(value: unknown): value is ControlAnswer {
	const {ok, error} = (value ?? {}) as {readonly ok?: unknown; readonly error?: {readonly message?: unknown; readonly hint?: unknown} | null};
	return ok === true || (ok === false && typeof error?.message === 'string' && ['string', 'undefined'].includes(typeof error.hint));
}

const incomprehensible = (file: string, cause?: unknown): DaemonFailure => new DaemonFailure(`what answers on ${file} does not speak as a farmctl daemon does`, {
	cause, hint: 'farmctl was updated and its daemon runs on, or another program listens there: stop it, then start the daemon: farmctl run',
});

function explain(error: unknown, file: string): unknown {
	const {code} = error as NodeJS.ErrnoException;
	if (code === 'ENOENT' || code === 'ECONNREFUSED') {
		return new SystemFailure(`no daemon answers on ${file}`, {
			cause: error, hint: 'start it: farmctl run; a daemon with another --run-dir is asked with the same flag',
		});
	}

	if (code === 'EAGAIN') {
		return new SystemFailure(`the daemon on ${file} takes no more connections`, {cause: error, hint: 'it may hang; look at its log, then end it and start it again: farmctl run'});
	}

	if (code === 'ECONNRESET' || code === 'EPIPE') {
		return hungUp(file, error);
	}

	return code === 'EACCES'
		? new SystemFailure(`you may not talk to the daemon on ${file}`, {cause: error, hint: 'run it as root: sudo farmctl status'})
		: error;
}

const hungUp = (file: string, cause?: unknown): SystemFailure => new SystemFailure(`the daemon on ${file} closed the connection without an answer`, {
	cause, hint: 'it may be stopping; look at its log',
});
