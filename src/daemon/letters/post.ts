/** What askers and answerers have in common: how their datagrams leave, their clock, and how long they wait before they send again. */

import type {LetterContent} from '../../core/letters/datagram.js';
import type {NodeId} from '../../core/model/farm.js';

/** What is not acknowledged is sent again after this long, then after twice that, and so on. */
export const letterRetryMs = 100;
export const letterRetryMaxMs = 1000;

/** No letter is waited for, and none is remembered, longer. */
export const letterTimeoutMsMax = 15 * 60_000;

export type Post = {
	send: (to: NodeId, id: string, content: LetterContent) => void;
	/** Monotonic milliseconds. */
	now: () => number;
	/** Runs the work once after so long, unless what it returns is called before. */
	later: (delayMs: number, work: () => void) => () => void;
};

/** Repeats the work until it is stopped: each pause is twice as long as the last, unless there was progress. */
export type Repeating = {readonly progress: () => void; readonly stop: () => void};

export function repeat(post: Pick<Post, 'later'>, work: () => void): Repeating {
	let waitMs = letterRetryMs;
	let isStopped = false;
	let cancel: (() => void) | undefined;
	const arm = (): void => {
		cancel?.();
		cancel = post.later(waitMs, () => {
			waitMs = Math.min(2 * waitMs, letterRetryMaxMs);
			work();
			if (!isStopped) {
				arm();
			}
		});
	};

	arm();
	return {
		progress() {
			waitMs = letterRetryMs;
			if (!isStopped) {
				arm();
			}
		},
		stop() {
			isStopped = true;
			cancel?.();
		},
	};
}
