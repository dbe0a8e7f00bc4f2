/** A node's kernel: the slot table and the lease, which runs out by itself, never late and up to two ticks early. It survives the daemon, not the host. */

import {noSlots} from '../model/slot-set.js';
import type {KernelChange, KernelOutcome, SlotTable} from '../membership/types.js';

export type KernelModel = {
	table: SlotTable;
	/** On the node's clock. */
	leaseEndAt: number;
	apply: (change: KernelChange, localNow: number) => KernelOutcome;
	reset: () => void;
};

export const emptyTable: SlotTable = {owned: noSlots, retained: noSlots, resettable: noSlots};

export function createKernelModel({earlyMs, doesRevive}: {readonly earlyMs: () => number; readonly doesRevive: boolean}): KernelModel {
	const kernel: KernelModel = {
		table: emptyTable,
		leaseEndAt: -Infinity,
		apply(change, localNow) {
			switch (change.kind) {
				case 'clear': {
					kernel.reset();
					return 'done';
				}

				case 'slots': {
					kernel.table = change.slots;
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
		reset() {
			kernel.table = emptyTable;
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
