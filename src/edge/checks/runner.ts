/**
Probes checks at their times: the first at once, then one each interval, give or take the jitter, and never two of one check at a time. What a prober notices by
itself is told at once.
*/

import {performance} from 'node:perf_hooks';
import type {Check} from '../../core/model/application.js';
import type {CheckResult} from '../../core/model/check-result.js';
import {formatDuration} from '../../core/status/format.js';
import type {Prober} from './port.js';
import {probeOnce} from './probe-once.js';

export type CheckNews = {
	/** The name of the check. */
	readonly name: string;
	/** As given when it began. */
	readonly run: number;
	readonly result: CheckResult;
};

export type CheckRunner = {
	/** Probes it from now on, at once for the first time; anew where it is under way. The run number comes back with its results. */
	readonly begin: (check: Check, run: number) => void;
	/** No result of it is told any more. */
	readonly end: (name: string) => void;
	/** Ends all of them; resolves when their probers have left nothing behind. */
	readonly close: () => Promise<void>;
};

export type CheckRunnerOptions = {
	readonly createProber: (check: Check) => Prober;
	readonly told: (news: CheckNews) => void;
	/** From 0 to 1, for the jitter. */
	readonly random?: () => number;
};

export function createCheckRunner({createProber, told, random = Math.random}: CheckRunnerOptions): CheckRunner {
	const paced = new Map<string, () => Promise<void>>();
	const closing = new Map<string, Promise<void>>();

	const end = (name: string): void => {
		const close = paced.get(name);
		paced.delete(name);
		if (close === undefined) {
			return;
		}

		const closed = Promise.all([closing.get(name), close()]).then(() => {
			if (closing.get(name) === closed) {
				closing.delete(name);
			}
		});
		closing.set(name, closed);
	};

	return {
		begin(check, run) {
			end(check.name);
			paced.set(check.name, paceCheck(check, {
				prober: createProber(check),
				after: closing.get(check.name),
				random,
				told(result) {
					told({name: check.name, run, result});
				},
			}));
		},
		end,
		async close() {
			for (const name of paced.keys()) {
				end(name);
			}

			await Promise.all(closing.values());
		},
	};
}

/** `after`: the program of the run before may need a moment to end. */
type Pace = {readonly prober: Prober; readonly after: Promise<void> | undefined; readonly random: () => number; readonly told: (result: CheckResult) => void};

/** Returns what ends it. */
function paceCheck({intervalMs, jitterMs, timeoutMs}: Check, {prober, after, random, told}: Pace): () => Promise<void> {
	const ending = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const tell = (result: CheckResult): void => {
		if (!ending.signal.aborted) {
			told(result);
		}
	};

	const nextIn = (beganAt: number): number => Math.max(1, beganAt + intervalMs + (((2 * random()) - 1) * jitterMs) - performance.now());
	const round = async (): Promise<void> => {
		if (ending.signal.aborted) {
			return;
		}

		const beganAt = performance.now();
		const {result, ended} = probeOnce(prober, timeoutMs, ending.signal);
		tell(await result);
		const stuck = setInterval(() => {
			const sinceMs = performance.now() - beganAt;
			tell({outcome: 'timeout', reason: `the probe that began ${formatDuration(sinceMs)} ago has not ended`, tookMs: Math.round(sinceMs)});
		}, intervalMs);
		await ended;
		clearInterval(stuck);
		if (!ending.signal.aborted) {
			timer = setTimeout(() => {
				void round();
			}, nextIn(beganAt));
		}
	};

	prober.watch?.(tell);
	if (after === undefined) {
		void round();
	} else {
		void after.then(round);
	}

	return async () => {
		ending.abort();
		clearTimeout(timer);
		await prober.close();
	};
}
