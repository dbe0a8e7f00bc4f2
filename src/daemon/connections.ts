/** Looks at the established connections while this node retains slots or is about to end: what has none left need not wait. A busy server's take a while to read. */

import type {MembershipState} from '../core/membership/state.js';
import type {ConnectionsLook} from '../core/membership/types.js';
import {heldSlots, retainedSlots} from '../core/membership/kernel.js';
import type {Farm} from '../core/model/farm.js';
import {isEmptySlots, unionSlots} from '../core/model/slot-set.js';
import type {Census, CensusAnswer} from '../edge/census/port.js';
import type {Clock} from '../edge/clock/clock.js';

/** Looked so long after the last look. */
export const connectionsIntervalMs = 250;

/** And at least so many times as long as that look took. */
export const connectionsPauseTimes = 10;

/** But no longer than this: what is retained without a connection keeps the owner of the slot from answering for the dead. */
export const connectionsPauseMsMax = 5000;

export type ConnectionsParts = {
	readonly census: Pick<Census, 'look'>;
	readonly clock: Pick<Clock, 'now'>;
	readonly farm: () => Farm;
	readonly state: () => MembershipState;
	readonly looked: (look: ConnectionsLook, clients: CensusAnswer['clients']) => void;
	/** Called for the first of failures in a row. */
	readonly failed: (error: unknown) => void;
};

/** Looks now and then until it is stopped by calling what it returns. */
export function watchConnections({census, clock, farm, state, looked, failed}: ConnectionsParts): () => void {
	let timer: NodeJS.Timeout | undefined;
	let isStopped = false;
	let hasFailed = false;

	const look = async (): Promise<void> => {
		const begunAt = clock.now();
		const now = state();
		if (isWanted(now)) {
			const asked = now.wanted === 'serve' ? retainedSlots(now) : unionSlots(retainedSlots(now), heldSlots(now));
			try {
				const {count, slots, clients} = await census.look(farm(), asked);
				looked({begunAt, count, slots}, clients);
				hasFailed = false;
			} catch (error) {
				if (!hasFailed && !isStopped) {
					failed(error);
				}

				hasFailed = true;
			}
		}

		if (!isStopped) {
			lookLater(clock.now() - begunAt);
		}
	};

	const lookLater = (tookMs: number): void => {
		timer = setTimeout(() => {
			void look();
		}, Math.max(connectionsIntervalMs, Math.min(connectionsPauseMsMax, tookMs * connectionsPauseTimes)));
	};

	lookLater(0);
	return () => {
		isStopped = true;
		clearTimeout(timer);
	};
}

const isWanted = (state: MembershipState): boolean => state.retained.length > 0 || (state.wanted !== 'serve' && !isEmptySlots(heldSlots(state)));
