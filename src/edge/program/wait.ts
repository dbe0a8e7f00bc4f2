/** Waiting that ends for certain. */

import {performance} from 'node:perf_hooks';

/** What came of the work, undefined where that takes longer. */
export async function atMost<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
	const {promise, resolve} = Promise.withResolvers<undefined>();
	const timer = setTimeout(resolve, ms, undefined);
	try {
		return await Promise.race([promise, work]);
	} finally {
		clearTimeout(timer);
	}
}

/** Looks again and again until it is so. Returns whether it was so before the time was over or nobody waited any more. */
export async function until(isSo: () => Promise<boolean>, {ms, everyMs, signal}: {readonly ms: number; readonly everyMs: number; readonly signal?: AbortSignal | undefined}): Promise<boolean> {
	const {promise: isAborted, resolve} = Promise.withResolvers<undefined>();
	const abort = (): void => {
		resolve(undefined);
	};

	signal?.addEventListener('abort', abort, {once: true});
	const deadline = performance.now() + ms;
	try {
		for (;;) {
			// eslint-disable-next-line no-await-in-loop -- one look after the other
			if (await isSo()) {
				return true;
			}

			if ((signal?.aborted ?? false) || performance.now() >= deadline) {
				return false;
			}

			// eslint-disable-next-line no-await-in-loop -- one look after the other
			await atMost(everyMs, isAborted);
		}
	} finally {
		signal?.removeEventListener('abort', abort);
	}
}
