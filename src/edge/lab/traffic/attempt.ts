/**
Gets one answer from a VIP by as many attempts as it takes.

TCP sends a lost SYN again only after a second, so a single connection would measure TCP's patience and not the farm's outage. While none has
been answered, a further connection begins every few milliseconds; the first answer counts and the others are given up.
*/

import net from 'node:net';

/** Normal requests are answered well before this. */
const secondAttemptMs = 20;
/** How finely an outage is measured. */
const nextAttemptMs = 10;
/** From this many open attempts on, new ones begin more slowly. */
const attemptsFast = 50;
const nextAttemptSlowMs = 100;
/** Nothing for this long: the client gives up. */
export const longestWaitMs = 3000;

export type Target = {readonly vip: string; readonly port: number; readonly client: string};

export type AttemptEvents = {
	/** An attempt was refused or ended before its answer; the others go on. */
	readonly onFailed: (what: 'refused' | 'reset', reason: string) => void;
	/** The first attempt was not answered at once. */
	readonly onWait: () => void;
};

export type Answer = {readonly node: string; readonly socket: net.Socket};

/** Resolves with the first answer, whose socket the caller owns, or with `undefined` when there was none in time. */
export async function firstAnswer(target: Target, path: string, {onFailed, onWait}: AttemptEvents): Promise<Answer | undefined> {
	return new Promise(resolve => {
		const open = new Set<net.Socket>();
		let timer: NodeJS.Timeout | undefined;
		const settle = (answer: Answer | undefined): void => {
			clearTimeout(timer);
			clearTimeout(limit);
			for (const socket of open) {
				if (socket !== answer?.socket) {
					socket.destroy();
				}
			}

			open.clear();
			resolve(answer);
		};

		const limit = setTimeout(() => {
			settle(undefined);
		}, longestWaitMs);
		const attempt = (): void => {
			if (open.size === 1) {
				onWait();
			}

			const socket = ask(target, path);
			open.add(socket);
			socket.on('data', (text: string) => {
				const node = nodeIn(text);
				if (node === undefined || !open.has(socket)) {
					return;
				}

				forget(socket);
				settle({node, socket});
			});
			socket.once('error', (error: NodeJS.ErrnoException) => {
				if (open.delete(socket)) {
					onFailed(error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : 'refused', error.code ?? error.message);
				}
			});
			socket.once('close', () => {
				if (open.delete(socket)) {
					onFailed('reset', 'closed before the answer');
				}
			});
			timer = setTimeout(attempt, pauseAfter(open.size));
		};

		attempt();
	});
}

function pauseAfter(attempts: number): number {
	if (attempts === 1) {
		return secondAttemptMs;
	}

	return attempts < attemptsFast ? nextAttemptMs : nextAttemptSlowMs;
}

function ask({vip, port, client}: Target, path: string): net.Socket {
	const socket = net.connect({host: vip, port, localAddress: client, noDelay: true});
	socket.setEncoding('latin1');
	socket.write(`GET ${path} HTTP/1.1\r\nHost: ${vip}\r\n\r\n`);
	return socket;
}

/** Takes away what this file listens to; the stream's own listeners stay. */
export function forget(socket: net.Socket): void {
	for (const event of ['data', 'error', 'close']) {
		socket.removeAllListeners(event);
	}

	socket.on('error', () => undefined);
}

/** The body's first line: the servers send head and name in one piece. */
const nodeIn = (text: string): string | undefined => /\r\n\r\n(\w+)\n/.exec(text)?.[1];
