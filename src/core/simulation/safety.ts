/**
The promise: no slot has two acceptors although both directions between them had a path for the last D, or one of them for D and the grace that a
reappeared peer has (R5), the sender running all the while. And the measure: how many slots have an acceptor.
*/

import type {Timing} from '../model/farm.js';
import {
	commonSlots,
	countSlots,
	isEmptySlots,
	noSlots,
	unionSlots,
	type SlotSet,
} from '../model/slot-set.js';
import type {Agenda} from './agenda.js';
import type {NetworkModel} from './network-model.js';
import type {NodeModel} from './node-model.js';

export type Violation = {readonly at: number; readonly nodes: readonly [number, number]; readonly slots: number};

export type Safety = {
	readonly violations: Violation[];
	check: () => void;
	/** Looks every so often, from now on. */
	watch: (everyMs: number) => void;
	/** Slots that some node accepts now. */
	covered: () => number;
};

type Accepted = {readonly id: number; readonly slots: SlotSet};

export type SafetyParts = {
	readonly agenda: Agenda;
	readonly network: NetworkModel;
	readonly nodes: readonly NodeModel[];
	readonly timing: Timing;
	readonly record: (line: string) => void;
};

export function createSafety({agenda, network, nodes, timing, record}: SafetyParts): Safety {
	const isUpFor = (ms: number, from: number, to: number): boolean => agenda.now() - network.upSince(from, to) > ms;
	const isHeardFor = (ms: number, from: number, to: number): boolean => isUpFor(ms, from, to) && agenda.now() - nodes[from - 1]!.runsSince() > ms;
	const hadPath = (a: number, b: number): boolean => {
		const {detectionMs, leaseMs} = timing;
		const hadBoth = isUpFor(detectionMs, a, b) && isUpFor(detectionMs, b, a);
		return hadBoth || isHeardFor(detectionMs + leaseMs, a, b) || isHeardFor(detectionMs + leaseMs, b, a);
	};

	const accepted = (node: NodeModel) => node.kernel.accepted(node.localNow());
	const compare = (a: Accepted, b: Accepted): void => {
		const both = commonSlots(a.slots, b.slots);
		if (isEmptySlots(both) || !hadPath(a.id, b.id)) {
			return;
		}

		safety.violations.push({at: agenda.now(), nodes: [a.id, b.id], slots: countSlots(both)});
		record(`VIOLATION n${a.id} n${b.id} accept ${countSlots(both)} slots`);
	};

	const safety: Safety = {
		violations: [],
		check() {
			const sets = nodes.map(node => ({id: node.id, slots: accepted(node)})).filter(({slots}) => slots !== noSlots);
			for (const [index, a] of sets.entries()) {
				for (const b of sets.slice(index + 1)) {
					compare(a, b);
				}
			}
		},
		watch(everyMs) {
			safety.check();
			agenda.after(everyMs, () => {
				safety.watch(everyMs);
			});
		},
		covered() {
			let slots = noSlots;
			for (const node of nodes) {
				slots = unionSlots(slots, accepted(node));
			}

			return countSlots(slots);
		},
	};
	return safety;
}
