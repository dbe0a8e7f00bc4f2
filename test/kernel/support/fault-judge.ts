/**
Plays a fault until it can be judged. What clients wait is the farm's doing where the machine lets programs run; where it does not, the fault is played again,
and what it breaks besides times counts all the same.
*/

import type {FaultCase} from './fault-case.js';
import type {FaultFarm} from './fault-farm.js';
import {playFault} from './fault-run.js';
import {faultLine} from './fault-table.js';

const runsMax = 4;

export type Verdict = {
	/** Promises that were broken, in words. */
	readonly broken: readonly string[];
	/** What the nodes said in that run. */
	readonly told: readonly string[];
	/** A line a run. */
	readonly lines: readonly string[];
};

/** Rejects as `playFault` does. */
export async function judgeFault(farm: FaultFarm, fault: FaultCase): Promise<Verdict> {
	const lines: string[] = [];
	for (let run = 1; ; run++) {
		await farm.lab.settled();
		const result = await playFault(farm, fault);
		lines.push(faultLine(result));
		const {broken, late, stalledMs, told} = result;
		if (broken.length > 0 || late.length === 0) {
			return {broken, told, lines};
		}

		if (stalledMs === 0) {
			return {broken: late, told, lines};
		}

		lines.push(...late);
		if (run === runsMax) {
			lines.push('the machine never let its times be judged');
			return {broken, told, lines};
		}
	}
}
