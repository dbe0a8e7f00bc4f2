/**
The distribution filter in the kernel, as the daemon and the standalone verbs see it. The real one is in `nft.ts`, a complete fake in `fake.ts`;
both run the same contract test.
*/

import type {SlotTable} from '../../core/membership/types.js';
import type {SlotSet} from '../../core/model/slot-set.js';
import type {Difference} from '../../core/ruleset/diff.js';
import type {Gate, Ruleset, TableFamily} from '../../core/ruleset/model.js';

export type LeaseOutcome = 'done' | 'lapsed';

export type FilterCounters = {
	/** Packets for a VIP that this node refused because their slot is another node's. */
	readonly foreignPackets: number;
	/** Packets for a VIP that reached this node while it had no lease. */
	readonly leaselessPackets: number;
	/** Packets for a VIP that no rule names. */
	readonly unnamedPackets: number;
	/** Packets that stage 1 let through. */
	readonly acceptedPackets: number;
	/** Packets of unknown connections that were left to the node that retains them. */
	readonly unknownPackets: number;
};

/** What someone else did to the tables of the farm, in one transaction. */
export type FilterNotice = {
	/**
	`tables`: one was deleted. `rules`: something in them was added, changed or deleted. `live`: only elements of the slots or the lease.
	`unknown`: the kernel had to drop notices, so it may have been anything or nothing.
	*/
	readonly kind: 'tables' | 'rules' | 'live' | 'unknown';
	/** Such as `rule of chain stage1 deleted`; empty when unknown. */
	readonly what: string;
	/** The process, such as `nft (pid 4711)`; empty when unknown. */
	readonly by: string;
};

export type Filter = {
	/** Whether the next call's change is made inside the call itself, so that the clock read around it bounds when. */
	isReady: () => boolean;
	/** Resolves when that is so; still ask `isReady` then, for another call may have been faster. */
	ready: () => Promise<void>;
	/** Makes the kernel hold exactly this ruleset, with no lease and no slot but these retained ones, in one transaction. Rejects with a KernelFailure, having changed nothing. */
	install: (ruleset: Ruleset, retained?: SlotSet) => Promise<void>;
	/**
	Makes those tables of the ruleset that do not stand at all, in one transaction, and touches no other; what is made has no slot and no lease. Returns
	their families. Much faster than to install, for the kernel need not take anything away. Rejects with a KernelFailure, having changed nothing.
	*/
	restore: (ruleset: Ruleset) => Promise<readonly TableFamily[]>;
	/**
	Makes these differences in place, in one transaction; slots, leases and counters stay. True when it was done; false, having changed nothing, when they
	are more than chains to be added or rewritten. Rejects with a KernelFailure, having changed nothing.
	*/
	rewrite: (differences: readonly Difference[]) => Promise<boolean>;
	/**
	Makes the ruleset `to` out of `from`, which stands: chains, sets and tables come, change and go in place; slots, leases and counters stay, and the slots
	of a group keep their numbers. A VIP that is new gets a lease of so many milliseconds, none where that is `undefined`. Rejects with a KernelFailure,
	having changed nothing.
	*/
	reshape: (from: Ruleset, to: Ruleset, leaseMs: number | undefined) => Promise<void>;
	/** What the kernel holds of ours; `undefined` when there is nothing. */
	observe: () => Promise<Ruleset | undefined>;
	/** Takes away everything that `install` made. Does nothing where there is nothing. */
	remove: () => Promise<void>;
	/** Makes the slot table so, in one transaction, sending only what differs from the last one. */
	setSlots: (slots: SlotTable) => Promise<void>;
	/**
	Passes the gate: what is behind `leaving` becomes retained, what is behind `arriving` owned, in a transaction as short as a renewal. Once for each
	`setSlots` that put slots behind it; rejects with a KernelFailure where that is not so.
	*/
	passGate: (gate: Gate) => Promise<void>;
	/** The slot table the kernel holds; slots behind a gate that has been passed are where it leads. */
	observeSlots: () => Promise<SlotTable>;
	/**
	Opens or renews the lease of every VIP for the given time. The kernel's own timer ends it, up to two ticks early and never late.
	`renew` is delete and add in one batch: `lapsed` says that it had run out, and nothing was revived. With `open`, an existing lease is an error.
	`undefined` milliseconds with `open` makes a lease without an end, for static farms.
	*/
	openLease: (ms: number | undefined) => Promise<void>;
	renewLease: (ms: number) => Promise<LeaseOutcome>;
	/** Ends the lease now; done also where there is none. */
	closeLease: () => Promise<void>;
	/** No lease and no slot but these retained ones, in one transaction. */
	clear: (retained?: SlotSet) => Promise<void>;
	counters: () => Promise<FilterCounters>;
	/** Calls the listener for every transaction of someone else that concerned the farm's tables. */
	watch: (listener: (notice: FilterNotice) => void) => void;
	close: () => void;
};
