/** A node's kernel: the slot table and the lease, which runs out by itself, never late and up to two ticks early. It survives the daemon, not the host. */

import {acceptedIn, nonePassed, type Passed} from '../membership/gates.js';
import {noSlots, unionSlots, type SlotSet} from '../model/slot-set.js';
import type {KernelChange, KernelOutcome, SlotTable} from '../membership/types.js';

export type KernelModel = {
	table: SlotTable;
	passed: Passed;
	/** On the node's clock. */
	leaseEndAt: number;
	apply: (change: KernelChange, localNow: number) => KernelOutcome;
	/** Slots whose new connections it accepts while the lease is open. */
	accepted: () => SlotSet;
	/** Slots that it accepts anything of while the lease is open. */
	established: () => SlotSet;
	reset: () => void;
};

export const emptyTable: SlotTable = {owned: noSlots, retained: noSlots, resettable: noSlots, leaving: noSlots, arriving: noSlots};

export function createKernelModel({earlyMs, doesRevive}: {readonly earlyMs: () => number; readonly doesRevive: boolean}): KernelModel {
	const kernel: KernelModel = {
		table: emptyTable,
		passed: nonePassed,
		leaseEndAt: -Infinity,
		apply(change, localNow) {
			switch (change.kind) {
				case 'clear': {
					kernel.reset();
					kernel.table = {...emptyTable, retained: change.retained};
					return 'done';
				}

				case 'slots': {
					kernel.table = change.slots;
					kernel.passed = nonePassed;
					return 'done';
				}

				case 'pass': {
					kernel.passed = {...kernel.passed, [change.gate]: true};
					return 'done';
				}

				case 'lease': {
					return applyLease(change, localNow);
				}

				default: {
					return change satisfies never;
				}
			}
		},
		accepted: () => acceptedIn(kernel.table, kernel.passed),
		established: () => [kernel.table.retained, kernel.table.leaving, kernel.table.arriving].reduce((all, part) => unionSlots(all, part), kernel.table.owned),
		reset() {
			kernel.table = emptyTable;
			kernel.passed = nonePassed;
			kernel.leaseEndAt = -Infinity;
		},
	};

	const applyLease = ({verb, endAt}: Extract<KernelChange, {kind: 'lease'}>, localNow: number): KernelOutcome => {
		const restMs = Math.floor(endAt - localNow);
		if (restMs < 1) {
			kernel.leaseEndAt = -Infinity;
			return 'lapsed';
		}

		const hasEnded = localNow >= kernel.leaseEndAt;
		if (verb === 'renew' && hasEnded && !doesRevive) {
			return 'lapsed';
		}

		if (verb === 'open' && !hasEnded) {
			return 'failed';
		}

		kernel.leaseEndAt = localNow + Math.max(0, restMs - earlyMs());
		return 'done';
	};

	return kernel;
}
