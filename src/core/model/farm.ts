/** The farm as configured: what a checked `farm.yaml` says, with every default filled in. */

import type {ApplicationConfig} from './application.js';
import type {Group} from './group.js';

/** 1 to 64, unique in the farm; decides which slots a node prefers. */
export type NodeId = number;

export type AddressFamily = 4 | 6;

export type FarmNode = {
	readonly name: string;
	readonly id: NodeId;
	/** Canonical text, one address a heartbeat network; the same position is the same network on every node. */
	readonly addresses: readonly string[];
	/** 0 to 1000, in every group that says nothing else; a node of weight 2 takes twice the share of a node of weight 1. */
	readonly weight: number;
};

/** How a packet for the VIP reaches every node: the farm answers ARP and ND with a unicast or a multicast MAC. */
export type VipMode = 'unicast' | 'multicast';

export type Vip = {
	/** Canonical text of the address alone. */
	readonly address: string;
	readonly family: AddressFamily;
	/** Of the network that the VIP is part of; the address itself is installed as a host address. */
	readonly prefixLength: number;
	readonly interface: string;
	readonly mode: VipMode;
	/** The cluster MAC, lower case with colons: configured, or derived from the farm's name and the address. */
	readonly mac: string;
};

export type Protocol = 'tcp' | 'udp';

/** What identifies a client: its address, its address and port, or its network (/24 or /64). */
export type Affinity = 'client' | 'connection' | 'network';

/** Both ends included. */
export type PortRange = {readonly from: number; readonly to: number};

export type Rule = {
	/** The address of a VIP of this farm. */
	readonly vip: string;
	readonly protocol: Protocol;
	/** Ascending and disjoint; the whole range 1-65535 when the configuration names none. */
	readonly ports: readonly PortRange[];
	readonly affinity: Affinity;
	/** The name of a group of this farm. */
	readonly group: string;
};

/** The letters are those of `reference` formulas: H, D, L, S, k, j, delta, rho. All in milliseconds unless said. */
export type Timing = {
	/** H: a heartbeat leaves each interval. */
	readonly intervalMs: number;
	/** D: a node not heard for this long is dead. */
	readonly detectionMs: number;
	/** A node in a bad environment is given up to this much instead of D before it is dead (R7); D itself when nothing adapts. */
	readonly detectionMaxMs: number;
	/** L: what a node accepts ends this long after the heartbeat its peers know. */
	readonly leaseMs: number;
	/** S: a peer silent for this long no longer holds my lease back. */
	readonly silenceMs: number;
	/** k: heartbeats that may be lost in a row without effect. */
	readonly lossesMax: number;
	/** j: how late a timer may run. */
	readonly timerLatenessMs: number;
	/** delta: the largest one-way delay. */
	readonly delayMs: number;
	/** rho: clock drift between two nodes, as a fraction. */
	readonly driftFraction: number;
};

/** Whom a node must hear, or what must answer it, so that it serves: nobody, a majority of the configured nodes, a majority or a witness. */
export type Quorum = 'none' | 'majority' | 'witness';

/** What in the kernel deals packets to nodes: nftables, or iptables with its HMARK target. They hash differently, so a farm has one. */
export type BackEnd = 'nft' | 'iptables';

export type Farm = {
	readonly name: string;
	/** Path of the file with the farm key. */
	readonly keyFile: string;
	readonly nodes: readonly FarmNode[];
	readonly heartbeat: {
		readonly port: number;
		readonly timing: Timing;
		/** Groups that this node's heartbeats are sent to, at most one a family; empty where each peer is sent its own. */
		readonly multicast: readonly string[];
	};
	readonly quorum: Quorum;
	/** Canonical text; at least one with quorum `witness`, none otherwise. */
	readonly witnesses: readonly string[];
	readonly vips: readonly Vip[];
	readonly rules: readonly Rule[];
	readonly backend: BackEnd;
	/** At most `groupsMax`; the first is `default`. */
	readonly groups: readonly Group[];
	/** Seed of the distribution hash, unsigned 32 bits: configured, or derived from the farm's name. */
	readonly seed: number;
	/** How long a daemon that is told to end still serves established connections. */
	readonly finishMs: number;
	/** How long a node that gave a slot up to another still serves the slot's established connections. */
	readonly retainMs: number;
	readonly application: ApplicationConfig;
};
