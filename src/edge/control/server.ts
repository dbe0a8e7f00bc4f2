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
		socket.on('close', () => {
			connections.delete(socket);
		});
		serve(socket, service);
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

function serve(socket: net.Socket, service: ControlService): void {
	let received = '';
	socket.setEncoding('utf8');
	socket.on('error', () => {
		socket.destroy();
	});
	socket.on('data', (chunk: string) => {
		received += chunk;
		const end = received.indexOf('\n');
		if (end !== -1) {
			const line = received.slice(0, end);
			received = received.slice(end + 1);
			void respond(socket, line, service);
		} else if (received.length > requestBytesMax) {
			socket.end(`${JSON.stringify(refusal('usage', `a request is at most ${requestBytesMax} bytes`))}\n`);
		}
	});
}

async function respond(socket: net.Socket, line: string, service: ControlService): Promise<void> {
	const write = (value: unknown): void => {
		if (!socket.destroyed) {
			socket.write(`${JSON.stringify(value)}\n`);
		}
	};

	const request = parseRequest(line);
	if (request === undefined) {
		write(refusal('usage', 'the daemon does not know this request'));
		return;
	}

	try {
		write({ok: true, result: await service.answer(request)} satisfies ControlAnswer);
		// One that left while it waited will not close again, and would be told of events for ever.
		if (request.verb === 'events' && request.follow && !socket.destroyed) {
			socket.on('close', service.follow(write));
		}
	} catch (error) {
		write(error instanceof Failure ? refusal(error.code, error.message, error.hint) : refusal('bug', String(error)));
	}
}

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
