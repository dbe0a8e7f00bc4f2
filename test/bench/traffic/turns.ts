/**
How a program of the traffic runs: it works in steps, and between turns of some milliseconds hears its standard input. Each line there is answered by one
line of JSON; with its input the program ends.
*/

import process from 'node:process';
import {createInterface} from 'node:readline';
import {pauseUs} from './sockets.js';

export type Turns = {
	/** After so long it listens for a line. */
	readonly turnMs: number;
	/** Microseconds until the next step; 0 when it has waited itself, undefined when there is none. Times are those of `performance.now`. */
	readonly step: (now: number) => number | undefined;
	readonly answer: (line: string) => unknown;
};

/** Begins at once; returns after the first turn. */
export function takeTurns({turnMs, step, answer}: Turns): void {
	createInterface({input: process.stdin}).on('line', line => {
		process.stdout.write(`${JSON.stringify(answer(line))}\n`);
	}).on('close', () => {
		process.exit(); // eslint-disable-line unicorn/no-process-exit -- it is a program
	});
	turn();

	function turn(): void {
		const end = performance.now() + turnMs;
		for (;;) {
			const now = performance.now();
			const us = step(now);
			if (us === undefined) {
				return;
			}

			if (now > end) {
				break;
			}

			if (us > 0) {
				pauseUs(us);
			}
		}

		setImmediate(turn);
	}
}
