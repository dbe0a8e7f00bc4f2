/**
New connections without pause: each connects, says 16 bytes, reads them back and closes.

	node come.js PLAN     a ComePlan as JSON

Each line on its standard input is answered by one line of JSON, a ComeLook. It ends with its input.
*/

import {Buffer} from 'node:buffer';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {isStream, messageBytes, messageOf} from './messages.js';
import {beginConnection, closeSocket, errors, noSignal, pauseUs, receiveBytes, sendBytes, socketAddress} from './sockets.js';

export type ComePlan = {
	readonly port: number;
	/** Together, from one source after the other. */
	readonly perSecond: number;
	readonly sources: ReadonlyArray<{readonly source: string; readonly target: string}>;
};

/** Since the last look. */
export type ComeLook = {
	readonly begun: number;
	readonly served: number;
	readonly failed: ReadonlyArray<{readonly source: string; readonly reason: string; readonly atMs: number}>;
	/** The longest from the first SYN to the last byte of the answer. */
	readonly longestMs: number;
	/** Begun and not yet over. */
	readonly open: number;
};

/** Within this a SYN is sent five times. */
const patienceMs = 20_000;
const tickMs = 2;
const yieldEveryMs = 10;

type Attempt = {readonly id: number; readonly fd: number; readonly name: string; readonly begunMs: number; isSaid: boolean; received: number};

const {port, perSecond, sources: plans} = JSON.parse(process.argv[2]!) as ComePlan;
const sources = plans.map(({source, target}) => ({name: source, isSixth: source.includes(':'), source: socketAddress(source, 0), target: socketAddress(target, port)}));
const everyMs = 1000 / perSecond;
const bytes = Buffer.alloc(65_536);
let attempts: Attempt[] = [];
let dueMs = performance.now();
let count = 0;
let look = emptyLook();

function emptyLook() {
	return {begun: 0, served: 0, longestMs: 0, failed: [] as Array<{readonly source: string; readonly reason: string; readonly atMs: number}>};
}

createInterface({input: process.stdin}).on('line', () => {
	const answer: ComeLook = {...look, open: attempts.length};
	look = emptyLook();
	process.stdout.write(`${JSON.stringify(answer)}\n`);
}).on('close', () => {
	process.exit(); // eslint-disable-line unicorn/no-process-exit -- it is a program
});
turn();

function turn(): void {
	const end = performance.now() + yieldEveryMs;
	for (;;) {
		const now = performance.now();
		// What a stall has missed is not made up for.
		dueMs = Math.max(dueMs, now - (10 * tickMs));
		for (; dueMs <= now; dueMs += everyMs) {
			begin(now);
		}

		attempts = attempts.filter(attempt => !isOver(attempt, now));
		if (now > end) {
			setImmediate(turn);
			return;
		}

		pauseUs(tickMs * 1000);
	}
}

function begin(now: number): void {
	const {name, source, target, isSixth} = sources[count % sources.length]!;
	const fd = beginConnection(source, target, isSixth);
	count++;
	look.begun++;
	if (fd < 0) {
		fail(name, `errno ${-fd} when it was begun`);
	} else {
		attempts.push({id: count, fd, name, begunMs: now, isSaid: false, received: 0});
	}
}

function isOver(attempt: Attempt, now: number): boolean {
	const reason = troubleOf(attempt, now);
	if (reason === undefined && attempt.received < messageBytes) {
		return false;
	}

	closeSocket(attempt.fd);
	if (reason === undefined) {
		look.served++;
		look.longestMs = Math.max(look.longestMs, now - attempt.begunMs);
	} else {
		fail(attempt.name, reason);
	}

	return true;
}

function fail(source: string, reason: string): void {
	look.failed.push({source, reason, atMs: Date.now()});
}

/** Goes on with it as far as that goes now; why it has failed, if it has. */
function troubleOf(attempt: Attempt, now: number): string | undefined {
	const length = receiveBytes(attempt.fd, bytes, bytes.length, 0);
	if (length > 0 && !isStream(attempt.id, attempt.received, bytes, length)) {
		return 'another answer than was asked for';
	}

	if (length <= 0 && length !== errors.again) {
		return length === 0 ? 'closed by the server' : `errno ${-length}`;
	}

	attempt.received += Math.max(0, length);
	attempt.isSaid ||= sendBytes(attempt.fd, messageOf(attempt.id, 0), messageBytes, noSignal) === messageBytes;

	return now > attempt.begunMs + patienceMs ? `nothing for ${patienceMs} ms` : undefined;
}
