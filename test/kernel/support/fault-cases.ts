/** The faults that every farm must survive, in the order in which they are played. */

import {spawn} from 'node:child_process';
import {availableParallelism} from 'node:os';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import type {LabHost} from '../../../src/core/lab/topology.js';
import {healNodes, makeFault, nodeNamed, type Fault, type FaultScope} from '../../../src/edge/lab/faults.js';
import {partOf, signalPart, startPart, type Lab as OpenLab} from '../../../src/edge/lab/players.js';
import {awaitServing} from '../../../src/edge/lab/readiness.js';
import type {FaultCase} from './fault-case.js';
import {detectionMs, noiseMs, takeoverMaxMs} from './fault-timing.js';
import {until, type Lab} from './lab.js';

const nodes = ['web1', 'web2', 'web3'] as const;

/** Several times what any node waits for: a fault that must change nothing is given the time to. */
const quietMs = 4 * detectionMs;

/** A program starts, and a node that nobody hears waits for longer than the detection time. */
const restartMaxMs = 10_000;

/** Waits for so many times that long, for a fault that must be in force all the time. */
const quiet = (times = 1) => async (lab: Lab): Promise<void> => {
	await delay(times * quietMs);
	if ((await lab.nodes()).every(({faults}) => faults.length === 0)) {
		throw new Error('the fault is not in force');
	}
};

const fault = (kind: Fault, node: string, scope: FaultScope = {}) => async ({inside}: Lab): Promise<void> => makeFault(inside, nodeNamed(inside, node), kind, scope);

/** The same on every node, one after the other. */
const faultEverywhere = (kind: Fault, scope: FaultScope) => async (lab: Lab): Promise<void> => {
	for (const node of nodes) {
		await fault(kind, node, scope)(lab);
	}
};

const heal = async ({inside}: Lab): Promise<void> => healNodes(inside, inside.topology.nodes);

const stop = async (lab: OpenLab, node: LabHost): Promise<void> => signalPart(lab, node, {part: 'daemon', signal: 'SIGTERM'});

async function restart(lab: OpenLab, node: LabHost): Promise<void> {
	await stop(lab, node);
	startPart(lab, node, 'daemon');
	await awaitServing(lab, node);
}

const nothing = async (): Promise<void> => undefined;

/** Waits until the others see that the node is gone and own all slots without it, and a little longer. */
const lost = (node: string) => async (lab: Lab): Promise<void> => {
	await until(async () => (await lab.nodes()).filter(({name}) => name !== node).every(({status}) => status !== undefined
		&& !status.view.members.includes(node)
		&& status.coverage.owned === status.coverage.total));
	await delay(detectionMs);
};

/** Waits until this node sees no one and owns everything, and a little longer. */
const alone = (node: string) => async (lab: Lab): Promise<void> => {
	await until(async () => {
		const {status} = (await lab.nodes()).find(({name}) => name === node)!;
		return status?.view.members.length === 1 && status.view.members[0] === node && status.coverage.owned === status.coverage.total;
	});
	await delay(detectionMs);
};

const daemonsOf = (lab: OpenLab): number[] => lab.topology.nodes.flatMap(node => partOf(lab, node, 'daemon')?.pid ?? []);

/** The process is looked up before, since that takes longer than the shortest stop. */
function stopped(ms: number): FaultCase {
	let pid = 0;
	return {
		name: `SIGSTOP for ${ms} ms`,
		stops: 'web1',
		hits: ['web1'],
		outageMaxMs: takeoverMaxMs,
		...ms > 2 * detectionMs && {silenced: {node: 'web1', after: 'heartbeat'}},
		async make({inside}) {
			[pid] = daemonsOf(inside) as [number];
			process.kill(pid, 'SIGSTOP');
		},
		endure: async () => delay(ms),
		async heal() {
			process.kill(pid, 'SIGCONT');
		},
	};
}

const lossy = (percent: number): FaultCase => ({
	name: `${percent} % of all heartbeats lost`,
	hits: percent < 20 ? [] : nodes,
	outageMaxMs: takeoverMaxMs,
	make: faultEverywhere('mute', {percent}),
	endure: quiet(2),
	heal,
});

/** A loop on every processor, at the priority that programs have. */
function hogs(): {readonly end: () => void} {
	const children = Array.from({length: availableParallelism()}, () => spawn('sh', ['-c', 'while :; do :; done'], {stdio: 'ignore'}));
	return {
		end() {
			for (const child of children) {
				child.kill('SIGKILL');
			}
		},
	};
}

