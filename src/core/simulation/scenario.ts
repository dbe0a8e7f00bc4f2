/** A scenario as data: which farm, for how long, and what befalls it when. */

import type {MembershipConfig} from '../membership/types.js';
import type {NodeId, Quorum, Timing} from '../model/farm.js';
import type {WordName} from './words.js';
import type {WorldNode} from './world.js';

export type Action =
	| {readonly kind: 'kill' | 'kill-daemon' | 'reboot' | 'reset' | 'restart' | 'pause' | 'stop' | 'drain' | 'start' | 'differ' | 'hinder' | 'unwell' | 'well' | 'kill-app'; readonly nodes: readonly NodeId[]}
	| {readonly kind: 'weight'; readonly nodes: readonly NodeId[]; readonly weight: number; /** Its place among the farm's groups. */ readonly group: number}
	/** Directions that nothing passes. */
	| {readonly kind: 'partition' | 'cut' | 'one-way'; readonly links: ReadonlyArray<readonly [from: NodeId, to: NodeId]>}
	| {readonly kind: 'loss' | 'duplicate'; readonly fraction: number}
	| {readonly kind: 'delay' | 'jitter'; readonly ms: number};

export type Misfortune = Action & {
	/** As it was written, without the time. */
	readonly text: string;
	/** Since the beginning of the run. */
	readonly atMs: number;
	/** Undefined: to the end, or over in an instant. */
	readonly lastsMs: number | undefined;
};

export type Scenario = {
	readonly nodes: readonly WorldNode[];
	readonly groups: MembershipConfig['groups'];
	readonly timing: Timing;
	readonly quorum: Quorum;
	readonly keepAtLeast: number;
	readonly finishMs: number;
	readonly retainMs: number;
	/** How far apart the nodes' clocks may run, as a fraction. */
	readonly driftFraction: number;
	readonly durationMs: number;
	readonly misfortunes: readonly Misfortune[];
};

/** One word of a scenario as someone wrote it, with where, for messages. */
export type WrittenWord = {
	readonly name: WordName;
	/** The name as it stands there, such as `--kill`. */
	readonly writtenAs: string;
	readonly argument: string;
	/** `command line`, or the file and line. */
	readonly where: string;
	/** The whole line, and where in it the argument begins, from 1. */
	readonly line: string;
	readonly column: number;
};

export type WordProblem = {
	readonly where: string;
	readonly line: string;
	/** Counts from 1. */
	readonly column: number;
	readonly message: string;
	readonly hint: string;
};

export const oneWayDelayMsDefault = 1;

/** A run goes on for so many detection times, and so long at least, after the last misfortune. */
const settleDetections = 4;
const settleMsMin = 2000;

/** How long a run takes that is not told. */
export function usualDurationMs(misfortunes: readonly Misfortune[], {detectionMs}: Timing): number {
	const last = Math.max(0, ...misfortunes.map(({atMs, lastsMs = 0}) => atMs + lastsMs));
	return last + Math.max(settleMsMin, settleDetections * detectionMs);
}
