/** The daemon's Unix socket: mode 0600, in the run directory. Whoever can connect is root, so a request is checked for form and not for rights. */

import {chmodSync, mkdirSync, rmSync} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {SystemFailure} from '../../errors.js';
import {
	answerRequest,
	controlSocketName,
	refusal,
	requestBytesMax,
	type ControlAnswer,
	type ControlVerbs,
} from './protocol.js';

/** Whoever connects and asks nothing, or does not read its answer, is left after this long. */
export const requestTimeoutMs = 5000;

/** More at once are refused. */
export const connectionsMax = 64;

/** Whoever is told lines and has left so much of them unread is left: it would wait in the daemon's memory. */
export const unreadBytesMax = 1024 * 1024;

export type ControlServer = {close: () => void};

/** Opens the socket. Rejects with a SystemFailure when a daemon already answers there. */
export async function openControlServer(runDir: string, verbs: ControlVerbs): Promise<ControlServer> {
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
			serve(socket, verbs);
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
function serve(socket: net.Socket, verbs: ControlVerbs): void {
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
			void respond(socket, line, verbs);
		}
	});
}

async function respond(socket: net.Socket, line: string, verbs: ControlVerbs): Promise<void> {
	const left = new AbortController();
	socket.on('close', () => {
		left.abort();
	});
	const answer = await answerRequest(verbs, parsedLine(line), {
		place: 'this node',
		isPeer: false,
		left: left.signal,
		tell(told) {
			tell(socket, told);
		},
	});
	finish(socket, answer);
}

function parsedLine(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}

function tell(socket: net.Socket, line: unknown): void {
	if (socket.destroyed) {
		return;
	}

	socket.write(`${JSON.stringify({line})}\n`);
	if (socket.writableLength > unreadBytesMax) {
		socket.destroy();
	}
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

/** Nothing else that a daemon answers stays as it is for good. */
const isStatus = (result: unknown): result is object => typeof result === 'object' && result !== null && 'schema' in result;
