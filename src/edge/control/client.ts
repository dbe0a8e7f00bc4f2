/** Talks to the daemon over its Unix socket. */

import net from 'node:net';
import path from 'node:path';
import {DaemonFailure, SystemFailure} from '../../errors.js';
import type {Status} from '../../core/status/status.js';
import {controlSocketName, type ControlAnswer, type ControlRequest} from './protocol.js';

/** A daemon that has not answered after this long hangs. */
export const answerTimeoutMs = 3000;

/** The daemon's snapshot. Rejects with a SystemFailure when no daemon answers, with a DaemonFailure when it refuses. */
export const requestStatus = async (runDir: string): Promise<Status> => await request(runDir, {verb: 'status'}) as Status;

/** Asks one thing. */
export async function request(runDir: string, question: ControlRequest): Promise<unknown> {
	const answers = converse(runDir, question);
	const {value, done} = await answers.next();
	await answers.return(undefined);
	if (done) {
		throw hungUp(runDir);
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
			clearTimeout(timer);
			const lines = (received + String(chunk)).split('\n');
			received = lines.pop()!;
			for (const line of lines) {
				yield isFirst ? unwrap(JSON.parse(line) as ControlAnswer) : JSON.parse(line);
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

function unwrap(answer: ControlAnswer): unknown {
	if (answer.ok) {
		return answer.result;
	}

	throw new DaemonFailure(answer.error.message, answer.error.hint === undefined ? {} : {hint: answer.error.hint});
}

function explain(error: unknown, file: string): unknown {
	const {code} = error as NodeJS.ErrnoException;
	if (code === 'ENOENT' || code === 'ECONNREFUSED') {
		return new SystemFailure(`no daemon answers on ${file}`, {
			cause: error, hint: 'start it: farmctl run; a daemon with another --run-dir is asked with the same flag',
		});
	}

	return code === 'EACCES'
		? new SystemFailure(`you may not talk to the daemon on ${file}`, {cause: error, hint: 'run it as root: sudo farmctl status'})
		: error;
}

const hungUp = (runDir: string): SystemFailure => new SystemFailure(`the daemon in ${runDir} closed the connection without an answer`, {
	hint: 'it may be stopping; look at its log',
});
