/** One look at a lab: its nodes, their processes, the faults in force, and what each daemon says. */

import type {LabReport} from '../../core/lab/report.js';
import {cutPorts, faultsOf} from './faults.js';
import {readLosses} from './losses.js';
import {partOf, type Lab} from './players.js';
import {mainAddress, statusOf} from './readiness.js';

/** Asks the machine and every daemon that lives and is not frozen. */
export async function labReport(lab: Lab): Promise<LabReport> {
	const [cut, losses] = await Promise.all([cutPorts(lab), readLosses(lab)]);
	const nodes = await Promise.all(lab.topology.nodes.map(async node => {
		const daemon = partOf(lab, node, 'daemon');
		const status = daemon === undefined || daemon.isFrozen ? undefined : await statusOf(lab, node);
		return {
			name: node.name,
			address: mainAddress(node),
			daemon: daemon?.pid ?? null,
			server: partOf(lab, node, 'server')?.pid ?? null,
			faults: faultsOf(lab, node, {cut, losses}),
			status: status ?? null,
		};
	}));
	return {lab: lab.topology.options, isRootless: lab.place.isRootless, folder: lab.place.folder, vips: lab.topology.vips, nodes};
}
