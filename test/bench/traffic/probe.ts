/**
UDP flows of numbered datagrams that nobody answers: the nodes note which of them they get, so that what none got, or two, is known for each.

	node probe.js PLAN     a ProbePlan as JSON

A line on its standard input sets the pace: `slow`, or `fast` while something changes. Each is answered by a ProbeLook.
*/

import {Buffer} from 'node:buffer';
import process from 'node:process';
import {raisePriority} from '../../../src/daemon/priority.js';
import {base64Of} from './numbers.js';
import {noSignal, openFlow, sendBytes} from './sockets.js';
import {takeTurns} from './turns.js';

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

const turnMs = 20;
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
takeTurns({
	turnMs,
	step(now) {
		if (now < dueMs) {
			return Math.max(1, Math.floor(Math.min(pauseMsMax, dueMs - now) * 1000));
		}

		// What a stall has missed is not made up for: a burst would measure nothing.
		dueMs = Math.max(dueMs + everyMs, now - everyMs);
		send(now);
		return 0;
	},
	answer(line): ProbeLook {
		everyMs = (line === 'fast' ? fastMs : slowMs) / sockets.length;
		const look = {first, times: base64Of(Float64Array.from(times))};
		first = sequence;
		times = [];
		return look;
	},
});

function send(now: number): void {
	datagram.writeUInt32LE(sequence, 0);
	// An error of an earlier datagram is told instead of sending this one: then it is sent again.
	if (sendBytes(sockets[sequence % sockets.length]!, datagram, datagram.length, noSignal) < 0) {
		sendBytes(sockets[sequence % sockets.length]!, datagram, datagram.length, noSignal);
	}

	times.push(now);
	sequence++;
}
