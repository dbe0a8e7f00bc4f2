/**
Long-lived connections: each says 16 bytes at its interval, and every byte that comes back is compared with what was said.

	node keep.js PLAN     a KeepPlan as JSON

Each line is answered by a KeepLook; `end` closes all connections in peace first.

A connection that is over by its own life is closed in peace and opened anew, which is not counted; one that breaks is counted, and opened anew as well.
*/

import {Buffer} from 'node:buffer';
import process from 'node:process';
import {isStream, messageBytes, messageOf} from './messages.js';
import {beginConnection, closeSocket, errors, noSignal, receiveBytes, sendBytes, socketAddress} from './sockets.js';
import {takeTurns} from './turns.js';

export type KeepPlan = {
	readonly port: number;
	readonly count: number;
	readonly everyMs: number;
	/** An echo that takes longer is counted as a stall, one that takes as long as that as a broken connection. */
	readonly stallMs: number;
	readonly brokenMs: number;
	/** They take turns. */
	readonly sources: ReadonlyArray<{readonly source: string; readonly target: string}>;
	/** Every so many connections one ends by itself, at an age between these two; 0 for none. */
	readonly mortalEach: number;
	readonly lifeMinMs: number;
	readonly lifeMaxMs: number;
};

/** Times are of the wall clock. */
export type Break = {readonly connection: number; readonly source: string; readonly reason: string; readonly begunAtMs: number; readonly atMs: number};

/** Since the last look, but for `open` and `waiting`. */
export type KeepLook = {
	readonly open: number;
	/** Not yet established. */
	readonly waiting: number;
	readonly messages: number;
	readonly breaks: readonly Break[];
	/** Connections that waited for an echo for longer than `stallMs`; they go on. */
	readonly stalls: number;
	/** Ended by their own life. */
	readonly ended: number;
	/** Attempts to open one that were refused, or not answered for so long. */
	readonly failed: readonly Break[];
	/** The longest that any message waited for its echo. */
	readonly longestMs: number;
	/** How long the oldest message now waits for its echo, or a connection for its beginning. */
	readonly oldestMs: number;
	/** How late this program was at worst. */
	readonly latenessMs: number;
};

const openMs = 10_000;
const tickUs = 2000;
const turnMs = 10;

type Connection = {
	readonly id: number;
	readonly source: Buffer;
	readonly target: Buffer;
	readonly name: string;
	readonly isSixth: boolean;
	readonly lifeMs: number;
	fd: number;
	life: number;
	dueMs: number;
	begunMs: number;
	isOpen: boolean;
	sent: number;
	received: number;
	/** When what is not yet echoed was sent. */
	askedMs: number;
	isStalled: boolean;
};

const {port, count, everyMs, stallMs, brokenMs, sources, mortalEach, lifeMinMs, lifeMaxMs} = JSON.parse(process.argv[2]!) as KeepPlan;
const begunMs = performance.now();
/** All of them begin within this. */
const beginMs = 1000;
const connections = Array.from({length: count}, (_, id): Connection => {
	const {source, target} = sources[id % sources.length]!;
	return {
		id, name: source, isSixth: source.includes(':'), source: socketAddress(source, 0), target: socketAddress(target, port),
		// So spread that neither beginnings nor messages nor ends fall together.
		lifeMs: mortalEach > 0 && id % mortalEach === 0 ? lifeMinMs + (((lifeMaxMs - lifeMinMs) * id) / count) : Infinity,
		dueMs: begunMs + ((beginMs * id) / count),
		fd: -1, life: 0, begunMs: 0, isOpen: false, sent: 0, received: 0, askedMs: 0, isStalled: false,
	};
});
const bytes = Buffer.alloc(65_536);
let look = emptyLook();
let isEnding = false;

function emptyLook() {
	return {messages: 0, stalls: 0, ended: 0, longestMs: 0, latenessMs: 0, breaks: [] as Break[], failed: [] as Break[]};
}

