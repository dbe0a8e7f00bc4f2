/** A probe that ends once: by what it finds or by its signal, and cleans up in both cases. */

import {timedOut, type Finding} from './port.js';

/**
`begin` starts, and returns what cleans up; it may settle at once. Aborted, the finding is a timeout with what `stage` says then. Rejects with what `begin`
throws.
*/
export async function settleOnce(signal: AbortSignal, stage: () => string, begin: (settle: (finding: Finding) => void) => () => void): Promise<Finding> {
	if (signal.aborted) {
		return timedOut(stage());
	}

	const {promise, resolve} = Promise.withResolvers<Finding>();
	const giveUp = (): void => {
		resolve(timedOut(stage()));
	};

	signal.addEventListener('abort', giveUp);
	let cleanUp: (() => void) | undefined;
	try {
		cleanUp = begin(resolve);
		return await promise;
	} finally {
		signal.removeEventListener('abort', giveUp);
		cleanUp?.();
	}
}
