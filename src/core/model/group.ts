/** Groups of rules: each has the weights of its nodes and a slot table of its own. */

import type {FarmNode, NodeId} from './farm.js';

/** With the default group. Heartbeats carry the slots of each, so they bound it. */
export const groupsMax = 4;

/** Of rules that name none; every farm has it. */
export const defaultGroupName = 'default';

/** 0 is a node that serves nothing of the group. */
export const weightMax = 1000;

export type Group = {
	readonly name: string;
	/** 0 to 1000, one for each configured node. A node of weight 0 serves nothing of the group. */
	readonly weights: Readonly<Record<NodeId, number>>;
	/** Where it is not empty: every slot belongs to the first of these that serves, and nodes that are not listed own none. */
	readonly order: readonly NodeId[];
};

/** A group that says nothing of its own. */
export const plainGroup = (name: string, nodes: readonly FarmNode[]): Group => ({
	name, weights: Object.fromEntries(nodes.map(({id, weight}) => [id, weight])), order: [],
});

/** The weights of a node, one a group; 0 for a node that a group does not know. */
export const weightsOf = (groups: readonly Group[], id: NodeId): readonly number[] => groups.map(({weights}) => weights[id] ?? 0);
