/** Three nodes of farmctl. Every one of them serves, so each in turn loses its link. */

import {deriveTiming} from '../../../src/core/config/timing.js';
import type {Status} from '../../../src/core/status/status.js';
import {bringUp, takeDown} from '../../../src/edge/lab/lab.js';
import {statusOf} from '../../../src/edge/lab/readiness.js';
import type {Side} from './side.js';

/** A lab of this name. Rejects when the farm does not come up. */
export async function openFarm(name: string, detectionMs: number): Promise<Side> {
	await takeDown(name);
	const lab = await bringUp({
		name, nodesCount: 3, networksCount: 1, mode: 'unicast', detectionMs,
	});
	const {nodes} = lab.topology;
	const statuses = async (): Promise<ReadonlyArray<Status | undefined>> => Promise.all(nodes.map(async node => statusOf(lab, node)));
	return {
		lab,
		periodMs: deriveTiming({detection: detectionMs}).intervalMs,
		victimOf: run => nodes[run % nodes.length]!,
		async isWhole() {
			return (await statuses()).every(status => status?.state === 'UP' && status.view.members.length === nodes.length
				&& status.coverage.owned === status.coverage.total && status.coverage.overlapping === 0);
		},
		async describe() {
			const found = await statuses();
			return nodes.map((node, index) => `${node.name} ${found[index]?.state ?? 'silent'} in view ${found[index]?.view.members.join(' ') ?? ''}`).join(', ');
		},
		async close() {
			await takeDown(name);
		},
	};
}
