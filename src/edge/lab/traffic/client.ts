/**
One client address: new connections one after the other at its pace, and beside them always one long-lived connection that exchanges small messages,
ends by itself after a second or two, and is opened again.
*/
/* eslint-disable no-await-in-loop -- one request after the other is the point */

import type net from 'node:net';
import {performance} from 'node:perf_hooks';
import {setTimeout as delay} from 'node:timers/promises';
import {firstAnswer, forget, longestWaitMs, type AttemptEvents, type Target} from './attempt.js';
import type {Ledger} from './ledger.js';

const messageIntervalMs = 50;

export type ClientPlan = {
	readonly target: Target;
	/** Between the end of a request and the next one. */
	readonly paceMs: number;
	/** How long its long-lived connection lasts. */
	readonly lifeMs: number;
	readonly ledger: Ledger;
	readonly signal: AbortSignal;
};

/** Requests until the signal aborts. */
export async function makeRequests({target, paceMs, ledger, signal}: ClientPlan): Promise<void> {
	let due = performance.now();
	const events = eventsOf(target.client, ledger, () => performance.now() - due);
	while (!signal.aborted) {
		const answer = await firstAnswer(target, '/', events);
		const now = performance.now();
		if (answer === undefined) {
			ledger.failed(target.client, {what: 'timedOut', reason: `nothing for ${longestWaitMs} ms`, waitMs: now - due});
		} else {
			answer.socket.resume();
			answer.socket.end();
			ledger.answered(target.client, answer.node, now - due);
		}

		due = answer === undefined ? due : now + paceMs;
		await delay(paceMs);
	}
}

/** Long-lived connections, one after the other, until the signal aborts. */
export async function keepConnection({target, lifeMs, ledger, signal}: ClientPlan): Promise<void> {
	while (!signal.aborted) {
		const answer = await firstAnswer(target, '/echo', eventsOf(target.client, ledger, () => 0));
		if (answer !== undefined) {
			const reason = await exchange(answer.socket, lifeMs);
			if (reason === undefined) {
				ledger.completed(target.client);
			} else {
				ledger.broken(target.client, {node: answer.node, reason});
			}
		}

		await delay(messageIntervalMs);
	}
}

/** Sends and receives for `lifeMs`, then ends the connection; returns why it broke before, `undefined` if it did not. */
async function exchange(socket: net.Socket, lifeMs: number): Promise<string | undefined> {
	return new Promise(resolve => {
		const end = performance.now() + lifeMs;
		let lastAnswerAt = performance.now();
		let isAnswered = true;
		const timer = setInterval(() => {
			const now = performance.now();
			if (now - lastAnswerAt > longestWaitMs) {
				settle(`no answer for ${longestWaitMs} ms`);
			} else if (isAnswered && now >= end) {
				settle(undefined);
			} else if (isAnswered) {
				isAnswered = false;
				socket.write('.');
			}
		}, messageIntervalMs);
		const settle = (reason: string | undefined): void => {
			clearInterval(timer);
			forget(socket);
			if (reason === undefined) {
				socket.resume();
				socket.end();
			} else {
				socket.destroy();
			}

			resolve(reason);
		};

		socket.on('data', () => {
			lastAnswerAt = performance.now();
			isAnswered = true;
		});
		socket.once('error', (error: NodeJS.ErrnoException) => {
			settle(error.code ?? error.message);
		});
		socket.once('close', () => {
			settle('closed by the server');
		});
	});
}

const eventsOf = (client: string, ledger: Ledger, waitedMs: () => number): AttemptEvents => ({
	onFailed(what, reason) {
		ledger.failed(client, {what, reason, waitMs: waitedMs()});
	},
	onWait() {
		ledger.waits(client);
	},
});
