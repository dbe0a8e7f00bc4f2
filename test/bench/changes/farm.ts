/**
A farm to change while it serves: four nodes in a lab's network, of which some are in the configuration, and clients behind a router.

	web1 … web4 ---- br0 ---- client, the way to 10.78.0.0/16 and fd00:78::/64

Every address of those networks is the client host's, so traffic comes from as many clients as wanted.
*/

import {writeFileSync} from 'node:fs';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {ownersOf} from '../../../src/core/assignment/owners.js';
import {networkCommands, type ProgramCall} from '../../../src/core/lab/network-commands.js';
import {bareAddress, topologyOf, type LabHost} from '../../../src/core/lab/topology.js';
import type {VipMode} from '../../../src/core/model/farm.js';
import {generateKey} from '../../../src/edge/config/load-key.js';
import {nodeNamed} from '../../../src/edge/lab/faults.js';
import {takeDown} from '../../../src/edge/lab/lab.js';
import {makeFolder, placeOf} from '../../../src/edge/lab/place.js';
import {configFileOf, keyFileOf, logTail, partOf, startPart, type Lab} from '../../../src/edge/lab/players.js';
import {statusOf} from '../../../src/edge/lab/readiness.js';
import {runProgram} from '../../../src/edge/lab/run-program.js';
import {listenTo, type Told} from '../../kernel/support/told.js';
import {renderShape, type Shape} from './shape.js';

const nodesCount = 4;
const clientsV4 = '10.78.0.0/16';
const clientsV6 = 'fd00:78::/64';
const pollMs = 20;
const deadlineMs = 60_000;

export type ChangingFarm = {
	readonly lab: Lab;
	readonly node: (name: string) => LabHost;
	/** As it should be now. */
	shape: Shape;
	readonly macOf: (name: string) => Promise<string>;
	/** The daemon, unless it runs. */
	readonly start: (name: string) => void;
	/** Resolves when the daemon answers. */
	readonly runs: (name: string) => Promise<void>;
	/** Resolves when the daemon has ended by itself. */
	readonly ended: (name: string) => Promise<void>;
	/** Reads the configuration again, if the daemon runs. Rejects when it is refused. */
	readonly reload: (name: string) => Promise<void>;
	readonly signal: (name: string, signal: NodeJS.Signals) => void;
	/** Waits until every node owns what the shape gives it. */
	readonly whole: () => Promise<void>;
	readonly close: () => Promise<void>;
};

export type FarmOptions = {readonly name: string; readonly mode: VipMode; readonly detectionMs: number; readonly shape: Shape};

/** Brings it up; the nodes of the shape serve. Takes down what was made when that fails. */
export async function openChangingFarm({name, mode, detectionMs, shape}: FarmOptions): Promise<ChangingFarm> {
	await takeDown(name);
	const lab: Lab = {place: placeOf(name), topology: topologyOf({name, nodesCount, networksCount: 1, mode, detectionMs})};
	const node = (wanted: string): LabHost => nodeNamed(lab, wanted);
	const farm: ChangingFarm = {
		lab, node, shape,
		async macOf(wanted) {
			const [link] = JSON.parse(await runProgram({argv: ['ip', '-n', node(wanted).namespace, '-json', 'link', 'show', 'eth0']})) as Array<{address: string}>;
			return link!.address;
		},
		start(wanted) {
			startPart(lab, node(wanted), 'daemon');
		},
		runs: async wanted => until(async () => await statusOf(lab, node(wanted)) !== undefined, () => `${wanted} does not answer:\n${logTail(lab, node(wanted), 'daemon')}`),
		ended: async wanted => until(async () => partOf(lab, node(wanted), 'daemon') === undefined, () => `${wanted} has not ended`),
		reload: async wanted => reload(lab, node(wanted)),
		signal(wanted, signal) {
			process.kill(partOf(lab, node(wanted), 'daemon')!.pid, signal);
		},
		whole: async () => whole(lab, farm.shape),
		async close() {
			await takeDown(name);
		},
	};
	try {
		makeFolder(lab.place);
		for (const call of [...networkCommands(lab.topology), ...routerCommands(lab)]) {
			await runProgram(call);
		}

		writeFileSync(keyFileOf(lab), generateKey(), {mode: 0o600});
		writeShape(farm, shape);
		for (const one of shape.nodes) {
			startPart(lab, node(one), 'daemon');
		}

		await farm.whole();
		return farm;
	} catch (error) {
		await farm.close();
		throw error;
	}
}

