/** How a program ended, in data and in words. */

import {formatDuration} from '../../core/status/format.js';

export type Ending =
	| {readonly kind: 'exit'; readonly status: number}
	| {readonly kind: 'signal'; readonly signal: string}
	/** It was not done in time, and was ended. */
	| {readonly kind: 'timeout'; readonly afterMs: number}
	/** It was ended because nobody waits for it any more. */
	| {readonly kind: 'given-up'}
	/** There is no such program, or it may not be run. */
	| {readonly kind: 'not-started'; readonly reason: string};

export const hasSucceeded = (ending: Ending): boolean => ending.kind === 'exit' && ending.status === 0;

/** Such as `ended with status 3`; goes behind the name of the program. */
export function describeEnding(ending: Ending): string {
	switch (ending.kind) {
		case 'exit': {
			return `ended with status ${ending.status}`;
		}

		case 'signal': {
			return `was killed by ${ending.signal}`;
		}

		case 'timeout': {
			return `was not done within ${formatDuration(ending.afterMs)}, and was ended`;
		}

		case 'given-up': {
			return 'was ended';
		}

		case 'not-started': {
			return `cannot be started: ${ending.reason}`;
		}
	}
}