function busy(): FaultCase {
	let running: ReturnType<typeof hogs> | undefined;
	return {
		name: 'a CPU hog on every core',
		hits: [],
		outageMaxMs: noiseMs,
		async make() {
			running = hogs();
		},
		endure: async () => delay(quietMs),
		async heal() {
			running?.end();
		},
	};
}

export const faultCases: readonly FaultCase[] = [
	{
		name: 'all nodes restarted one after the other', hits: nodes, outageMaxMs: noiseMs,
		async make(lab) {
			for (const node of lab.inside.topology.nodes) {
				await restart(lab.inside, node);
				await lab.settled();
			}
		},
		endure: nothing, heal: nothing,
	},
	{
		name: 'all nodes restarted at once', hits: nodes, outageMaxMs: restartMaxMs,
		make: async ({inside}) => Promise.all(inside.topology.nodes.map(async node => restart(inside, node))),
		endure: nothing, heal: nothing,
	},
	{
		name: 'kill -9 of the daemon', hits: ['web1'], outageMaxMs: takeoverMaxMs, silenced: {node: 'web1', after: 'heartbeat'},
		make: fault('kill-daemon', 'web1'), endure: lost('web1'), heal,
	},
	{
		name: 'kill -9 of daemon and server, cables out', hits: ['web2'], outageMaxMs: takeoverMaxMs, silenced: {node: 'web2', after: 'fault'}, mayRefuse: true,
		make: fault('kill-node', 'web2'), endure: lost('web2'), heal,
	},
	stopped(100),
	stopped(300),
	stopped(1000),
	stopped(5000),
	{
		name: 'link down', hits: ['web3'], outageMaxMs: takeoverMaxMs, silenced: {node: 'web3', after: 'fault'},
		make: fault('cut-link', 'web3'), endure: lost('web3'), heal,
	},
	{
		name: 'link to the VIPs down, another carries heartbeats', hits: ['web1'], outageMaxMs: takeoverMaxMs, silenced: {node: 'web1', after: 'fault'},
		make: fault('cut-link', 'web1', {network: 1}), endure: lost('web1'), heal,
	},
	{
		name: 'cut off behind a link that stays up', hits: ['web2'], outageMaxMs: takeoverMaxMs, double: 'merge',
		make: fault('cut-uplink', 'web2'), endure: lost('web2'), heal,
	},
	{
		name: 'first heartbeat network down', hits: [], outageMaxMs: noiseMs,
		make: faultEverywhere('mute', {network: 1}), endure: quiet(), heal,
	},
	{
		name: 'second heartbeat network down', hits: [], outageMaxMs: noiseMs,
		make: faultEverywhere('cut-link', {network: 2}), endure: quiet(), heal,
	},
	{
		name: 'one-way loss to one peer', hits: [], outageMaxMs: noiseMs,
		make: fault('mute', 'web1', {peer: 'web2'}), endure: quiet(), heal,
	},
	{
		name: 'one-way loss to all peers: nobody hears the node', hits: ['web1'], outageMaxMs: takeoverMaxMs, silenced: {node: 'web1', after: 'fault'},
		make: fault('mute', 'web1'), endure: lost('web1'), heal,
	},
	{
		name: 'one-way loss from all peers: the node hears nobody', hits: ['web2', 'web3'], outageMaxMs: takeoverMaxMs,
		make: fault('deaf', 'web1'), endure: alone('web1'), heal,
	},
	{
		name: 'two nodes cut off from one another, a third hears both', hits: [], outageMaxMs: noiseMs,
		make: fault('cut-heartbeats', 'web1', {peer: 'web2'}), endure: quiet(), heal,
	},
	lossy(1),
	lossy(5),
	lossy(20),
	{
		name: 'partition and merge', hits: nodes, outageMaxMs: takeoverMaxMs, double: 'split',
		make: fault('cut-heartbeats', 'web1'),
		async endure(lab) {
			await Promise.all([lost('web1')(lab), alone('web1')(lab)]);
		},
		heal,
	},
	{
		name: 'kill -9 of all daemons at once', hits: nodes, outageMaxMs: restartMaxMs,
		async make({inside}) {
			for (const pid of daemonsOf(inside)) {
				process.kill(pid, 'SIGKILL');
			}
		},
		endure: nothing, heal,
	},
	busy(),
];
