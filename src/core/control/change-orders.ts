/** What the daemon and the verbs that change a configuration tell one another, and nodes one another: plain JSON. */

import type {ConfigurationDifference} from '../change/differences.js';
import type {Prediction} from '../change/prediction.js';

/** A configuration of one node that was in use, or is. */
export type Version = {
	/** Counts from 1 on each node. */
	readonly version: number;
	/** ISO 8601 wall time. */
	readonly at: string;
	readonly who: string;
	/** Of all that decides ownership. */
	readonly fingerprint: string;
	readonly text: string;
};

/** So many are kept. */
export const versionsMax = 20;

export const changeIdLengthMax = 64;

export const confirmMsMin = 5000;
export const confirmMsMax = 24 * 3_600_000;

/** What a node says of a configuration that it was asked to check. */
export type StageAnswer = {
	readonly node: string;
	/** It follows this one already. */
	readonly isSame: boolean;
	readonly fingerprint: string;
};

export type PlanAnswer = {
	readonly farm: string;
	readonly node: string;
	readonly differences: readonly ConfigurationDifference[];
	readonly prediction: Prediction;
	/** Why this node cannot take it over while it runs. */
	readonly refusals: readonly string[];
	/** Configured nodes that do not follow what this one follows, or are not heard, and what to do. */
	readonly away: readonly string[];
};

export type ApplyAnswer = {
	/** Empty when there was nothing to do. */
	readonly id: string;
	/** Nodes that follow the new configuration now. */
	readonly nodes: readonly string[];
	/** Configured and not heard: to be told later. */
	readonly away: readonly string[];
	/** Configured now and not before: to be started with this configuration. */
	readonly added: readonly string[];
	/** Goes back after so long unless it is confirmed. */
	readonly confirmMs?: number;
	/** What could not be done beside the change itself. */
	readonly warnings: readonly string[];
};