/** Writes the configuration, that which all nodes read unless a file is given. */
export function writeShape(farm: ChangingFarm, shape: Shape, file = configFileOf(farm.lab)): void {
	writeFileSync(file, renderShape(farm.lab.topology, shape, keyFileOf(farm.lab)), {mode: 0o600});
	farm.shape = shape;
}

/** Client addresses, as many of each family. Spread over /24 and /64 like those of strangers. */
export const clientAddresses = (count: number): string[] => Array.from({length: count}, (_, index) => index % 2 === 0
	? `10.78.${(index * 7) % 256}.${(index % 250) + 1}`
	: `fd00:78::${(index * 31).toString(16)}:${index.toString(16)}`);

function routerCommands({topology: {client, nodes}}: Lab): ProgramCall[] {
	const [v4, v6] = [client.addresses.find(address => !address.includes(':'))!, client.addresses.find(address => address.includes(':'))!];
	const set = (key: string, value: string): ProgramCall => ({argv: ['ip', 'netns', 'exec', client.namespace, 'sh', '-c', `echo ${value} > /proc/sys/net/${key}`]});
	return [
		set('ipv6/ip_nonlocal_bind', '1'),
		set('ipv4/conf/all/arp_announce', '2'),
		set('ipv4/ip_local_port_range', '"10000 65000"'),
		{argv: ['ip', '-n', client.namespace, 'route', 'add', 'local', clientsV4, 'dev', 'lo']},
		{argv: ['ip', '-n', client.namespace, '-6', 'route', 'add', 'local', clientsV6, 'dev', 'lo']},
		...nodes.flatMap(({namespace}) => [
			{argv: ['ip', '-n', namespace, 'route', 'add', clientsV4, 'via', bareAddress(v4)]},
			{argv: ['ip', '-n', namespace, '-6', 'route', 'add', clientsV6, 'via', bareAddress(v6)]},
		]),
	];
}

/** Every node of the shape owns as many slots as its weight is worth, or none when it is told to rest. */
async function whole(lab: Lab, {nodes: names, weights, resting}: Shape): Promise<void> {
	const nodes = lab.topology.nodes.filter(({name}) => names.includes(name));
	const members = nodes.map(node => ({id: idOf(lab, node), weight: resting.includes(node.name) ? 0 : weights[node.name] ?? 1})).filter(({weight}) => weight > 0);
	const owners = ownersOf(members);
	const slotsWanted = (node: LabHost): number => owners.filter(owner => owner === idOf(lab, node)).length;
	const slotsOf = async (node: LabHost): Promise<number | undefined> => (await statusOf(lab, node))?.nodes.find(({name}) => name === node.name)?.slots;
	let found: ReadonlyArray<number | undefined> = [];
	await until(async () => {
		found = await Promise.all(nodes.map(async node => slotsOf(node)));
		return nodes.every((node, index) => found[index] === slotsWanted(node));
	}, () => nodes.map((node, index) => `${node.name} owns ${found[index] ?? 'nothing that it says'} of ${slotsWanted(node)} slots:\n${logTail(lab, node, 'daemon')}`).join('\n'));
}

async function reload(lab: Lab, node: LabHost): Promise<void> {
	const daemon = partOf(lab, node, 'daemon');
	if (daemon === undefined) {
		return;
	}

	const listening = listenTo(lab);
	const said = (): Told | undefined => listening().find(told => told.node === node.name && ['reloaded', 'reload-refused'].includes(told.event));
	process.kill(daemon.pid, 'SIGHUP');
	await until(async () => said() !== undefined, () => `${node.name} does not take over its configuration`);
	if (said()!.event !== 'reloaded') {
		throw new Error(`${node.name}: ${said()!.message}`);
	}
}

async function until(isSo: () => Promise<boolean>, trouble: () => string): Promise<void> {
	for (const end = performance.now() + deadlineMs; !await isSo();) {
		if (performance.now() > end) {
			throw new Error(`after ${deadlineMs / 1000} s: ${trouble()}`);
		}

		await sleep(pollMs);
	}
}

const idOf = ({topology}: Lab, node: LabHost): number => topology.nodes.indexOf(node) + 1;
