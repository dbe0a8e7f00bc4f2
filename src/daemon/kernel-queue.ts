/**
Carries the core's kernel changes out, one after the other in the order given, and answers each. But a renewal of the lease does not wait for slots that are
being changed, which takes iptables' programs long: until that is answered the core counts on what was before and on what will be.

When the filter is ready the kernel acts inside the call that sends a change, so the clock is read right before and right after that call: a lease whose call took longer
than `leaseCallMsMax` ends that much later than the core computed. It is set again at once with what is left, and taken back when that does not
succeed either (protocol rule R1b).
*/

import type {KernelChange, KernelOutcome} from '../core/membership/types.js';
import {safeLeaseMaxMs} from '../core/config/timing.js';
import type {FarmEvent} from '../core/model/event.js';
import type {Timing} from '../core/model/farm.js';
import type {Clock} from '../edge/clock/clock.js';
import type {Filter} from '../edge/filter/port.js';

/** A call within this time is never late: nothing shorter can be told from the clock's own jitter. */
const leaseCallMsMin = 0.5;

/**
The end of a lease whose call took longer than this many milliseconds is not trusted: half of what the safety inequality leaves between the lease and
the detection time.
*/
export const leaseCallMsMax = ({detectionMs, leaseMs}: Pick<Timing, 'detectionMs' | 'leaseMs'>): number =>
	Math.max(leaseCallMsMin, (safeLeaseMaxMs(detectionMs) - leaseMs) / 2);

/** So often is a lease set whose call was late each time, before it is given up. */
export const leaseCallsMax = 4;

/** The kernel rounds a timeout down to its tick, and takes no timeout of zero. */
const leaseMsMin = 1;

export type KernelQueueParts = {
	/** As configured now. */
	readonly timing: () => Timing;
	readonly filter: Filter;
	readonly clock: Clock;
	readonly answer: (operation: number, outcome: KernelOutcome) => void;
	readonly record: (event: FarmEvent) => void;
};

export type KernelQueue = {
	perform: (operation: number, change: KernelChange) => void;
	/** Does something else to the filter while no change is under way; rejects with the failure of the work. */
	exclusively: <T>(work: () => Promise<T>) => Promise<T>;
	/** Resolves when everything asked so far has been answered. */
	idle: () => Promise<void>;
};

export function createKernelQueue({answer, ...parts}: KernelQueueParts): KernelQueue {
	/** The last work of each lane; undefined where it has been done. */
	const tails: Record<Lane, Promise<unknown> | undefined> = {slots: undefined, lease: undefined};
	/** Does the work when all that was asked of these lanes before has been done: in this very call where it has been. */
	const follow = async <T>(lanes: readonly Lane[], work: () => Promise<T>): Promise<T> => {
		const isFree = lanes.every(lane => tails[lane] === undefined);
		const done = isFree ? work() : Promise.all(lanes.map(async lane => tails[lane])).then(work);
		const settled = done.catch(() => undefined).then(() => {
			for (const lane of lanes) {
				if (tails[lane] === settled) {
					tails[lane] = undefined;
				}
			}
		});
		for (const lane of lanes) {
			tails[lane] = settled;
		}

		return done;
	};

	return {
		perform(operation, change) {
			void follow(lanesOf(change), async () => {
				answer(operation, await attempt(change, parts));
			});
		},
		exclusively: async work => follow(bothLanes, work),
		async idle() {
			await Promise.all(bothLanes.map(async lane => tails[lane]));
		},
	};
}

type Lane = 'slots' | 'lease';

const bothLanes: readonly Lane[] = ['slots', 'lease'];

function lanesOf(change: KernelChange): readonly Lane[] {
	if (change.kind === 'slots' || change.kind === 'pass') {
		return ['slots'];
	}

	return change.kind === 'lease' && change.verb === 'renew' ? ['lease'] : bothLanes;
}

async function attempt(change: KernelChange, parts: Omit<KernelQueueParts, 'answer'>): Promise<KernelOutcome> {
	try {
		return await carryOut(change, parts);
	} catch (error) {
		parts.record({
			level: 'error',
			name: 'kernel-refused',
			message: error instanceof Error ? error.message : String(error),
			fields: {change: change.kind},
		});
		return 'failed';
	}
}

async function carryOut(change: KernelChange, parts: Omit<KernelQueueParts, 'answer'>): Promise<KernelOutcome> {
	switch (change.kind) {
		case 'clear': {
			await parts.filter.clear(change.retained);
			return 'done';
		}

		case 'slots': {
			await parts.filter.setSlots(change.slots);
			return 'done';
		}

		case 'pass': {
			await parts.filter.passGate(change.gate);
			return 'done';
		}

		case 'lease': {
			return setLease(change, parts);
		}

		default: {
			return change satisfies never;
		}
	}
}

async function setLease(
	{verb, endAt}: Extract<KernelChange, {kind: 'lease'}>,
	{filter, clock, timing}: Omit<KernelQueueParts, 'answer'>,
): Promise<KernelOutcome> {
	let isOpen = verb === 'renew';
	for (let call = 0; call < leaseCallsMax; call++) {
		while (!filter.isReady()) {
			await filter.ready(); // eslint-disable-line no-await-in-loop -- another call may have been faster
		}

		const before = clock.nowFine();
		const restMs = Math.floor(endAt - before);
		if (restMs < leaseMsMin) {
			break;
		}

		const answer = isOpen ? filter.renewLease(restMs) : openLease(filter, restMs);
		const isLate = clock.nowFine() - before > leaseCallMsMax(timing());
		const outcome = await answer; // eslint-disable-line no-await-in-loop -- the next call depends on this one's outcome
		if (outcome === 'lapsed' || !isLate) {
			return outcome;
		}

		isOpen = true;
	}

	await filter.closeLease();
	return 'lapsed';
}

async function openLease(filter: Filter, restMs: number): Promise<KernelOutcome> {
	await filter.openLease(restMs);
	return 'done';
}
