/**
When on this node's clock something happened on another. Each life of a daemon has a clock that nobody sets; the records say how those of two lives stand to one
another. The clock on this node's wall gives the times their names, as it stood at the end of each of its own lives: an earlier setting of it moves nothing.
*/

import type {KeptEvent} from '../events/kept-event.js';
import {driftFraction} from './measurement.js';
import {clockMovedMs, type ClockRecord} from './record.js';

export type Instant = {
	/** Milliseconds since 1970 by this node's clock on the wall. */
	readonly wallMs: number;
	/** The most that this may be wrong beside this node's own events; undefined where that is not known: by what the other wall's clock said. */
	readonly errorMs: number | undefined;
};

/** An event with its `at` as milliseconds since 1970. */
export type Stamped = Pick<KeptEvent, 'life' | 'ms'> & {readonly wallMs: number};

export type Timeline = {
	/** Of this node's own. */
	own: (event: Stamped) => Instant;
	/** Of a peer's. */
	peer: (name: string, event: Stamped) => Instant;
};

/** `own`: this node's own events and now, oldest first, in any number; they say where its lives stood on the wall. */
export function createTimeline(records: readonly ClockRecord[], own: readonly Stamped[]): Timeline {
	const bases = new Map<number, {readonly ms: number; readonly wallMs: number}>();
	for (const {life, ms, wallMs} of [...records, ...own]) {
		const known = bases.get(life);
		if (known === undefined || known.ms <= ms) {
			bases.set(life, {ms, wallMs});
		}
	}

	const wallOf = (life: number, ms: number): number | undefined => {
		const base = bases.get(life);
		return base && base.wallMs - base.ms + ms;
	};

	return {
		own: ({life, ms, wallMs}) => ({wallMs: wallOf(life, ms) ?? wallMs, errorMs: 0}),
		peer(name, {life, ms, wallMs}) {
			const ofPeer = records.filter(({peer}) => peer === name);
			const found = correspondence(ofPeer.filter(({peerLife}) => peerLife === life), ms);
			const onWall = found && wallOf(found.life, found.ms);
			return onWall === undefined
				? {wallMs: wallMs - (ofPeer.at(-1)?.wallOffsetMs ?? 0), errorMs: undefined}
				: {wallMs: onWall, errorMs: found!.errorMs};
		},
	};
}

/** No two clocks drift apart faster than this; a change that is larger was a jump, such as of a machine that slept. */
const jumpFraction = 1e-3;

/** Where on this node's lives the peer's instant was: between two records along the line from one to the other, else by the nearest. */
function correspondence(records: readonly ClockRecord[], peerMs: number): {readonly life: number; readonly ms: number; readonly errorMs: number} | undefined {
	const placed = records.map(record => ({...record, peerMs: record.ms + record.offsetMs}));
	const before = placed.findLast(record => record.peerMs <= peerMs);
	const after = placed.find(record => record.peerMs > peerMs);
	const [nearest] = [before, after].filter(record => record !== undefined).toSorted((a, b) => Math.abs(a.peerMs - peerMs) - Math.abs(b.peerMs - peerMs));
	if (nearest === undefined) {
		return undefined;
	}

	// A clock that moves further is written down again.
	const errorMs = (2 * nearest.errorMs) + Math.min(Math.abs(peerMs - nearest.peerMs) * driftFraction, clockMovedMs);
	if (before !== undefined && after?.life === before.life && isDrift(before, after)) {
		const part = (peerMs - before.peerMs) / (after.peerMs - before.peerMs);
		return {life: before.life, ms: before.ms + (part * (after.ms - before.ms)), errorMs: Math.max(before.errorMs, after.errorMs)};
	}

	return {life: nearest.life, ms: peerMs - nearest.offsetMs, errorMs};
}

const isDrift = (before: ClockRecord, after: ClockRecord): boolean =>
	Math.abs(after.offsetMs - before.offsetMs) <= before.errorMs + after.errorMs + ((after.ms - before.ms) * jumpFraction);