takeTurns({
	turnMs,
	step(now) {
		for (const connection of isEnding ? [] : connections) {
			if (now >= connection.dueMs) {
				look.latenessMs = Math.max(look.latenessMs, now - connection.dueMs);
				connection.dueMs += everyMs * (Math.floor((now - connection.dueMs) / everyMs) + 1);
				speak(connection, now);
			}
		}

		return isEnding ? undefined : tickUs;
	},
	answer(line): KeepLook {
		isEnding ||= line === 'end';
		if (isEnding) {
			for (const connection of connections) {
				close(connection);
			}
		}

		const answer = {
			...look, open: connections.filter(({isOpen}) => isOpen).length, waiting: connections.filter(({isOpen}) => !isOpen).length, oldestMs: oldestMs(),
		};
		look = emptyLook();
		return answer;
	},
});

function speak(connection: Connection, now: number): void {
	if (connection.fd < 0) {
		begin(connection, now);
		return;
	}

	if (!isWell(connection, now)) {
		return;
	}

	const isEchoed = connection.received === connection.sent * messageBytes;
	if (isEchoed && now > connection.begunMs + connection.lifeMs) {
		look.ended++;
		close(connection);
		return;
	}

	const message = messageOf(streamOf(connection), connection.sent);
	const length = sendBytes(connection.fd, message, messageBytes, noSignal);
	if (length === messageBytes) {
		if (isEchoed) {
			connection.askedMs = now;
		}

		connection.isOpen = true;
		connection.sent++;
		look.messages++;
	} else if (length !== errors.again || (!connection.isOpen && now > connection.begunMs + openMs)) {
		over(connection, length === errors.again ? `not opened for ${openMs} ms` : `errno ${-length} when it spoke`);
	}
}

function oldestMs(): number {
	const now = performance.now();
	return Math.max(0, ...connections.filter(({isOpen, sent, received}) => !isOpen || received < sent * messageBytes).map(({askedMs}) => now - askedMs));
}

/** Another stream in each life. */
function streamOf({id, life}: Connection): number {
	return (id * 4096) + life;
}

function begin(connection: Connection, now: number): void {
	const fd = beginConnection(connection.source, connection.target, connection.isSixth);
	Object.assign(connection, {fd, begunMs: now, askedMs: now, isOpen: false, sent: 0, received: 0, isStalled: false, life: (connection.life + 1) % 4096});
	if (fd < 0) {
		over(connection, `errno ${-fd} when it was begun`);
	}
}

/** Reads what has come. False when the connection is over by that. */
function isWell(connection: Connection, now: number): boolean {
	for (;;) {
		const length = receiveBytes(connection.fd, bytes, bytes.length, 0);
		if (length === errors.again) {
			break;
		}

		if (length <= 0) {
			over(connection, length === 0 ? 'closed by the server' : `errno ${-length}`);
			return false;
		}

		if (!isStream(streamOf(connection), connection.received, bytes, length)) {
			over(connection, `another byte than was said, of the ${length} after ${connection.received}`);
			return false;
		}

		connection.received += length;
		look.longestMs = Math.max(look.longestMs, now - connection.askedMs);
		connection.askedMs = now;
		connection.isStalled = false;
	}

	return !connection.isOpen || connection.received === connection.sent * messageBytes || isPatient(connection, now);
}

function isPatient(connection: Connection, now: number): boolean {
	const waitedMs = now - connection.askedMs;
	if (waitedMs > brokenMs) {
		over(connection, `no echo for ${brokenMs} ms`);
		return false;
	}

	look.stalls += waitedMs > stallMs && !connection.isStalled ? 1 : 0;
	connection.isStalled = waitedMs > stallMs;
	return true;
}

function over(connection: Connection, reason: string): void {
	const entry = {connection: connection.id, source: connection.name, reason, begunAtMs: performance.timeOrigin + connection.begunMs, atMs: Date.now()};
	(connection.isOpen ? look.breaks : look.failed).push(entry);
	close(connection);
}

function close(connection: Connection): void {
	if (connection.fd >= 0) {
		closeSocket(connection.fd);
	}

	connection.fd = -1;
	connection.isOpen = false;
}
