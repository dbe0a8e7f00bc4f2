/** Black holes: which slots had no acceptor, from when to when. */

import {
	areDisjointSlots,
	commonSlots,
	countSlots,
	isEmptySlots,
	minusSlots,
	noSlots,
	unionSlots,
	type SlotSet,
} from '../model/slot-set.js';

/** In true time, in milliseconds. */
export type Interval = {readonly from: number; readonly to: number; readonly slots: SlotSet};

export type Coverage = {
	readonly covered: () => SlotSet;
	/** The acceptors together accept these slots from now on. */
	change: (covered: SlotSet) => void;
	/** Forgets what was; slots without an acceptor count from now. */
	begin: () => void;
	/** So far; those that go on end now. */
	readonly gaps: () => readonly Interval[];
};

/** `all`: the slots that somebody should accept. */
export function createCoverage(now: () => number, all: SlotSet): Coverage {
	let covered = noSlots;
	let over: Interval[] = [];
	let open: Array<{readonly from: number; readonly slots: SlotSet}> = [{from: now(), slots: all}];
	return {
		covered: () => covered,
		change(next) {
			const gained = minusSlots(next, covered);
			const lost = minusSlots(covered, next);
			covered = next;
			if (!isEmptySlots(gained)) {
				over.push(...closed(open, gained, now()));
				open = open.map(gap => ({...gap, slots: minusSlots(gap.slots, gained)})).filter(({slots}) => !isEmptySlots(slots));
			}

			if (!isEmptySlots(lost)) {
				open.push({from: now(), slots: lost});
			}
		},
		begin() {
			over = [];
			const missing = minusSlots(all, covered);
			open = isEmptySlots(missing) ? [] : [{from: now(), slots: missing}];
		},
		gaps: () => [...over, ...closed(open, all, now())],
	};
}

const closed = (open: ReadonlyArray<{readonly from: number; readonly slots: SlotSet}>, gained: SlotSet, to: number): Interval[] => open
	.filter(({from}) => from < to)
	.map(({from, slots}) => ({from, to, slots: commonSlots(slots, gained)}))
	.filter(({slots}) => !isEmptySlots(slots));

/** The part of the intervals that lies between two instants. */
export const clipped = <Kind extends Interval>(intervals: readonly Kind[], from: number, to: number): Kind[] => intervals
	.map(interval => ({...interval, from: Math.max(interval.from, from), to: Math.min(interval.to, to)}))
	.filter(interval => interval.from < interval.to);

/** Milliseconds times slots. */
export const slotMs = (intervals: readonly Interval[]): number => intervals.reduce((sum, {from, to, slots}) => sum + ((to - from) * countSlots(slots)), 0);

/** The longest that any slot, or any of these, was concerned at a stretch. */
export const longestMs = (intervals: readonly Interval[], of?: SlotSet): number =>
	Math.max(0, ...intervals.filter(({slots}) => of === undefined || !areDisjointSlots(slots, of)).map(({from, to}) => to - from));

/** Every slot of the intervals. */
export const slotsIn = (intervals: readonly Interval[]): SlotSet => intervals.reduce<SlotSet>((all, {slots}) => unionSlots(all, slots), noSlots);
