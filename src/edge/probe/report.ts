/** What the probe endpoint is told of its node: plain data, as it crosses threads. */

import type {NodeState} from '../../core/membership/types.js';

export type ProbeReport = {
	readonly farm: string;
	readonly node: string;
	readonly state: NodeState;
	/** Whether clients may be sent here: UP, and with a lease for what it owns. */
	readonly isUp: boolean;
	/** Why it is not, or what hinders it while it is; one sentence without a full stop, empty when all is well. */
	readonly reason: string;
};
