/**
What a daemon knows of its farm at one instant: what it answers on its socket, what `farmctl status --json` prints and what `top` draws.

Scripts rely on it. Fields may be added under the same `schema`; one that goes or changes its meaning makes a new number.
`schema.ts` in this folder says the same as JSON Schema, and a test holds the two together.
*/

import type {Level} from '../model/event.js';
import type {BackEnd, Quorum, VipMode} from '../model/farm.js';
import type {NodeState} from '../membership/types.js';
import type {StatusApplication} from './application.js';

export const statusSchemaVersion = 1;

/** A status carries this many of the last events, oldest first. */
export const statusEventsMax = 50;

export type StatusEvent = {
	/** Wall time, ISO 8601 in UTC with milliseconds. */
	readonly at: string;
	readonly level: Level;
	readonly name: string;
	readonly message: string;
	readonly fields?: Readonly<Record<string, string | number | boolean>>;
};

/** What the node that answers knows of the way to another node by one network; of itself it knows the address. */
export type StatusNetwork = {
	/** From 1: the position of the address in the configuration. */
	readonly network: number;
	/** The node's own there. */
	readonly address: string;
	/** Whether its heartbeats arrive by another network and not by this one. */
	readonly isLost: boolean;
	/** Of about the last 100 heartbeats; null when too few are known. */
	readonly lossPercent: number | null;
	/** Round-trip time and how much it varies, smoothed, to 0.01 ms; null before the first measurement. */
	readonly rttMs: number | null;
	readonly jitterMs: number | null;
	/** Age of the newest heartbeat by this network, null when there was none. */
	readonly lastHeardMs: number | null;
};

/** What one node has of one group. */
export type StatusGroup = {
	readonly name: string;
	/** Fraction of the group's slots that the node owns, 0 to 1. */
	readonly share: number;
	readonly slots: number;
	readonly retainedSlots: number;
	readonly weight: number;
};

export type StatusNode = {
	readonly name: string;
	readonly id: number;
	readonly state: NodeState;
	/** Fraction of the slots of all groups that the node owns, 0 to 1. */
	readonly share: number;
	/** Slots whose new connections it accepts. */
	readonly slots: number;
	/** Slots that it still serves established connections of. */
	readonly retainedSlots: number;
	/** In those, as it counted last; 0 before the first count. */
	readonly retainedConnections: number;
	/** In the default group. */
	readonly weight: number;
	/** One for each group, in their order; absent where the default group is the only one. */
	readonly groups?: readonly StatusGroup[];
	/** Age of the newest heartbeat from it; 0 for the node that answers, null when none was heard. */
	readonly lastHeartbeatMs: number | null;
	/** Of its farmctl; empty when never heard. */
	readonly version: string;
	/** How late its timers ran at worst lately, by its own word. */
	readonly latenessMs: number;
	readonly addresses: readonly string[];
	/** One an address, in their order. */
	readonly networks: readonly StatusNetwork[];
	/** Whether its heartbeats come from itself, and not only through other nodes; true for the node that answers. */
	readonly isDirect: boolean;
	/** The silence after which its slots are taken over: longer than configured where its environment is bad and `detection-max` allows it. */
	readonly detectionMs: number;
	/** Id of the key that its newest heartbeat is sealed with; absent when none was heard. */
	readonly key?: string;
	/** Why it is not UP, or what hinders it, as one sentence without a full stop. */
	readonly problem?: string;
};

/** The farm keys of the node that answers, by their public ids of eight hexadecimal digits. */
export type StatusKeys = {
	readonly sealing: string;
	/** Its peers may seal with any of these; the sealing one is the first. */
	readonly accepted: readonly string[];
};

export type StatusVip = {
	readonly address: string;
	readonly interface: string;
	readonly mode: VipMode;
	readonly mac: string;
};

/** Packets for the VIPs since this node's filter was installed; the words are those of `edge/filter/port.ts`. */
export type StatusCounters = {
	readonly foreignPackets: number;
	readonly leaselessPackets: number;
	readonly unnamedPackets: number;
	readonly acceptedPackets: number;
	readonly unknownPackets: number;
};

export type Status = {
	readonly schema: typeof statusSchemaVersion;
	readonly farm: string;
	/** The name of the node that answers. */
	readonly node: string;
	/** Of the farmctl that answers. */
	readonly version: string;
	/** Wall time of the snapshot, ISO 8601 in UTC with milliseconds. */
	readonly at: string;
	readonly uptimeMs: number;
	/** Of the node that answers. */
	readonly state: NodeState;
	/** Why it is not UP, as one sentence without a full stop. */
	readonly reason?: string;
	readonly view: {
		/** Names of the nodes that this node holds to be serving, by id. */
		readonly members: readonly string[];
		/** Grows with every change of the view. */
		readonly generation: number;
		/** Where the handoff stands, a word of the membership core. */
		readonly phase: string;
	};
	/** Of the slots, as heard from the nodes: two snapshots of a handoff may differ by a heartbeat. */
	readonly coverage: {
		/** Slots that some node owns. */
		readonly owned: number;
		readonly total: number;
		/** Slots that more than one node claims: never above 0 but for heartbeats that crossed. */
		readonly overlapping: number;
	};
	/** What is left of this node's lease; absent when it has none. */
	readonly lease: {readonly restMs?: number};
	/** As configured. `adaptation`: why peers give the node that answers longer than that. */
	readonly timing: {readonly detectionMs: number; readonly detectionMaxMs: number; readonly intervalMs: number; readonly leaseMs: number; readonly adaptation?: string};
	/** As configured: who must be heard, or must answer, so that a node serves. */
	readonly quorum: Quorum;
	/** Every configured node, by id. */
	readonly nodes: readonly StatusNode[];
	readonly vips: readonly StatusVip[];
	/** `counters` is absent until the filter is installed. */
	readonly filter: {readonly backEnd: BackEnd; readonly counters?: StatusCounters};
	/** Datagrams dropped on the heartbeat port, by reason. */
	readonly rejected: Readonly<Record<string, number>>;
	readonly keys: StatusKeys;
	/** Established TCP connections to the VIPs in slots that this node retains, or in all of them while it drains or ends; absent where nobody has looked. */
	readonly connections?: number;
	/** Services and checks of the node that answers; absent where none are configured. */
	readonly application?: StatusApplication;
	readonly events: readonly StatusEvent[];
};
