/** The distribution of a list of clients as a table. */

import {formatShare} from '../status/format.js';
import {columnGap, fitColumns} from '../status/table.js';
import type {Distribution, DistributionReport} from './distribution.js';
import {sourceText} from './render.js';
import {renderPorts} from './render-ports.js';

/** Several lines of text with a newline at the end. */
export function renderDistribution(report: DistributionReport): string {
	const {clients, unreachable, distributions} = report;
	const lines = [
		`${clients} ${clients === 1 ? 'client' : 'clients'}, ${sourceText(report)}`,
		...unreachable === 0 ? [] : [`${unreachable} of a family that no asked VIP has are left out`],
		...distributions.filter(({clients: counted, withoutPort}) => counted + withoutPort > 0).flatMap(distribution => ['', ...renderOne(distribution)]),
		...distributions.length === 0 ? ['', 'no rule fits'] : [],
	];
	return `${lines.join('\n')}\n`;
}

function renderOne({family, affinity, group, rules, clients, withoutPort, nodes, skew}: Distribution): string[] {
	const ruleTexts = rules.map(({vip, protocol, ports}) => `${protocol} ${renderPorts(ports)} of ${vip}`).join('; ');
	const columns = fitColumns([
		{title: 'node', cells: nodes.map(({node}) => node ?? 'nobody')},
		{title: 'clients', align: 'right', cells: nodes.map(row => String(row.clients))},
		{title: 'share', align: 'right', cells: nodes.map(({share}) => formatShare(share))},
		{title: 'slots', align: 'right', cells: nodes.map(({expected}) => formatShare(expected))},
	], undefined);
	const line = (cells: readonly string[]): string => `  ${cells.join(' '.repeat(columnGap))}`.trimEnd();
	return [
		`IPv${family}, affinity ${affinity}, group ${group}: ${ruleTexts}`,
		...withoutPort === 0 ? [] : [`  ${withoutPort} without a port are left out: this affinity hashes it; write ADDRESS:PORT`],
		line(columns.map(({title}) => title)),
		...nodes.map((_, index) => line(columns.map(({cells}) => cells[index]!))),
		`  ${clients === 1 ? '1 client' : `${clients} clients`}; ${skewText(skew)}`,
	];
}

const skewText = (skew: number | null): string => skew === null
	? 'no skew to tell'
	: `skew ${skew.toFixed(3)}: the most loaded node has ${formatShare(Math.max(0, skew - 1))} more than its share of the slots`;
