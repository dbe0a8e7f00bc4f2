/**
Which clients the UDP flows are of: so few that each can speak a thousand times a second, and so chosen that every change between two shapes moves some
from each node that loses slots to each that gains them.
*/

import {ownersOf, type Member} from '../../../src/core/assignment/owners.js';
import {createSlotFinder, type SlotFarm} from '../../../src/core/explain/slot-of.js';
import {portOf} from './shape.js';

/** Flows that go from one node to another together make their gap known more exactly. */
const flowsOfPair = 3;

export type Pair = {readonly source: string; readonly target: string};

/** Some of the candidates, in their order. */
export function chooseFlows(farm: SlotFarm, candidates: readonly Pair[], changes: ReadonlyArray<readonly [before: readonly Member[], after: readonly Member[]]>): Pair[] {
	const slotOf = createSlotFinder(farm);
	const tables = changes.map(([before, after]) => [ownersOf(before), ownersOf(after)] as const);
	const moved = new Map<string, number>();
	return candidates.filter(({source, target}) => {
		const found = slotOf({client: source, vip: target, protocol: 'udp', vipPort: portOf.main});
		if ('reason' in found) {
			throw new Error(`${source} to ${target} is in no slot: ${found.reason}`);
		}

		const moves = tables.flatMap(([before, after], index) => before[found.slot] === after[found.slot] ? [] : [`${index} ${before[found.slot]} ${after[found.slot]}`]);
		const isWanted = moves.some(move => (moved.get(move) ?? 0) < flowsOfPair);
		for (const move of isWanted ? moves : []) {
			moved.set(move, (moved.get(move) ?? 0) + 1);
		}

		return isWanted;
	});
}
