/** How many that want to know become one question to the daemon, and what they are told when it does not answer. */

import type {ProbeReport} from './report.js';

/** A report is good for so long: whatever comes in, the daemon is asked no more often. */
export const reportAgeMsMax = 50;

/** A daemon that has not said how its node is after so long hangs, and its lease has run out. */
export const reportMsMax = 1000;

export type AskingParts = {
	/** The answer comes by `told`. */
	readonly ask: () => void;
	readonly nowMs: () => number;
	readonly waitMs?: number;
};

export type Asking = {
	/** As the daemon says, at most `reportAgeMsMax` old; text is why nobody knows. */
	readonly report: () => Promise<ProbeReport | string>;
	readonly told: (report: ProbeReport) => void;
};

export function createAsking({ask, nowMs, waitMs = reportMsMax}: AskingParts): Asking {
	let last: {readonly report: ProbeReport; readonly atMs: number} | undefined;
	let waiting: PromiseWithResolvers<ProbeReport | string> | undefined;
	/** Until it is answered, however late: a daemon that hangs finds one question when it wakes. */
	let isAsked = false;

	const begin = (): PromiseWithResolvers<ProbeReport | string> => {
		const begun = Promise.withResolvers<ProbeReport | string>();
		const patience = setTimeout(() => {
			waiting = undefined;
			begun.resolve(`the daemon has not answered for ${waitMs} ms`);
		}, waitMs);
		void begun.promise.then(() => {
			clearTimeout(patience);
		});
		if (!isAsked) {
			isAsked = true;
			ask();
		}

		return begun;
	};

	return {
		async report() {
			if (last !== undefined && nowMs() - last.atMs <= reportAgeMsMax) {
				return last.report;
			}

			waiting ??= begin();
			return waiting.promise;
		},
		told(report) {
			isAsked = false;
			last = {report, atMs: nowMs()};
			waiting?.resolve(report);
			waiting = undefined;
		},
	};
}
