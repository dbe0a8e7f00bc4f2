/** What one fault of an application did to clients, from what the traffic saw and what the nodes said. Pure; times are of the wall clock. */

import type {Told} from '../../kernel/support/told.js';
import type {ComeAnswer, ComeFailure} from '../traffic/come.js';
import type {Break} from '../traffic/keep.js';

export type Seen = {
	readonly answers: readonly ComeAnswer[];
	readonly failed: readonly ComeFailure[];
	/** Connections that stayed and broke. */
	readonly breaks: ReadonlyArray<Pick<Break, 'source' | 'reason' | 'atMs'>>;
	readonly told: readonly Told[];
};

export type Moments = {
	readonly madeAtMs: number;
	/** When its cause was gone, where that was not left to the farm. */
	readonly healedAtMs?: number | undefined;
};

/** Requests that failed, by when they were begun: before the fault, until another node had the share, after that. */
export type Failures = {readonly inFlight: number; readonly untilMoved: number; readonly later: number};

export type Outcome = {
	/** Since the fault: until the node said it, until another node answered its clients, until it answered them again. */
	readonly noticedMs: number | undefined;
	readonly movedMs: number | undefined;
	readonly returnedMs: number | undefined;
	/** From the end of the cause, where that was not left to the farm. */
	readonly returnedAfterHealMs: number | undefined;
	readonly served: number;
	/** Requests of the node's clients, and of all other clients. */
	readonly failures: Failures;
	readonly othersFailed: number;
	/** Connections that stayed, of the node's clients and of all others. */
	readonly broken: number;
	readonly othersBroken: number;
	/** The longest that a client of the node waited and was served. */
	readonly longestMs: number;
	/** Why requests failed, with numbers. */
	readonly reasons: readonly string[];
};

/** `victims`: the nodes that it happened to. */
export function outcomeOf({answers, failed, breaks, told}: Seen, {madeAtMs, healedAtMs}: Moments, victims: ReadonlySet<string>, isNotice: (event: string) => boolean): Outcome {
	const owners = ownersBefore(answers, madeAtMs);
	const isTheirs = ({source}: {readonly source: string}): boolean => victims.has(owners.get(source) ?? '');
	const theirs = answers.filter(answer => isTheirs(answer)).toSorted((a, b) => a.atMs - b.atMs);
	const movedAt = theirs.find(({node, begunAtMs}) => begunAtMs > madeAtMs && !victims.has(node))?.atMs;
	const returnedAt = movedAt === undefined ? undefined : theirs.find(({node, begunAtMs}) => begunAtMs > movedAt && victims.has(node))?.atMs;
	// The nodes' clocks show whole milliseconds.
	const noticedAt = told.find(({node, at, event}) => victims.has(node) && isNotice(event) && Date.parse(at) >= Math.floor(madeAtMs));
	const failedTheirs = failed.filter(failure => isTheirs(failure));
	return {
		noticedMs: noticedAt === undefined ? undefined : Math.max(0, Date.parse(noticedAt.at) - madeAtMs),
		movedMs: since(movedAt, madeAtMs),
		returnedMs: since(returnedAt, madeAtMs),
		returnedAfterHealMs: healedAtMs === undefined ? undefined : since(returnedAt, healedAtMs),
		served: answers.length,
		failures: {
			inFlight: failedTheirs.filter(({begunAtMs}) => begunAtMs <= madeAtMs).length,
			untilMoved: failedTheirs.filter(({begunAtMs}) => begunAtMs > madeAtMs && begunAtMs <= (movedAt ?? Infinity)).length,
			later: failedTheirs.filter(({begunAtMs}) => begunAtMs > madeAtMs && begunAtMs > (movedAt ?? Infinity)).length,
		},
		othersFailed: failed.length - failedTheirs.length,
		broken: breaks.filter(one => isTheirs(one)).length,
		othersBroken: breaks.filter(one => !isTheirs(one)).length,
		longestMs: Math.max(0, ...theirs.map(({begunAtMs, atMs}) => atMs - begunAtMs)),
		reasons: [...Map.groupBy(failed, ({what, reason, source}) => `${isTheirs({source}) ? 'its clients' : 'others'}: ${what}, ${reason}`)].map(([reason, {length}]) => `${length} ${reason}`),
	};
}

const since = (at: number | undefined, fromMs: number): number | undefined => at === undefined ? undefined : at - fromMs;

/** Who answered each client last before this. */
function ownersBefore(answers: readonly ComeAnswer[], atMs: number): Map<string, string> {
	return new Map(answers.filter(answer => answer.atMs < atMs).toSorted((a, b) => a.atMs - b.atMs).map(({source, node}) => [source, node]));
}
