/** Cycles of changes on one farm under traffic. */

import type {VipMode} from '../../../src/core/model/farm.js';
import {playDeath} from './death.js';
import {openChangingFarm} from './farm.js';
import type {Orphans} from './orphans.js';
import {playChange, type Change, type ChangeResult} from './play.js';
import {firstShape} from './shape.js';
import {startTraffic, type Load} from './traffic.js';

export type SeriesOptions = {
	readonly name: string;
	readonly mode: VipMode;
	readonly detectionMs: number;
	readonly load: Load;
	readonly cycles: number;
	/** Of one cycle: the farm must be after the last as it was before the first. */
	readonly changes: readonly Change[];
	/** How many nodes die after that, one after the other. */
	readonly deaths: number;
	readonly tell: (result: ChangeResult) => void;
	readonly tellDeath: (name: string, orphans: Orphans) => void;
};

export type Series = {readonly changes: readonly ChangeResult[]; readonly deaths: readonly Orphans[]};

/** Rejects when the farm does not come to terms with a change; takes everything down whatever happens. */
export async function playCycles({name, mode, detectionMs, load, cycles, changes, deaths, tell, tellDeath}: SeriesOptions): Promise<Series> {
	const results: ChangeResult[] = [];
	const orphans: Orphans[] = [];
	const farm = await openChangingFarm({name, mode, detectionMs, shape: firstShape});
	try {
		const traffic = await startTraffic(farm, load);
		try {
			for (let round = 0; round < cycles; round++) {
				for (const change of changes) {
					const result = await playChange(farm, traffic, change);
					results.push(result);
					tell(result);
				}
			}

			for (let death = 0; death < deaths; death++) {
				const victim = farm.shape.nodes[death % farm.shape.nodes.length]!;
				const found = await playDeath(farm, traffic, victim);
				orphans.push(found);
				tellDeath(victim, found);
			}
		} finally {
			await traffic.end();
		}
	} finally {
		await farm.close();
	}

	return {changes: results, deaths: orphans};
}
