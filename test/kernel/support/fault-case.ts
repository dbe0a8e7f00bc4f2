/** One fault of a farm: how it is made, how it is healed, and what is promised of it. */

import type {Lab} from './lab.js';

export type FaultCase = {
	readonly name: string;
	/** Nodes whose clients may be without service for a while. Those of all others must not notice. */
	readonly hits: readonly string[];
	/** The longest time that such a client may be without service, from its last answer to its next. */
	readonly outageMaxMs: number;
	/**
	When two nodes may answer one client all the same, because they cannot hear one another and the client hears both. `split`: once the detection time has passed,
	until both have heard of each other again. `merge`: only from the heal until then.
	*/
	readonly double?: 'split' | 'merge';
	/** This node must accept nothing from one lease after its last heartbeat, or after the fault was made when its heartbeats are lost on the way, until it is healed. */
	readonly silenced?: {readonly node: string; readonly after: 'heartbeat' | 'fault'};
	/** This node is stopped on purpose: that it does not run is not the machine's doing. */
	readonly stops?: string;
	/** Whether a connection may be refused, since a node's daemon can be up before its server is. */
	readonly mayRefuse?: true;
	/** Resolves when the fault is there. */
	readonly make: (lab: Lab) => Promise<unknown>;
	/** Resolves when the farm has come to terms with it. */
	readonly endure: (lab: Lab) => Promise<void>;
	/** Resolves when the cause is gone. */
	readonly heal: (lab: Lab) => Promise<void>;
};
