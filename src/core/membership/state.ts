/** The state of the membership core: readonly JSON data, so that a crash dump, the control-socket snapshot and a test fixture are the same thing. */

import type {ApplicationClaim} from '../model/application-claim.js';
import type {NodeId} from '../model/farm.js';
import {noSlots, type SlotSet} from '../model/slot-set.js';
import type {MonoMs} from '../model/time.js';
import {
	incarnationMax,
	wholeShare,
	type Heartbeat,
	type Phase,
} from '../protocol/heartbeat.js';
import {nonePassed, type Passed} from './gates.js';
import type {ConnectionsLook, Difference, KernelChange, MembershipConfig, SlotTable} from './types.js';

/** One entry of a view: who serves, in which life, with which weight in each group, and with how many thousandths of them. */
export type ViewMember = {readonly id: NodeId; readonly incarnation: number; readonly weights: readonly number[]; readonly shareThousandths: number};

/**
A peer that remembers a later life of this node is followed so far beyond the life it began with, 557 years, and no further: that covers every pair of
clocks, and keeps a peer that talks nonsense from using the numbers up.
*/
export const incarnationLeapMax = 2 ** 44;

export type Peer = {
	readonly id: NodeId;
	/** The newest heartbeat, by incarnation and sequence; of its rows the one about this node alone. */
	readonly message: Heartbeat;
	/** When it was received. */
	readonly receivedAt: MonoMs;
	/** Where its silence begins to count: `receivedAt`, moved by the pauses of this node (R11). */
	readonly heardAt: MonoMs;
	/** When it came alive in this incarnation: its grace starts here (R5). */
	readonly formedAt: MonoMs;
	readonly isAlive: boolean;
	/** When a heartbeat came from itself, not through another, moved by the pauses of this node; undefined for never in this incarnation. */
	readonly directAt: MonoMs | undefined;
	/** Whether it is heard directly, as this node tells the others (R8). */
	readonly isDirect: boolean;
	/** Configured nodes that it does not hear directly. */
	readonly unheard: readonly NodeId[];
	/** It says that it hears nobody. */
	readonly isDeaf: boolean;
	/** The highest sequence of my current incarnation that it says it has, 0 for none. */
	readonly echoSequence: number;
	/** When I sent that one; undefined for none that is young enough to matter. */
	readonly echoAt: MonoMs | undefined;
};

export type PendingOperation = {readonly operation: number; readonly change: KernelChange};

/** What the kernel holds as far as its answers tell, and what it has been asked and has not answered. */
export type KernelModel = {
	readonly nextOperation: number;
	readonly pending: readonly PendingOperation[];
	/** As of the last answer. */
	readonly table: SlotTable;
	/** The gates of that table that have been passed since. */
	readonly passed: Passed;
	/** What has been passed, or lies ready and is not needed, is put in order then and not before: others wait for what is under way. */
	readonly tidyAt: MonoMs | undefined;
	/** Slots and lease must go before anything else may be asked. */
	readonly isClearDue: boolean;
	/** After a refusal nothing is asked before this. */
	readonly retryAt: MonoMs | undefined;
	readonly failures: number;
	/** What it refused last, until it accepts one of that kind. */
	readonly refused: KernelChange['kind'] | undefined;
};

export type Lease = {
	/** Where the last request lets it end, undefined when there is none. */
	readonly endAt: MonoMs | undefined;
	/** As of the last answer. */
	readonly confirmedAt: MonoMs | undefined;
	/** L that the last answered request was computed with. */
	readonly confirmedMs: number;
	/** L that it is computed with. */
	readonly usedMs: number;
	/** L that peers are told, never less than what an open lease was computed with (R7). */
	readonly announcedMs: number;
	/** When it ran out the last time. */
	readonly lapsedAt: MonoMs | undefined;
	/** From this sequence on the raised L was announced. */
	readonly raisedAtSequence: number | undefined;
};

/** What the lease is made longer by, because this node's environment is bad (R7). */
export type Stretch = {
	readonly extraMs: number;
	/** What was bad the last time; empty when nothing was. */
	readonly reason: string;
	/** When that was, or when it was made shorter since. */
	readonly changedAt: MonoMs;
};

export type RetainedSlots = {
	readonly slots: SlotSet;
	readonly untilAt: MonoMs;
	/** When the kernel had taken them out of `owned`; undefined until then. */
	readonly goneAt: MonoMs | undefined;
};

/**
What becomes of a guarded claim. free: it is followed, as any other is. asking: this node serves, and finds out whether it may leave. kept: it serves on.
*/
export type Guard = {
	readonly stage: 'free' | 'asking' | 'kept';
	/** The first heartbeat that says so. */
	readonly incarnation: number;
	readonly sequence: number;
	/** Since when. */
	readonly at: MonoMs;
};

/**
Off: silent; before `start` and after `finished`. clearing: waits for the kernel to be empty before the first heartbeat (R6). on: sends heartbeats.
ending: has nothing left to serve and waits for the kernel to be empty before the last heartbeat.
*/
export type Stage = 'off' | 'clearing' | 'on' | 'ending';

