/** Faults that may be planted into the daemon around the core or into its kernel, to see whether the simulator notices. Nothing is planted by default. */

import type {MembershipState} from '../membership/state.js';
import type {MonoMs} from '../model/time.js';
import type {Heartbeat} from '../protocol/heartbeat.js';

export type Plant = {
	/** What a node makes of a heartbeat before it takes it in. */
	readonly message?: (message: Heartbeat, state: MembershipState) => Heartbeat;
	/** What a node says instead of what it meant to say. */
	readonly outgoing?: (message: Heartbeat, state: MembershipState) => Heartbeat;
	readonly before?: (state: MembershipState, now: MonoMs) => MembershipState;
	readonly after?: (state: MembershipState, now: MonoMs) => MembershipState;
	/** The kernel extends a lease that has run out. */
	readonly doesRevive?: boolean;
	/** A relay says that what it forwards is new. */
	readonly doesResetAge?: boolean;
	/** A relay forwards nothing. */
	readonly doesForwardNothing?: boolean;
	/** A due tick comes before what waits in the socket. */
	readonly doesTickFirst?: boolean;
	/** Every life of a node has this number. */
	readonly incarnation?: number;
	/** The kernel answers the clear of a booting daemon this long before it carries it out. */
	readonly bootClearDelayMs?: number;
};

export const noPlant: Plant = {};
