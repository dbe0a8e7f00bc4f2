/** What a run came to: the figures that are printed, each a number that can be checked against the lists it was made from. */

import {countSlots, isEmptySlots} from '../model/slot-set.js';
import {
	clipped,
	longestMs,
	slotMs,
	slotsIn,
	type Interval,
} from './coverage.js';
import type {Misfortune} from './scenario.js';
import type {StormResult} from './storm.js';
import type {World} from './world.js';

/** Of the slots that something was the matter with. */
export type Extent = {
	/** The sum over all slots of how long it was. */
	readonly slotMs: number;
	readonly longestMs: number;
	/** How many slots were concerned. */
	readonly slots: number;
};

/** From misfortunes that come at the same time to the next ones. */
export type Window = {
	readonly atMs: number;
	readonly misfortunes: readonly string[];
	readonly blackHole: Extent;
	/** From its beginning to when every slot has an acceptor again; 0 when none was without. */
	readonly healedMs: number;
};

export type Outcome = {
	readonly seed: number;
	readonly world: World;
	/** From the boot to when every slot had an acceptor for the first time; undefined when that did not come before the first misfortune. */
	readonly servesAfterMs: number | undefined;
	readonly windows: readonly Window[];
	/** Slots without an acceptor. */
	readonly blackHole: Extent;
	/** Slots with two, between nodes that had a path. */
	readonly overlap: Extent;
	/** Slots with two, across a split. */
	readonly split: Extent;
	readonly movedSlots: number;
	readonly needlessSlots: number;
	/** Each time that one broke. */
	readonly brokenConnections: number;
	/** Of one client a slot, those whose connection broke at least once. */
	readonly clientsHit: number;
	/** From the end of the last misfortune to when every slot had an acceptor again; undefined when at the end of the run one has none. */
	readonly healedMs: number | undefined;
	readonly isWell: boolean;
};

type Course = {
	readonly seed: number;
	readonly servesAfterMs?: number | undefined;
	/** In the order of their times. */
	readonly misfortunes: readonly Misfortune[];
};

/** The outcome of a run that is over. */
export function outcomeOf(world: World, {seed, servesAfterMs, misfortunes}: Course): Outcome {
	const {coverage, safety, moves, connections} = world.measures;
	const now = world.agenda.now();
	const gaps = coverage.gaps();
	const isWhole = countSlots(coverage.covered()) === world.slotsCount;
	const endMs = Math.max(0, ...misfortunes.map(({atMs, lastsMs = 0}) => atMs + lastsMs).filter(ms => ms < now));
	const healedMs = isWhole ? healMs(gaps, endMs) : undefined;
	return {
		seed,
		world,
		servesAfterMs,
		windows: windowsOf(gaps, misfortunes, now),
		blackHole: extentOf(gaps),
		overlap: extentOf(safety.violations),
		split: extentOf(safety.splits),
		movedSlots: moves.moved(),
		needlessSlots: moves.needless(),
		brokenConnections: connections.broken(),
		clientsHit: connections.clientsHit(),
		healedMs,
		isWell: safety.violations.length === 0 && healedMs !== undefined,
	};
}

/** The outcome of a storm, whose end is when everything was mended. */
export const outcomeOfStorm = ({seed, world, healedMs, isSafe}: StormResult): Outcome => ({
	...outcomeOf(world, {seed, misfortunes: []}), healedMs, isWell: isSafe && healedMs !== undefined,
});

/** How far the intervals reach, all together. */
export const extentOf = (intervals: readonly Interval[]): Extent => ({
	slotMs: slotMs(intervals),
	longestMs: longestMs(intervals),
	slots: countSlots(slotsIn(intervals)),
});

const healMs = (gaps: readonly Interval[], fromMs: number): number => Math.max(fromMs, ...gaps.filter(({slots}) => !isEmptySlots(slots)).map(({to}) => to)) - fromMs;

function windowsOf(gaps: readonly Interval[], misfortunes: readonly Misfortune[], endMs: number): Window[] {
	const starts = [...new Set(misfortunes.map(({atMs}) => atMs))].toSorted((a, b) => a - b);
	return starts.map((atMs, index) => {
		const inside = clipped(gaps, atMs, starts[index + 1] ?? endMs);
		return {
			atMs,
			misfortunes: misfortunes.filter(misfortune => misfortune.atMs === atMs).map(({text}) => text),
			blackHole: extentOf(inside),
			healedMs: healMs(inside, atMs),
		};
	});
}
