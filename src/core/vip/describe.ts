/** What `vip show` prints: lines for people, a document for scripts. */

import type {VipReport} from './state.js';

export type VipDocument = {
	readonly schema: 'farmctl/vip/1';
	readonly isComplete: boolean;
	readonly vips: ReadonlyArray<Pick<VipReport, 'address' | 'interface' | 'mode' | 'mac' | 'hasAddress' | 'hasMac'>>;
};

/** Whether every VIP has its address and its MAC. */
export const isComplete = (reports: readonly VipReport[]): boolean => reports.every(({hasAddress, hasMac}) => hasAddress && hasMac);

export const vipDocument = (reports: readonly VipReport[]): VipDocument => ({
	schema: 'farmctl/vip/1',
	isComplete: isComplete(reports),
	vips: reports.map(({address, interface: name, mode, mac, hasAddress, hasMac}) => ({address, interface: name, mode, mac, hasAddress, hasMac})),
});

/** A table with a head, its columns aligned, without trailing spaces. */
export function renderVips(reports: readonly VipReport[]): string {
	const rows = [
		['ADDRESS', 'INTERFACE', 'MODE', 'MAC', 'STATE'],
		...reports.map(report => [report.address, report.interface, report.mode, report.mac, stateWord(report)]),
	];
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
	return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n');
}

function stateWord({hasAddress, hasMac}: VipReport): string {
	if (hasAddress === hasMac) {
		return hasAddress ? 'present' : 'missing';
	}

	return hasAddress ? 'MAC missing' : 'address missing';
}
