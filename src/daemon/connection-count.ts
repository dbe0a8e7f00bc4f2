/** Counts the established connections while this node stops: when none is left it need not wait any longer. A busy server's table takes a while to read. */

import type {Clock} from '../edge/clock/clock.js';
import type {Filter} from '../edge/filter/port.js';

/** Counted so long after the last count. */
export const connectionsIntervalMs = 250;

/** And at least so many times as long as that count took. */
export const connectionsPauseTimes = 10;

export type ConnectionCountParts = {
	readonly filter: Pick<Filter, 'countConnections'>;
	readonly clock: Pick<Clock, 'now'>;
	/** Whether anyone wants to know now. */
	readonly isWanted: () => boolean;
	readonly counted: (count: number) => void;
	readonly failed: (error: unknown) => void;
};

/** Counts now and then until it is stopped by calling what it returns. */
export function countConnections({filter, clock, isWanted, counted, failed}: ConnectionCountParts): () => void {
	let timer: NodeJS.Timeout | undefined;
	let isStopped = false;

	const count = async (): Promise<void> => {
		const begunAt = clock.now();
		try {
			if (isWanted()) {
				counted(await filter.countConnections());
			}
		} catch (error) {
			failed(error);
		}

		if (!isStopped) {
			countLater(clock.now() - begunAt);
		}
	};

	const countLater = (tookMs: number): void => {
		timer = setTimeout(() => {
			void count();
		}, Math.max(connectionsIntervalMs, tookMs * connectionsPauseTimes));
	};

	countLater(0);
	return () => {
		isStopped = true;
		clearTimeout(timer);
	};
}
