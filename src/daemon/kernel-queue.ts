/**
Carries the core's kernel changes out, one after the other in the order given, and answers each.

The kernel acts inside the call that sends a change, so the clock is read right before and right after that call: a lease whose call took longer
than `leaseCallMsMax` may end later than the core computed, and is taken back at once (protocol rule R1b).
*/

import type {KernelChange, KernelOutcome} from '../core/membership/types.js';
import type {FarmEvent} from '../core/model/event.js';
import type {Clock} from '../edge/clock/clock.js';
import type {Filter} from '../edge/filter/port.js';

/** A lease call that took longer is not trusted; far below the gap between lease and detection. */
export const leaseCallMsMax = 2;

/** The kernel rounds a timeout down to its tick, and takes no timeout of zero. */
const leaseMsMin = 1;

export type KernelQueueParts = {
	readonly filter: Filter;
	readonly clock: Clock;
	readonly answer: (operation: number, outcome: KernelOutcome) => void;
	readonly record: (event: FarmEvent) => void;
};

export type KernelQueue = {
	perform: (operation: number, change: KernelChange) => void;
	/** Resolves when everything asked so far has been answered. */
	idle: () => Promise<void>;
};

export function createKernelQueue({filter, clock, answer, record}: KernelQueueParts): KernelQueue {
	let tail = Promise.resolve();
	return {
		perform(operation, change) {
			tail = tail.then(async () => {
				answer(operation, await attempt(change, {filter, clock, record}));
			});
		},
		idle: async () => tail,
	};
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

async function carryOut(change: KernelChange, {filter, clock}: Omit<KernelQueueParts, 'answer'>): Promise<KernelOutcome> {
	switch (change.kind) {
		case 'clear': {
			await filter.clear();
			return 'done';
		}

		case 'slots': {
			await filter.setSlots(change.slots);
			return 'done';
		}

		case 'lease': {
			return setLease(change, filter, clock);
		}

		default: {
			return change satisfies never;
		}
	}
}

async function setLease({verb, endAt}: Extract<KernelChange, {kind: 'lease'}>, filter: Filter, clock: Clock): Promise<KernelOutcome> {
	const before = clock.nowFine();
	const restMs = Math.floor(endAt - before);
	if (restMs < leaseMsMin) {
		await filter.closeLease();
		return 'lapsed';
	}

	const call = verb === 'open' ? openLease(filter, restMs) : filter.renewLease(restMs);
	const isLate = clock.nowFine() - before > leaseCallMsMax;
	const outcome = await call;
	if (isLate) {
		await filter.closeLease();
		return 'lapsed';
	}

	return outcome;
}

async function openLease(filter: Filter, restMs: number): Promise<KernelOutcome> {
	await filter.openLease(restMs);
	return 'done';
}
