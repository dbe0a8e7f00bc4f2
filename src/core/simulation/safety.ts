/**
The promise: no slot has two acceptors although both directions between them had a path, direct or through a third node, for the last D, or one of
them for D and the grace that a reappeared peer has (R5), the sender running all the while. Exact: an overlap is an interval, and of it counts what lies
after the instant from which the two should have known.
*/

import type {Timing} from '../model/farm.js';
import {
	areDisjointSlots,
	commonSlots,
	countSlots,
	equalSlots,
	noSlots,
	type SlotSet,
} from '../model/slot-set.js';
import type {Acceptance} from './acceptance.js';
import type {Interval} from './coverage.js';
import type {NetworkModel} from './network-model.js';
import type {NodeModel} from './node-model.js';
import {createPaths} from './paths.js';

/** Two nodes that accepted the same slots; `hadPath` tells whether they should have known. */
export type Overlap = Interval & {readonly nodes: readonly [number, number]; readonly hadPath: boolean};

export type Safety = {
	/** Overlaps between nodes that had a path: there must be none. */
	readonly violations: readonly Overlap[];
	/** The others, which a split brings with it. */
	readonly splits: readonly Overlap[];
	/** The node accepts other slots from now on. */
	change: (id: number) => void;
	/** Judges what has been so far; to be called before the answer is read. */
	judgeOpen: () => void;
	/** To be called before links change and daemons start, pause or end. */
	settle: () => void;
	/** Forgets the splits that were; a violation always counts. */
	begin: () => void;
};

type Open = {readonly nodes: readonly [number, number]; readonly slots: SlotSet; readonly from: number};

export type SafetyParts = {
	readonly now: () => number;
	readonly network: NetworkModel;
	readonly nodeOf: (id: number) => NodeModel;
	readonly ids: () => Iterable<number>;
	readonly acceptance: Acceptance;
	readonly timing: Timing;
	/** A violation begins. */
	readonly record: (overlap: Overlap) => void;
};

export function createSafety({now, network, nodeOf, ids, acceptance, timing, record}: SafetyParts): Safety {
	const open = new Map<string, Open>();
	const violations: Overlap[] = [];
	const splits: Overlap[] = [];

	const paths = createPaths({
		now, network, nodeOf, ids, timing,
	});

	/** From when on the two had a path for long enough, as things stand. */
	const knownFrom = (a: number, b: number): number => {
		const {detectionMs, detectionMaxMs, leaseMs} = timing;
		const there = paths.since(a, b);
		const back = paths.since(b, a);
		const saidBy = (id: number): number => Math.max(nodeOf(id).runsSince(), nodeOf(id).believedSince());
		const heard = Math.min(Math.max(there, saidBy(a)), Math.max(back, saidBy(b)));
		return Math.min(Math.max(there, back) + detectionMaxMs, heard + detectionMaxMs + (leaseMs * detectionMaxMs / detectionMs));
	};

	const judge = ({nodes, slots, from}: Open): void => {
		const known = Math.max(from, knownFrom(...nodes));
		append(splits, {nodes, slots, from, to: Math.min(known, now()), hadPath: false});
		if (append(violations, {nodes, slots, from: known, to: now(), hadPath: true})) {
			record(violations.at(-1)!);
		}
	};

	const compare = (a: number, b: number): void => {
		const nodes = [Math.min(a, b), Math.max(a, b)] as const;
		const key = nodes.join(' ');
		const before = open.get(key);
		const [one, other] = [acceptance.of(a), acceptance.of(b)];
		const both = areDisjointSlots(one, other) ? noSlots : commonSlots(one, other);
		if (equalSlots(both, before?.slots ?? noSlots)) {
			return;
		}

		open.delete(key);
		if (before !== undefined) {
			judge(before);
		}

		if (countSlots(both) > 0) {
			open.set(key, {nodes, slots: both, from: now()});
		}
	};

	const judgeOpen = (): void => {
		for (const [key, overlap] of open) {
			judge(overlap);
			open.set(key, {...overlap, from: now()});
		}
	};

	return {
		violations,
		splits,
		change(id) {
			for (const other of acceptance.ids()) {
				if (other !== id) {
					compare(id, other);
				}
			}
		},
		judgeOpen,
		settle() {
			paths.settle();
			judgeOpen();
		},
		begin() {
			judgeOpen();
			splits.length = 0;
		},
	};
}

/** Adds it unless it is empty, or goes on from the last one; returns whether a new one begins. */
function append(overlaps: Overlap[], overlap: Overlap): boolean {
	if (overlap.from >= overlap.to) {
		return false;
	}

	const last = overlaps.findLastIndex(({nodes}) => nodes[0] === overlap.nodes[0] && nodes[1] === overlap.nodes[1]);
	const before = overlaps[last];
	if (before?.to === overlap.from && equalSlots(before.slots, overlap.slots)) {
		overlaps[last] = {...before, to: overlap.to};
		return false;
	}

	overlaps.push(overlap);
	return true;
}
