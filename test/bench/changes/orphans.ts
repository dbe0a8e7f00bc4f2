/**
What becomes of connections whose node is dead: the node that took their slot over answers the first packet that it gets of one with a reset. All from a
capture at the clients.
*/

import {tcp, type Frame} from '../../kernel/support/frame.js';
import {portOf} from './shape.js';

/** One that has said less may be at its end already, and its client says no more. */
const saidMin = 2;
/** A packet that is younger than this when the capture ends may still be answered. */
const answerMs = 500;

type TimedFrame = Frame & {readonly atMs: number};

export type Orphan = {
	/** Its packets from the take-over to the reset, the one that was answered with it included. */
	readonly packets: number;
	/** From that one to the reset. */
	readonly answerMs: number;
	readonly sinceTakeoverMs: number;
	readonly sinceDeathMs: number;
};

export type Orphans = {
	readonly orphans: readonly Orphan[];
	/** Connections of the dead node that were never reset although their clients said something to the nodes that have taken over. */
	readonly unaware: number;
};

/**
Connections that the dead node served before it died. A node has taken over when it answers the SYN of a client whose SYNs the dead one answered, or
resets one of its connections. Frames are in the order of time.
*/
export function orphansIn(frames: readonly TimedFrame[], {deadMac, diedAt}: {readonly deadMac: string; readonly diedAt: number}): Orphans {
	const before = frames.filter(frame => frame.tcp !== undefined && frame.atMs < diedAt);
	const later = frames.filter(frame => frame.tcp !== undefined && frame.atMs >= diedAt);
	const ended = new Set(before.filter(frame => hasFlag(frame, tcp.fin + tcp.reset)).map(frame => connectionOf(frame)));
	const said = Map.groupBy(before.filter(frame => frame.sourceMac === deadMac && isData(frame)), frame => connectionOf(frame));
	const alive = new Set([...said].filter(([key, {length}]) => length >= saidMin && !ended.has(key)).map(([key]) => key));
	const clients = new Set(before.filter(frame => frame.sourceMac === deadMac && isAnswer(frame) && hasFlag(frame, tcp.syn)).map(({target}) => target));
	const takenOverAt = new Map<string, number>();
	for (const frame of later) {
		if (isAnswer(frame) && (hasFlag(frame, tcp.reset) ? alive.has(connectionOf(frame)) : hasFlag(frame, tcp.syn) && clients.has(frame.target))) {
			takenOverAt.set(frame.sourceMac, takenOverAt.get(frame.sourceMac) ?? frame.atMs);
		}
	}

	const byConnection = Map.groupBy(later, frame => connectionOf(frame));
	const framesOf = (key: string): readonly TimedFrame[] => byConnection.get(key) ?? [];
	const found = [...alive].map(key => ({key, orphan: orphanOf(framesOf(key), takenOverAt, diedAt)}));
	const heardMs = {from: Math.max(diedAt, ...takenOverAt.values()), until: (later.at(-1)?.atMs ?? diedAt) - answerMs};
	const hasSpoken = (key: string): boolean => framesOf(key).some(frame => !isAnswer(frame) && frame.atMs > heardMs.from && frame.atMs < heardMs.until);
	return {
		orphans: found.map(({orphan}) => orphan).filter(orphan => orphan !== undefined),
		unaware: found.filter(({key, orphan}) => orphan === undefined && hasSpoken(key)).length,
	};
}

function orphanOf(frames: readonly TimedFrame[], takenOverAt: ReadonlyMap<string, number>, diedAt: number): Orphan | undefined {
	const reset = frames.find(frame => isAnswer(frame) && hasFlag(frame, tcp.reset));
	if (reset === undefined) {
		return undefined;
	}

	const takenAt = takenOverAt.get(reset.sourceMac)!;
	const asked = frames.filter(frame => !isAnswer(frame) && frame.atMs <= reset.atMs && frame.atMs >= takenAt);
	return {
		packets: asked.length,
		answerMs: asked.length === 0 ? 0 : reset.atMs - asked.at(-1)!.atMs,
		sinceTakeoverMs: reset.atMs - takenAt,
		sinceDeathMs: reset.atMs - diedAt,
	};
}

const isAnswer = (frame: Frame): boolean => frame.tcp?.sourcePort === portOf.main;
const isData = (frame: Frame): boolean => isAnswer(frame) && frame.tcp!.data.length > 0;
const hasFlag = (frame: Frame, flag: number): boolean => frame.tcp !== undefined && (frame.tcp.flags & flag) !== 0;
const connectionOf = (frame: Frame): string => isAnswer(frame) ? `${frame.target} ${frame.tcp!.targetPort}` : `${frame.source} ${frame.tcp?.sourcePort}`;
