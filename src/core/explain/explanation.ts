/**
The answer to `farmctl explain`: what the verb prints with `--json` and what its text is made of.

Scripts rely on it. Fields may be added under the same `schema`; one that goes or changes its meaning makes a new number.
*/

import type {Affinity, PortRange, Protocol} from '../model/farm.js';
import type {NodeState} from '../membership/types.js';
import type {StatusCounters} from '../status/status.js';
import type {Endpoint} from './question.js';

export const explainSchemaName = 'farmctl/explain/1';

export type HashUsed = {
	/** Of the back end: nft's or that of iptables' HMARK. */
	readonly function: 'jhash' | 'hmark';
	/** What is hashed, in words: `source address`. */
	readonly of: string;
	/** What goes into it, in hexadecimal: the bytes in the order of the packet, or HMARK's three words. */
	readonly key: string;
	readonly seed: number;
	/** Unsigned 32 bits. */
	readonly value: number;
};

/** A configured node, as it stands in the slot's order. */
export type PreferredNode = {
	readonly name: string;
	/** In the rule's group. */
	readonly weight: number;
	/** Whether it is one of those among whom the slots are shared now; without a daemon, whether it was said to be. */
	readonly isServing: boolean;
	/** Absent without a daemon. */
	readonly state?: NodeState;
};

/** Why the slot is where it is, by what the answering node saw. */
export type SlotMove = {
	/** Wall time, ISO 8601 in UTC. */
	readonly at: string;
	readonly agoMs: number;
	readonly kind: 'claimed' | 'released';
	readonly node: string;
	readonly from?: string;
	/** One sentence without a full stop. */
	readonly why: string;
};

export type SlotAnswer = {
	readonly slot: number;
	readonly slotNumber: number;
	readonly hash: HashUsed;
	/** Those that may own the slot, the most preferred first; a node of weight 0 is not one of them. */
	readonly order: readonly PreferredNode[];
	/** Who accepts new connections of the slot; null for nobody. Without a daemon: who would. */
	readonly owner: string | null;
	/** To whom the view of the serving nodes gives the slot: differs from the owner while slots move. */
	readonly assigned: string | null;
	/** Who takes the slot when its owner goes, and who when that one goes too, and so on. */
	readonly next: readonly string[];
	/** Who still serves established connections of the slot. */
	readonly retainedBy: readonly string[];
	/** Who may: it has so many that its heartbeats do not tell each one. */
	readonly mayRetain: readonly string[];
	/** Absent without a daemon, and where it has seen none. */
	readonly lastMove?: SlotMove;
};

/** Where an unnamed port may lead: affinity `connection` hashes the client's port too. */
export type PortShare = {readonly node: string | null; /** Of the client's 65535 ports. */ readonly ports: number};

export type RuleAnswer = {
	readonly vip: string;
	readonly protocol: Protocol | 'echo';
	/** Absent for echo requests. */
	readonly ports?: readonly PortRange[];
	readonly affinity: Affinity;
	readonly group: string;
} & (
	| {readonly found: SlotAnswer}
	| {readonly anyPort: readonly PortShare[]}
);

export type Explanation = {
	readonly schema: typeof explainSchemaName;
	/** Where what is told about nodes comes from: the daemon, as its node sees the farm now, or the configuration, as if its nodes served. */
	readonly source: 'daemon' | 'configuration';
	readonly farm: string;
	/** Whose daemon answers. */
	readonly node?: string;
	/** Wall time of the answer, of a daemon. */
	readonly at?: string;
	readonly client: Endpoint;
	readonly vip?: Endpoint;
	/** One for each rule that fits, in the order of the configuration, then echo requests where no port was asked for. */
	readonly answers: readonly RuleAnswer[];
	/** Why there is no answer, as one sentence without a full stop. */
	readonly problem?: string;
	/** Established connections of this client to the VIPs on the node that answers. */
	readonly connections?: number;
	/** Of the node that answers. */
	readonly counters?: StatusCounters;
};
