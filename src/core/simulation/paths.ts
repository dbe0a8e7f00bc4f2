/**
Since when news of one node has had a way to another without a break: the direct link, or a third node that runs, hears the one and is heard by the other.
A third node counts when all of this has been so for a while: it must have learnt that it is needed.
*/

import type {Timing} from '../model/farm.js';
import type {NetworkModel} from './network-model.js';
import type {NodeModel} from './node-model.js';

/** A relay knows its part after so many detection times. */
const learningDetections = 2;

export type Paths = {
	/** True time, as things stand; infinite when there is no way now. */
	since: (from: number, to: number) => number;
	/** To be called before links change and daemons start, pause or end. */
	settle: () => void;
};

export type PathsParts = {
	readonly now: () => number;
	readonly network: NetworkModel;
	readonly nodeOf: (id: number) => NodeModel;
	readonly ids: () => Iterable<number>;
	readonly timing: Timing;
};

export function createPaths({now, network, nodeOf, ids, timing}: PathsParts): Paths {
	const known = new Map<string, number>();
	/** Nothing has changed since then. */
	let settledAt = -Infinity;

	const throughFrom = (from: number, via: number, to: number): number => {
		const node = nodeOf(via);
		return node.state() === undefined || node.isFinished()
			? Infinity
			: Math.max(network.upSince(from, via), network.upSince(via, to), node.runsSince()) + (learningDetections * timing.detectionMs);
	};

	/** From when on there is a way if nothing changes. */
	const openFrom = (from: number, to: number): number => {
		let earliest = network.upSince(from, to);
		for (const via of ids()) {
			if (via !== from && via !== to) {
				earliest = Math.min(earliest, throughFrom(from, via, to));
			}
		}

		return earliest;
	};

	const since = (from: number, to: number): number => {
		const earliest = openFrom(from, to);
		if (earliest > now()) {
			return Infinity;
		}

		return earliest <= settledAt ? Math.min(known.get(`${from}>${to}`) ?? earliest, earliest) : earliest;
	};

	return {
		since,
		settle() {
			if (settledAt === now()) {
				return;
			}

			for (const from of ids()) {
				for (const to of ids()) {
					known.set(`${from}>${to}`, from === to ? Infinity : since(from, to));
				}
			}

			settledAt = now();
		},
	};
}
