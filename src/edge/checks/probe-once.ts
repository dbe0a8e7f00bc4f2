/**
One probe with its timeout. A thread that was held up, by its machine or by what else it does, wakes for the timeout before it reads what arrived meanwhile: so
the time for which it was held up is given to the probe once more.
*/

import {performance} from 'node:perf_hooks';
import type {CheckResult} from '../../core/model/check-result.js';
import {formatDuration} from '../../core/status/format.js';
import type {Prober} from './port.js';

/** After the timeout the prober has so long to say how far it came. */
const lastWordMs = 50;

/** A timer this late shows that the thread was held up. */
const latenessMs = 20;

export type OneProbe = {
	/** For certain, not much after the timeout; never rejects. */
	readonly result: Promise<CheckResult>;
	/** The prober is done, which may take it longer. */
	readonly ended: Promise<unknown>;
};

/** `ending` aborted gives the probe up. */
export function probeOnce({probe}: Pick<Prober, 'probe'>, timeoutMs: number, ending?: AbortSignal): OneProbe {
	const controller = new AbortController();
	const signal = ending === undefined ? controller.signal : AbortSignal.any([controller.signal, ending]);
	const ended = probe(signal);
	const {promise, resolve} = Promise.withResolvers<CheckResult>();
	let timer: NodeJS.Timeout;
	const giveUp = (): void => {
		controller.abort();
		timer = setTimeout(() => {
			resolve({outcome: 'timeout', reason: `no result within ${formatDuration(timeoutMs)}`, tookMs: timeoutMs});
		}, lastWordMs);
	};

	const dueAt = performance.now() + timeoutMs;
	timer = setTimeout(() => {
		const lateMs = performance.now() - dueAt;
		if (lateMs > latenessMs) {
			timer = setTimeout(giveUp, Math.min(lateMs, timeoutMs));
		} else {
			giveUp();
		}
	}, timeoutMs);
	void ended.then(resolve).finally(() => {
		clearTimeout(timer);
	});
	return {result: promise, ended};
}
