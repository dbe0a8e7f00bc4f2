/** Which application with which faults: each series is a farm of its own. */

import {existsSync, mkdirSync} from 'node:fs';
import {partOf, signalPart, startPart} from '../../../src/edge/lab/players.js';
import {applicationFaults, forget, killed, nginxFaults, orders, restartOfAll, surroundingFaults, unitFaults} from './faults.js';
import {folderOf, openApplicationFarm, type ApplicationFarm, type ApplicationLoad, type FarmOptions} from './farm.js';
import {playFault, type ApplicationFault, type FaultResult} from './play.js';
import {addAddresses, database, nodeNames, startDatabase, writeNginx, writeUnits} from './surround.js';
import {dependentText, list, nginxText, smallCommand, smallText, surroundedText, unitText} from './texts.js';

export type Series = {
	/** Also of its lab. */
	readonly name: string;
	readonly title: string;
	readonly whyNot?: () => string | undefined;
	readonly text: (folder: string) => string;
	readonly prepare?: (folder: string) => Promise<void>;
	readonly surround?: FarmOptions['surround'];
	readonly hasKept: boolean;
	readonly faults: readonly ApplicationFault[];
};

const workMs = 20;
const slowMs = 5000;
export const keepAtLeast = 1;

const farmOff: ApplicationFault = {
	name: 'the whole farm is stopped and started', victims: nodeNames, nature: 'asked', isMoved: false, isFarmAway: true,
	arm: async ({lab: {inside}}) => async () => {
		const {nodes} = inside.topology;
		await Promise.all(nodes.map(async node => signalPart(inside, node, {part: 'daemon', signal: 'SIGTERM'})));
		for (const node of nodes) {
			startPart(inside, node, 'daemon');
		}
	},
	endure: async ({lab: {inside}}) => inside.topology.nodes.every(node => partOf(inside, node, 'server') !== undefined),
};

/** Of a farm that `dependentText` describes with this guard. */
export const databaseLost: ApplicationFault = {
	name: `what all nodes need is gone, keep-at-least ${keepAtLeast}`, victims: nodeNames, nature: 'outside', isMoved: false,
	arm: async farm => async () => farm.turn(database, 'closed'),
	endure: async ({lab}) => (await lab.nodes()).filter(({status}) => status?.state === 'UP').length === keepAtLeast,
	heal: async farm => farm.turn(database, 'well'),
};

export const allSeries: readonly Series[] = [
	{
		name: 'appsmall', title: 'a small TCP application that needs 20 ms for an answer', hasKept: true,
		text: folder => surroundedText(folder, list(smallCommand(folder, {slowMs: 0, workMs}))), surround: addAddresses,
		faults: [...applicationFaults, ...surroundingFaults, ...orders],
	},
	{
		name: 'appnginx', title: 'nginx', hasKept: false,
		whyNot: () => ['/usr/sbin/nginx', '/usr/bin/nginx'].some(file => existsSync(file)) ? undefined : 'nginx is not installed',
		text: nginxText, prepare: writeNginx, faults: nginxFaults,
	},
	{
		name: 'appunit', title: 'the small application as a unit, of a systemctl that needs no systemd', hasKept: true,
		text: unitText, prepare: async folder => writeUnits(folder, smallCommand(folder, {slowMs: 0, workMs})), faults: unitFaults,
	},
	{
		name: 'appslow', title: 'the small application, which needs 5 s to start', hasKept: true,
		text: folder => smallText(list(smallCommand(folder, {slowMs, workMs}))), faults: [killed, ...orders, restartOfAll, farmOff],
	},
	{
		name: 'appneed', title: 'the small application and a database that all nodes share', hasKept: true,
		text: folder => dependentText(list(smallCommand(folder, {slowMs: 0, workMs})), keepAtLeast), surround: startDatabase, faults: [databaseLost],
	},
];

export type SeriesOptions = {
	readonly load: ApplicationLoad;
	readonly rounds: number;
	/** Only faults whose names contain this. */
	readonly only?: string;
	readonly tell: (result: FaultResult) => void;
};

/** Rejects when the farm does not come to terms with a fault; takes everything down whatever happens. */
export async function playSeries({name, text, prepare, surround, hasKept, faults}: Series, {load, rounds, only = '', tell}: SeriesOptions): Promise<FaultResult[]> {
	const folder = folderOf(name);
	mkdirSync(folder, {recursive: true});
	await prepare?.(folder);
	const farm: ApplicationFarm = await openApplicationFarm({name, application: text(folder), load: hasKept ? load : {...load, connections: 0}, surround});
	const results: FaultResult[] = [];
	const chosen = faults.filter(fault => fault.name.includes(only));
	try {
		for (let round = 0; round < rounds; round++) {
			for (const fault of chosen) {
				await forget(farm);
				const result = await playFault(farm, fault);
				results.push(result);
				tell(result);
			}
		}
	} finally {
		await farm.end();
	}

	return results;
}