export type MembershipState = {
	readonly config: MembershipConfig;
	/** A configuration that changes the fingerprint, adopted when nothing is held any more. */
	readonly nextConfig: MembershipConfig | undefined;
	/** Fingerprints of other configurations whose nodes distribute as this node does. */
	readonly alsoAccepts: readonly string[];
	/** The end of the change that this configuration is the middle of. */
	readonly towards: string | undefined;
	/** Nodes that the configuration has no more and that still serve, hold slots or keep connections: known until they do not. */
	readonly leaving: readonly NodeId[];
	readonly stage: Stage;
	/** `rest`: live and serve nothing. `leave`: end. */
	readonly wanted: 'serve' | 'rest' | 'leave';
	/** When the established connections of a node that shall rest are cut; undefined for when they end. */
	readonly cutAt: MonoMs | undefined;
	/** Why this node must not serve although it is wanted to; empty when it may. */
	readonly waitReason: string;
	/** One a group, instead of the configured ones; undefined where those count. */
	readonly weights: readonly number[] | undefined;
	/** What the application asks. */
	readonly claim: ApplicationClaim;
	readonly guard: Guard;
	/** It died since it was in last: nobody waits for what is retained. */
	readonly hasDropped: boolean;
	/** What the shell says keeps this machine from serving; empty for nothing. */
	readonly hindrance: string;
	readonly incarnation: number;
	/** A later life of this node than this, in a peer's memory, is not believed. */
	readonly incarnationLimit: number;
	readonly sequence: number;
	readonly generation: number;
	readonly view: readonly ViewMember[];
	readonly viewHash: string;
	/** The view whose slots this node last held in full, to tell whose slots it claims. */
	readonly settledView: readonly ViewMember[];
	readonly phase: Phase;
	readonly isServing: boolean;
	readonly isReady: boolean;
	readonly isAdmitted: boolean;
	/** When the wait of R3 began: the first heartbeat of this life as a serving node. Undefined before it. */
	readonly announcedAt: MonoMs | undefined;
	/** Peers that R3 wants alive, or waited for. */
	readonly awaited: readonly NodeId[];
	readonly peers: readonly Peer[];
	readonly kernel: KernelModel;
	readonly lease: Lease;
	readonly stretch: Stretch;
	/** When the newest ping left that a witness has answered. */
	readonly witnessAt: MonoMs | undefined;
	readonly retained: readonly RetainedSlots[];
	/** Sequences sent in the last L and when, ascending. */
	readonly sent: ReadonlyArray<{readonly sequence: number; readonly at: MonoMs}>;
	readonly sentAt: MonoMs | undefined;
	/** When anything was sent to anybody. */
	readonly spokeAt: MonoMs | undefined;
	/** Something changed that has not been announced yet: it is held back for a moment. */
	readonly isAnnouncementDue: boolean;
	/** The heartbeat that carried my last change, to be repeated until echoed (R10). */
	readonly change: {readonly sequence: number; readonly repeats: number; readonly at: MonoMs} | undefined;
	/** Peers that wait for an answer: they have announced a change, or are new to me. */
	readonly echoesDue: readonly NodeId[];
	readonly steppedAt: MonoMs;
	readonly latenessMs: number;
	/** A daemon that ends lets its kernel go on serving what is retained for so long; undefined for one that takes all with it. */
	readonly awayMs: number | undefined;
	readonly stoppedAt: MonoMs | undefined;
	readonly releasedAt: MonoMs | undefined;
	/** The last look; undefined where nothing is retained. */
	readonly connections: ConnectionsLook | undefined;
	readonly strangers: readonly NodeId[];
	/** Peers that remember a life of this node beyond the limit, each told once. */
	readonly disbelieved: readonly NodeId[];
	/** At most one a peer. */
	readonly differences: readonly Difference[];
};

/** Of a node without an application, and before one has said anything. */
export const wholeClaim: ApplicationClaim = {wants: 'in', shareThousandths: wholeShare, note: ''};

export const emptyTable: SlotTable = {owned: noSlots, retained: noSlots, resettable: noSlots, leaving: noSlots, arriving: noSlots};

/** A node that knows nobody, is silent, and does not know what its kernel holds. `incarnation` must be greater than any it used before. */
export function initialState(config: MembershipConfig, {incarnation, now}: {readonly incarnation: number; readonly now: MonoMs}): MembershipState {
	return {
		config,
		nextConfig: undefined,
		alsoAccepts: [],
		towards: undefined,
		leaving: [],
		stage: 'off',
		wanted: 'leave',
		cutAt: undefined,
		waitReason: '',
		weights: undefined,
		claim: wholeClaim,
		hasDropped: false,
		guard: {stage: 'free', incarnation, sequence: 1, at: now},
		hindrance: '',
		incarnation,
		incarnationLimit: Math.min(incarnation + incarnationLeapMax, incarnationMax - 1),
		sequence: 0,
		generation: 1,
		view: [],
		settledView: [],
		viewHash: '0000000000000000',
		phase: 'released',
		isServing: false,
		isReady: false,
		isAdmitted: false,
		announcedAt: undefined,
		awaited: [],
		peers: [],
		kernel: {
			nextOperation: 1, pending: [], table: emptyTable, passed: nonePassed, tidyAt: undefined, isClearDue: false, retryAt: undefined, failures: 0, refused: undefined,
		},
		lease: {
			endAt: undefined,
			confirmedAt: undefined,
			confirmedMs: 0,
			usedMs: config.timing.leaseMs,
			announcedMs: config.timing.leaseMs,
			lapsedAt: undefined,
			raisedAtSequence: undefined,
		},
		stretch: {extraMs: 0, reason: '', changedAt: now},
		witnessAt: undefined,
		retained: [],
		sent: [],
		sentAt: undefined,
		spokeAt: undefined,
		isAnnouncementDue: false,
		change: undefined,
		echoesDue: [],
		steppedAt: now,
		latenessMs: 0,
		awayMs: undefined,
		stoppedAt: undefined,
		releasedAt: undefined,
		connections: undefined,
		strangers: [],
		disbelieved: [],
		differences: [],
	};
}
