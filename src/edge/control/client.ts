/** Talks to the daemon over its Unix socket. */

import net from 'node:net';
import path from 'node:path';
import {DaemonFailure, SystemFailure} from '../../errors.js';
import type {Status} from '../../core/status/status.js';
import {controlSocketName, isControlAnswer, type ControlRequest} from './protocol.js';

/** A daemon that has not answered after this long hangs. */
export const answerTimeoutMs = 3000;

/** A line longer than this is no answer of ours: a farm of 64 nodes takes a twentieth of it. */
export const answerCharactersMax = 4 * 1024 * 1024;

/** The daemon's snapshot. Rejects with a SystemFailure when no daemon answers, with a DaemonFailure when it refuses. */
export const requestStatus = async (runDir: string): Promise<Status> => await request(runDir, {verb: 'status'}) as Status;

/** `timeoutMs`: for the first line, where it may take longer than `answerTimeoutMs`. */
export type RequestOptions = {readonly timeoutMs?: number; readonly signal?: AbortSignal};

/** Asks one thing, and answers with what came of it; lines told before are skipped. */
export async function request(runDir: string, question: ControlRequest, options: RequestOptions = {}): Promise<unknown> {
	const conversation = converse(runDir, question, options);
	let step;
	do {
		// eslint-disable-next-line no-await-in-loop -- line after line
		step = await conversation.next();
	} while (!step.done);

	return step.value;
}

/** The last events, then with `follow` each new one until the daemon closes or the signal aborts. */
export async function * followEvents(runDir: string, {follow, signal}: {readonly follow: boolean; readonly signal?: AbortSignal}): AsyncGenerator {
	try {
		yield * converse(runDir, {verb: 'events', follow}, signal === undefined ? {} : {signal});
	} catch (error) {
		// Its end is the end of its events, for whoever has heard some of them.
		if (!(follow && error instanceof HungUp && error.hasSpoken)) {
			throw error;
		}
	}
}

/** Asks one thing: yields each line that is told, returns what came of it; undefined when the signal aborted before. */
export async function * converse(runDir: string, question: ControlRequest, {timeoutMs = answerTimeoutMs, signal}: RequestOptions = {}): AsyncGenerator<unknown, unknown> {
	const file = path.join(runDir, controlSocketName);
	const socket = net.connect(file);
	const timer = setTimeout(() => {
		socket.destroy(new SystemFailure(`the daemon does not answer on ${file} within ${timeoutMs} ms`, {
			hint: 'it may hang, and its node then accepts nothing; look at its log, then end it and start it again: farmctl run',
		}));
	}, timeoutMs);
	signal?.addEventListener('abort', () => {
		socket.destroy();
	});
	socket.setEncoding('utf8');
	socket.write(`${JSON.stringify(question)}\n`);
	let received = '';
	let hasSpoken = false;
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
				hasSpoken = true;
				const value = parseLine(line, file);
				if (!isTold(value)) {
					return unwrap(value, file);
				}

				yield value.line;
			}
		}

		if (!signal?.aborted) {
			throw hungUp(file, hasSpoken);
		}
	} catch (error) {
		if (!signal?.aborted) {
			throw explain(error, file, hasSpoken);
		}
	} finally {
		clearTimeout(timer);
		socket.destroy();
	}

	return undefined;
}

const isTold = (value: unknown): value is {readonly line: unknown} => typeof value === 'object' && value !== null && 'line' in value;

function parseLine(line: string, file: string): unknown {
	try {
		return JSON.parse(line);
	} catch (error) {
		throw incomprehensible(file, error);
	}
}

function unwrap(value: unknown, file: string): unknown {
	if (!isControlAnswer(value)) {
		throw incomprehensible(file);
	}

	if (value.ok) {
		return value.result;
	}

	throw new DaemonFailure(value.error.message, value.error.hint === undefined ? {} : {hint: value.error.hint});
}

const incomprehensible = (file: string, cause?: unknown): DaemonFailure => new DaemonFailure(`what answers on ${file} does not speak as a farmctl daemon does`, {
	cause, hint: 'farmctl was updated and its daemon runs on, or another program listens there: stop it, then start the daemon: farmctl run',
});

function explain(error: unknown, file: string, hasSpoken: boolean): unknown {
	const {code} = error as NodeJS.ErrnoException;
	if (code === 'ENOENT' || code === 'ECONNREFUSED') {
		return new NoDaemon(`no daemon answers on ${file}`, {
			cause: error, hint: 'start it: farmctl run; a daemon with another --run-dir is asked with the same flag',
		});
	}

	if (code === 'EAGAIN') {
		return new SystemFailure(`the daemon on ${file} takes no more connections`, {cause: error, hint: 'it may hang; look at its log, then end it and start it again: farmctl run'});
	}

	if (code === 'ECONNRESET' || code === 'EPIPE') {
		return hungUp(file, hasSpoken, error);
	}

	return code === 'EACCES'
		? new SystemFailure(`you may not talk to the daemon on ${file}`, {cause: error, hint: 'run it as root: sudo farmctl status'})
		: error;
}

/** Nobody listens there. */
export class NoDaemon extends SystemFailure {}

/** The daemon closed before it said what came of it. */
class HungUp extends SystemFailure {
	readonly hasSpoken: boolean;

	constructor(file: string, {hasSpoken, cause}: {readonly hasSpoken: boolean; readonly cause: unknown}) {
		super(`the daemon on ${file} closed the connection ${hasSpoken ? 'before it said what came of it' : 'without an answer'}`, {cause, hint: 'it may be stopping; look at its log'});
		this.hasSpoken = hasSpoken;
	}
}

const hungUp = (file: string, hasSpoken: boolean, cause?: unknown): HungUp => new HungUp(file, {hasSpoken, cause});
