/** What `farmctl lab status` tells. */

import type {Status} from '../status/status.js';
import type {LabOptions} from './topology.js';

export type LabReport = {
	readonly lab: LabOptions;
	readonly isRootless: boolean;
	readonly folder: string;
	readonly vips: readonly string[];
	readonly nodes: readonly LabReportNode[];
};

export type LabReportNode = {
	readonly name: string;
	readonly address: string;
	/** Process ids; null when there is none. */
	readonly daemon: number | null;
	readonly server: number | null;
	readonly faults: readonly string[];
	/** What the node's daemon answers; null when it does not. */
	readonly status: Status | null;
};

/** Whether every node serves and no fault is in force. */
export const isLabWhole = ({nodes}: LabReport): boolean => nodes.every(({faults, status}) => faults.length === 0 && status?.state === 'UP');

/** For people, one line a node. */
export function renderLabReport({lab, isRootless, folder, vips, nodes}: LabReport): string {
	const rows = [
		['NODE', 'ADDRESS', 'STATE', 'SHARE', 'DAEMON', 'SERVER', 'FAULTS'],
		...nodes.map(({name, address, daemon, server, faults, status}) => [
			name, address, status?.state ?? '-', shareOf(name, status), String(daemon ?? '-'), String(server ?? '-'), faults.length === 0 ? '-' : faults.join(', '),
		]),
	];
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
	return [
		`lab ${lab.name}: ${lab.nodesCount} nodes, ${lab.networksCount === 1 ? 'one network' : `${lab.networksCount} networks`}, ${lab.mode}, ${isRootless ? 'without root' : 'as root'}, VIPs ${vips.join(' and ')}, files in ${folder}`,
		...rows.map(row => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()),
	].join('\n');
}

function shareOf(name: string, status: Status | null): string {
	const node = status?.nodes.find(one => one.name === name);
	return node === undefined ? '-' : `${Math.round(node.share * 1000) / 10} %`;
}
