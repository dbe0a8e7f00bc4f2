/**
What one node tells another each interval, and at once when something changes.

The rule it keeps: a heartbeat is complete. A receiver needs only the newest one of each peer, so any number may be lost, doubled or overtaken.
The bytes are in `encode.ts` and `decode.ts`; sealing them is `src/edge/seal/`.
*/

import {detectionMaxMs} from '../config/timing.js';
import type {NodeId} from '../model/farm.js';
import {countSlots, slotsOfGroup, type SlotSet} from '../model/slot-set.js';

/** Format version of the bytes; a receiver refuses any other. Fields may be appended without a new one: trailing bytes are ignored. */
export const heartbeatFormat = 2;

/** A heartbeat never takes more, so that it fits one unfragmented datagram with its seal. */
export const heartbeatBytesMax = 1300;

export const nodeIdMax = 64;
export const versionBytesMax = 32;
export const problemBytesMax = 200;

/**
No life has a higher number: it begins as the milliseconds since 1970, which come there in the year 6429. Room is left above it, so that whoever
sees one knows it for nonsense instead of being locked out by it: a node only grows.
*/
export const incarnationMax = 2 ** 47;

/** No lease is longer: it must end within the longest detection time. */
export const announcedLeaseMaxMs = detectionMaxMs;

/** No daemon is believed to be away for longer. */
export const awayMaxMs = 600_000;

/**
UP: admitted to serve. WAIT: wants to serve and must not yet. DRAINING: on an operator's order gives its slots away, or still has established connections.
STOP: the operator wants it to serve nothing; its daemon lives. STOPPING: its application is being stopped, or the daemon is ending. OFF: its last word before
silence. STARTING: its application does not serve yet.
*/
export type LifecycleState = 'UP' | 'WAIT' | 'DRAINING' | 'STOP' | 'STOPPING' | 'OFF' | 'STARTING';

/**
What the sender's application lets it do. well: serve. unwell: it would leave, and has not decided yet whether it may (`keep-at-least`). degraded: it has, and
goes on serving. out: serve nothing.
*/
export type Wellness = 'well' | 'unwell' | 'degraded' | 'out';

/** Of a weight that counts whole. */
export const wholeShare = 1000;

/**
NOTICED: has seen the view and gets its kernel ready. PREPARED: is ready, and still serves as before. RELEASED: the kernel accepts no slot that is another node's in this view.
*/
export type Phase = 'noticed' | 'prepared' | 'released';

/** Daemons from before there was STARTING hear of a node that starts as of one that waits: a row proves no more than life. */
export type RowState = Exclude<LifecycleState, 'STARTING'>;

export const rowStateOf = (state: LifecycleState): RowState => state === 'STARTING' ? 'WAIT' : state;

/** What the sender knows of one peer: the echo of R1 and the acknowledgement of R2. */
export type PeerRow = {
	readonly id: NodeId;
	readonly incarnation: number;
	/** The highest sequence number of that incarnation that has reached the sender, by any path. */
	readonly sequence: number;
	/** The generation of that heartbeat: with `incarnation` what the sender acknowledges. */
	readonly generation: number;
	/** Since it was received, plus what it had aged on the way when it was relayed. */
	readonly ageMs: number;
	/** Whether it came from the peer itself. */
	readonly isDirect: boolean;
	readonly leaseMs: number;
	readonly state: RowState;
};

export type Heartbeat = {
	readonly sender: NodeId;
	/** Grows with every start of the node; at most `incarnationMax`. */
	readonly incarnation: number;
	/** Grows with every heartbeat of an incarnation; below 2^48. */
	readonly sequence: number;
	readonly state: LifecycleState;
	/** 1 to `groupsMax` of them, one a group. */
	readonly weights: readonly number[];
	/** Thousandths of its weights that it serves with: 1 to `wholeShare`. */
	readonly shareThousandths: number;
	readonly wellness: Wellness;
	/** 16 hexadecimal digits. */
	readonly fingerprint: string;
	/** Of farmctl; at most `versionBytesMax` bytes of UTF-8 when sent. A receiver has this text and `problem` without what could steer a terminal. */
	readonly version: string;
	/** L of the sender (R7): its lease ends at most this long after the newest heartbeat that its peers know. */
	readonly leaseMs: number;
	/** Grows at every change of view and at every drop (R2). */
	readonly generation: number;
	/** 16 hexadecimal digits over the ids, incarnations and weights of the sender's view. */
	readonly viewHash: string;
	readonly phase: Phase;
	/** Wants to serve: holds the leases of its peers back until it echoes them (R1, R3). */
	readonly isServing: boolean;
	/** Has waited as R3 demands, so that it may be part of a view. */
	readonly isReady: boolean;
	/** Carries a change that is repeated until every live peer has echoed it (R10): answer at once. */
	readonly wantsEcho: boolean;
	/** Slots that its kernel may accept new connections of; where they are not exact, these and more. */
	readonly held: SlotSet;
	/** Slots that it gave up and whose established connections it still serves; where they are not exact, these and more. */
	readonly retained: SlotSet;
	/** How many these are, a number a group, where the set came with less than one bit a slot and holds more; undefined where the set is exact. */
	readonly heldCounts: readonly number[] | undefined;
	readonly retainedCounts: readonly number[] | undefined;
	/** Established connections in those, as counted last; at most 2^32 - 1 when sent. */
	readonly retainedConnections: number;
	/** Of a daemon that ends and is followed by the next: its kernel serves what it retains for so long after this heartbeat; 0 for any other. At most `awayMaxMs`. */
	readonly awayMs: number;
	/** How late its timers ran at worst in the recent past. */
	readonly latenessMs: number;
	/** Why it is not well, for displays; empty when it is. At most `problemBytesMax` bytes of UTF-8 when sent. */
	readonly problem: string;
	readonly peers: readonly PeerRow[];
};

/** Whether `held` holds nothing but what the sender holds. */
export const isHeldExact = ({heldCounts}: Pick<Heartbeat, 'heldCounts'>): boolean => heldCounts === undefined;

export const isRetainedExact = ({retainedCounts}: Pick<Heartbeat, 'retainedCounts'>): boolean => retainedCounts === undefined;

/** How many slots of each group the sender holds. */
export const heldCountsOf = ({held, heldCounts, weights}: Pick<Heartbeat, 'held' | 'heldCounts' | 'weights'>): readonly number[] =>
	heldCounts ?? weights.map((_, group) => countSlots(slotsOfGroup(held, group)));

export const retainedCountsOf = ({retained, retainedCounts, weights}: Pick<Heartbeat, 'retained' | 'retainedCounts' | 'weights'>): readonly number[] =>
	retainedCounts ?? weights.map((_, group) => countSlots(slotsOfGroup(retained, group)));
