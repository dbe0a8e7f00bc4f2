/**
The service of one node: sends back what it gets by TCP (RFC 862), and notes which datagrams it gets by UDP.

	node server.js PORT...

Each line is answered by a ServerLook. UDP comes to the first port.
*/

import {Buffer} from 'node:buffer';
import process from 'node:process';
import {base64Of} from './numbers.js';
import {acceptConnection, closeSocket, errors, noSignal, openListener, openSink, Poll, receiveBytes, sendBytes} from './sockets.js';
import {takeTurns} from './turns.js';

export type ServerLook = {
	/** Connections that it has now. */
	readonly open: number;
	/** Numbers of the datagrams that came since the last look, in the order in which they came: Uint32Array, as base64. */
	readonly datagrams: string;
};

const turnMs = 10;
const waitMs = 5;
const sinkBytes = 8 * 1024 * 1024;
/** Datagrams wait in their buffer, so that they cost little. */
const sinkEveryMs = 20;

const ports = process.argv.slice(2).map(Number);
const poll = new Poll();
const listeners = new Set(ports.map(port => openListener(port)));
const sink = openSink(ports[0]!, sinkBytes);
const bytes = Buffer.alloc(65_536);
let datagrams: number[] = [];
let open = 0;
let sinkDueMs = 0;

for (const listener of listeners) {
	poll.add(listener);
}

takeTurns({
	turnMs,
	step(now) {
		for (const fd of poll.wait(waitMs)) {
			if (listeners.has(fd)) {
				accept(fd);
			} else {
				echo(fd);
			}
		}

		if (now > sinkDueMs) {
			drain();
			sinkDueMs = now + sinkEveryMs;
		}

		return 0;
	},
	answer(): ServerLook {
		drain();
		const look = {open, datagrams: base64Of(Uint32Array.from(datagrams))};
		datagrams = [];
		return look;
	},
});

function accept(listener: number): void {
	for (let fd = acceptConnection(listener); fd >= 0; fd = acceptConnection(listener)) {
		open++;
		poll.add(fd);
		echo(fd);
	}
}

function echo(fd: number): void {
	const length = receiveBytes(fd, bytes, bytes.length, 0);
	if (length > 0) {
		// A client that does not read what it gets back is not one of ours.
		sendBytes(fd, bytes, length, noSignal);
	} else if (length !== errors.again) {
		open--;
		closeSocket(fd);
	}
}

function drain(): void {
	while (receiveBytes(sink, bytes, bytes.length, 0) >= 4) {
		datagrams.push(bytes.readUInt32LE(0));
	}
}
