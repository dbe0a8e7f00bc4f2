/**
The distribution filter in the kernel, as the daemon and the standalone verbs see it. The real one is in `nft.ts`, a complete fake in `fake.ts`;
both run the same contract test.
*/

import type {SlotTable} from '../../core/membership/types.js';
import type {Ruleset} from '../../core/ruleset/model.js';

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

export type Filter = {
	/** Whether the next call's change is made inside the call itself, so that the clock read around it bounds when. */
	isReady: () => boolean;
	/** Resolves when that is so; still ask `isReady` then, for another call may have been faster. */
	ready: () => Promise<void>;
	/** Makes the kernel hold exactly this ruleset, with no slot and no lease, in one transaction. Rejects with a KernelFailure, having changed nothing. */
	install: (ruleset: Ruleset) => Promise<void>;
	/** What the kernel holds of ours; `undefined` when there is nothing. */
	observe: () => Promise<Ruleset | undefined>;
	/** Takes away everything that `install` made. Does nothing where there is nothing. */
	remove: () => Promise<void>;
	/** Makes the slot table so, in one transaction, sending only what differs from the last one. */
	setSlots: (slots: SlotTable) => Promise<void>;
	/** The slot table the kernel holds. */
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
	/** No slot and no lease, in one transaction. */
	clear: () => Promise<void>;
	counters: () => Promise<FilterCounters>;
	/** Established TCP connections to the VIPs: those that end at a socket of this machine, or, when there are none, those in the kernel's connection table. */
	countConnections: () => Promise<number>;
	close: () => void;
};
