/** The daemon's Unix socket: mode 0600, in the run directory. Whoever can connect is root, so a request is checked for form and not for rights. */

import {chmodSync, mkdirSync, rmSync} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {Failure, SystemFailure} from '../../errors.js';
import {controlSocketName, requestBytesMax, type ControlAnswer, type ControlRequest} from './protocol.js';

export type ControlService = {
	/** Answers a request; a rejection becomes the error answer. */
	answer: (request: ControlRequest) => Promise<unknown>;
	/** Calls the listener for each event from now on; returns how to stop. */
	follow: (listener: (event: unknown) => void) => () => void;
};

/** Whoever connects and asks nothing, or does not read its answer, is left after this long. */
export const requestTimeoutMs = 5000;

/** More at once are refused. */
export const connectionsMax = 64;

/** A follower that has left so much unread is left: it would wait in the daemon's memory. */
export const unreadBytesMax = 1024 * 1024;

export type ControlServer = {close: () => void};

/** Opens the socket. Rejects with a SystemFailure when a daemon already answers there. */
export async function openControlServer(runDir: string, service: ControlService): Promise<ControlServer> {
	const file = path.join(runDir, controlSocketName);
	mkdirSync(runDir, {recursive: true, mode: 0o755});
	if (await isAnswered(file)) {
		throw new SystemFailure(`a daemon already runs for ${runDir}`, {hint: 'look at it: farmctl status; or give this one its own --run-dir'});
	}

	rmSync(file, {force: true});
	const connections = new Set<net.Socket>();
	const server = net.createServer(socket => {
		connections.add(socket);
		socket.on('error', () => {
			socket.destroy();
		});
		socket.on('close', () => {
			connections.delete(socket);
		});
		if (connections.size > connectionsMax) {
			finish(socket, refusal('daemon', `${connectionsMax} programs talk to the daemon already`, 'end one of them: top, or farmctl events -f'));
		} else {
			serve(socket, service);
		}
	});
	await listen(server, file);
	return {
		close() {
			server.close();
			for (const socket of connections) {
				socket.destroy();
			}

			rmSync(file, {force: true});
		},
	};
}

async function listen(server: net.Server, file: string): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', error => {
			reject(new SystemFailure(`cannot open the control socket ${file}: ${error.message}`, {cause: error}));
		});
		server.listen(file, () => {
			chmodSync(file, 0o600);
			resolve();
		});
	});
}

async function isAnswered(file: string): Promise<boolean> {
	return new Promise(resolve => {
		const socket = net.connect(file);
		socket.on('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.on('error', () => {
			resolve(false);
		});
	});
}

/** One request a connection: what comes after its line is read and forgotten. */
function serve(socket: net.Socket, service: ControlService): void {
	let received = '';
	let isAsked = false;
	const patience = setTimeout(() => {
		socket.destroy();
	}, requestTimeoutMs);
	const stopWaiting = (): void => {
		isAsked = true;
		received = '';
		clearTimeout(patience);
	};

	socket.setEncoding('utf8');
	socket.on('close', stopWaiting);
	socket.on('data', (chunk: string) => {
		if (isAsked) {
			return;
		}

		received += chunk;
		const end = received.indexOf('\n');
		const lineLength = end === -1 ? received.length : end;
		if (lineLength > requestBytesMax) {
			stopWaiting();
			finish(socket, refusal('usage', `a request is at most ${requestBytesMax} bytes`));
		} else if (end !== -1) {
			const line = received.slice(0, end);
			stopWaiting();
			void respond(socket, line, service);
		}
	});
}

async function respond(socket: net.Socket, line: string, service: ControlService): Promise<void> {
	const request = parseRequest(line);
	if (request === undefined) {
		finish(socket, refusal('usage', 'the daemon does not know this request', 'farmctl was updated and its daemon runs on, or the other way round: start the daemon again'));
		return;
	}

	try {
		const answer: ControlAnswer = {ok: true, result: await service.answer(request)};
		if (request.verb === 'events' && request.follow) {
			keepTelling(socket, answer, service);
		} else {
			finish(socket, answer);
		}
	} catch (error) {
		finish(socket, error instanceof Failure ? refusal(error.code, error.message, error.hint) : refusal('bug', String(error)));
	}
}

/** The answer, then each event until the client leaves or does not read. */
function keepTelling(socket: net.Socket, answer: ControlAnswer, service: ControlService): void {
	// One that left while it waited will not close again, and would be told of events for ever.
	if (socket.destroyed) {
		return;
	}

	const write = (value: unknown): void => {
		socket.write(`${JSON.stringify(value)}\n`);
		if (socket.writableLength > unreadBytesMax) {
			socket.destroy();
		}
	};

	write(answer);
	socket.on('close', service.follow(write));
}

/** The last word; whoever does not read it is left all the same. */
function finish(socket: net.Socket, answer: ControlAnswer): void {
	if (socket.destroyed) {
		return;
	}

	const patience = setTimeout(() => {
		socket.destroy();
	}, requestTimeoutMs);
	socket.on('close', () => {
		clearTimeout(patience);
	});
	socket.end(`${textOf(answer)}\n`);
}

const statusTexts = new WeakMap<object, string>();

/** A status that clients share becomes text once. */
function textOf(answer: ControlAnswer): string {
	if (!(answer.ok && isStatus(answer.result))) {
		return JSON.stringify(answer);
	}

	const text = statusTexts.get(answer.result) ?? JSON.stringify(answer);
	statusTexts.set(answer.result, text);
	return text;
}

/** Nothing else that a daemon answers stays as it is for good: its events are a list that goes on. */
const isStatus = (result: unknown): result is object => typeof result === 'object' && result !== null && 'schema' in result;

function parseRequest(line: string): ControlRequest | undefined {
	try {
		const request = JSON.parse(line) as {verb?: unknown; follow?: unknown};
		switch (request.verb) {
			case 'status': {
				return {verb: 'status'};
			}

			case 'events': {
				return {verb: 'events', follow: request.follow === true};
			}

			default: {
				return undefined;
			}
		}
	} catch {
		return undefined;
	}
}

const refusal = (code: string, message: string, hint?: string): ControlAnswer => ({
	ok: false, error: {code, message, ...(hint !== undefined && {hint})},
});
