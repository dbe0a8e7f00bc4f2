/** What an operator tells one node, and what the node says of itself then: shared by the daemon that obeys and the verbs that ask. */

import type {NodeState} from '../membership/types.js';

/** Clients named while a node drains: those with the most connections. */
export const clientsNamedMax = 5;

/** An operator's name is cut to so many characters. */
export const operatorLengthMax = 64;

/** `stop` cuts what is left after this long, unless it is told another time; `--now` at once. */
export const stopTimeoutMsDefault = 30_000;

/** No drain is told a longer time. */
export const drainTimeoutMsMax = 7 * 86_400_000;

export type NodeClient = {readonly address: string; readonly connections: number};

/** One node as it says itself, when it was told something or is asked how far it is. */
export type NodeReport = {
	readonly node: string;
	readonly state: NodeState;
	readonly wanted: 'serve' | 'rest' | 'leave';
	/** Slots whose new connections it accepts. */
	readonly slots: number;
	readonly retainedSlots: number;
	/** Established connections in those, as it counted last; null before the first count. */
	readonly connections: number | null;
	/** Those with the most of them, at most `clientsNamedMax`. */
	readonly clients: readonly NodeClient[];
	/** Until what is left is cut; absent when it is not. */
	readonly cutInMs?: number;
	/** By the name of the group. */
	readonly weights: Readonly<Record<string, {readonly weight: number; readonly isConfigured: boolean}>>;
	/** Why it does not serve, or what hinders it. */
	readonly problem?: string;
	/** What was done, and not as it should be: such as that the node will not remember it. */
	readonly warning?: string;
};
