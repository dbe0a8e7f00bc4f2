/** What a change of the configuration leaves behind for a while, so that connections which stand go on. */

import type {Ports} from '../change/compatibility.js';

export type Kept = {
	/** TCP ports whose established connections stay on the nodes that have them, whoever owns the slot now; nobody resets what it does not know there. */
	readonly ports: readonly Ports[];
	/** Cluster MACs that clients may still send to. */
	readonly macs: ReadonlyArray<{readonly interface: string; readonly mac: string}>;
};

export const nothingKept: Kept = {ports: [], macs: []};
