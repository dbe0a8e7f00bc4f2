/** What services print, on its way to the log: as much of it as a log can bear. */

import type {MonoMs} from '../../core/model/time.js';

/** Lines of one service that go through at once, and in each second from then on. */
export const outputBurst = 100;
export const outputPerSecond = 10;

export type Output = (service: string, line: string) => void;

type Bucket = {tokens: number; filledAt: MonoMs; leftOut: number};

/** Calls `told` with the lines that may go through, and before them with how many may not. */
export function createOutput(now: () => MonoMs, told: (service: string, line: string) => void): Output {
	const buckets = new Map<string, Bucket>();
	return (service, line) => {
		const at = now();
		const bucket = buckets.get(service) ?? {tokens: outputBurst, filledAt: at, leftOut: 0};
		buckets.set(service, bucket);
		bucket.tokens = Math.min(outputBurst, bucket.tokens + ((at - bucket.filledAt) * outputPerSecond / 1000));
		bucket.filledAt = at;
		if (bucket.tokens < 1) {
			bucket.leftOut++;
			return;
		}

		if (bucket.leftOut > 0) {
			told(service, `[${bucket.leftOut} lines left out: more than ${outputPerSecond} a second]`);
			bucket.leftOut = 0;
		}

		bucket.tokens--;
		told(service, line);
	};
}
