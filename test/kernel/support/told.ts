/** What the nodes of a lab say, read from their logs. */

import {existsSync, readFileSync, statSync} from 'node:fs';
import {logFileOf, type Lab} from '../../../src/edge/lab/players.js';

export type Told = {readonly node: string; readonly at: string; readonly level: string; readonly event: string; readonly message: string; readonly pauseMs?: number};

/** From now on, all that the nodes write to their logs, in order; what a daemon said that has ended since is there too. */
export function listenTo(lab: Lab): () => Told[] {
	const logs = lab.topology.nodes.map(node => ({node: node.name, file: logFileOf(lab, node, 'daemon')}));
	const begun = logs.map(({file}) => statSync(file, {throwIfNoEntry: false})?.size ?? 0);
	return () => logs.flatMap(({node, file}, index) => {
		if (!existsSync(file)) {
			return [];
		}

		const lines = readFileSync(file).subarray(begun[index]).toString().split('\n').filter(line => line.startsWith('{'));
		return lines.map(line => ({node, ...JSON.parse(line) as Omit<Told, 'node'>}));
	}).toSorted((a, b) => a.at.localeCompare(b.at));
}
