/** A program that prints more than anybody reads takes the processor for nothing: it is noticed by what the line reader skips. */

import {skippedLine} from '../program/lines.js';

/** Each stands for up to 64 KiB: some MiB. */
export const skipsPerSecondMax = 64;

/** Whether this line makes it a flood, which it is from then on. `nowMs` is monotonic. */
export function createFloodGuard(): (line: string, nowMs: number) => boolean {
	let skips = 0;
	let since = -Infinity;
	let isFlood = false;
	return (line, nowMs) => {
		if (nowMs - since >= 1000) {
			since = nowMs;
			skips = 0;
		}

		skips += line === skippedLine ? 1 : 0;
		isFlood ||= skips > skipsPerSecondMax;
		return isFlood;
	};
}
