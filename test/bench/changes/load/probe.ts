/**
UDP flows of numbered datagrams that nobody answers: the nodes note which of them they get, so that what none got, or two, is known for each.

	node probe.js PLAN     a ProbePlan as JSON

A line on its standard input sets the pace: `slow`, or `fast` while something changes. Each line is answered by one line of JSON, a ProbeLook. It ends
with its input.
*/

import {Buffer} from 'node:buffer';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {raisePriority} from '../../../../src/daemon/priority.js';
import {base64Of} from './numbers.js';
import {noSignal, openFlow, pauseUs, sendBytes} from './sockets.js';

export type ProbePlan = {
	readonly port: number;
	/** Between two datagrams of one flow; the flows take turns evenly. */
	readonly slowMs: number;
	readonly fastMs: number;
	readonly flows: ReadonlyArray<{readonly source: string; readonly target: string}>;
};

/** Datagrams since the last look. */
export type ProbeLook = {
	/** The number of the first; datagram n is of flow n mod the number of flows. */
	readonly first: number;
	/** When each was sent, milliseconds of this program's clock: Float64Array, as base64. */
	readonly times: string;
};

const yieldEveryMs = 20;
const pauseMsMax = 2;

const {port, slowMs, fastMs, flows} = JSON.parse(process.argv[2]!) as ProbePlan;
const sockets = flows.map(({source, target}) => openFlow(source, target, port));
const datagram = Buffer.alloc(4);
let everyMs = slowMs / sockets.length;
let dueMs = performance.now();
let sequence = 0;
let first = 0;
let times: number[] = [];

// What it measures is shorter than any wait for a processor.
raisePriority();
createInterface({input: process.stdin}).on('line', line => {
	everyMs = (line === 'fast' ? fastMs : slowMs) / sockets.length;
	const look: ProbeLook = {first, times: base64Of(Float64Array.from(times))};
	first = sequence;
	times = [];
	process.stdout.write(`${JSON.stringify(look)}\n`);
}).on('close', () => {
	process.exit(); // eslint-disable-line unicorn/no-process-exit -- it is a program
});
turn();

function turn(): void {
	const end = performance.now() + yieldEveryMs;
	for (let now = 0; now < end;) {
		now = performance.now();
		if (now >= dueMs) {
			// What a stall has missed is not made up for: a burst would measure nothing.
			dueMs = Math.max(dueMs + everyMs, now - everyMs);
			send(now);
		} else {
			pauseUs(Math.max(1, Math.floor(Math.min(pauseMsMax, dueMs - now) * 1000)));
		}
	}

	setImmediate(turn);
}

function send(now: number): void {
	datagram.writeUInt32LE(sequence, 0);
	// An error of an earlier datagram is told instead of sending this one: then it is sent again.
	if (sendBytes(sockets[sequence % sockets.length]!, datagram, datagram.length, noSignal) < 0) {
		sendBytes(sockets[sequence % sockets.length]!, datagram, datagram.length, noSignal);
	}

	times.push(now);
	sequence++;
}
