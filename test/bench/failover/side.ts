/** One of the two programs that are compared, in the same network with the same servers behind the same VIP. */

import type {LabHost} from '../../../src/core/lab/topology.js';
import type {Lab} from '../../../src/edge/lab/players.js';

export type Side = {
	readonly lab: Lab;
	/** How often a node tells that it is there: the moment of a cut falls anywhere between two. */
	readonly periodMs: number;
	/** The node whose link is cut in this run: one that answers clients. */
	readonly victimOf: (run: number) => LabHost;
	/** Whether all nodes serve, or stand by, as they should when nothing is broken. */
	readonly isWhole: () => Promise<boolean>;
	/** How each node is, for the one who wonders why it is not whole. */
	readonly describe: () => Promise<string>;
	readonly close: () => Promise<void>;
};
