/** Faults a lab can have, and their healing. All are told from what the machine shows, so none is ever forgotten. */

import {cableCommand, pluggedPorts, portsCommand} from '../../core/lab/network-commands.js';
import {describeLoss, type Loss} from '../../core/lab/losses.js';
import type {Cable, LabHost} from '../../core/lab/topology.js';
import {UsageFailure} from '../../errors.js';
import {addLoss, endLosses} from './losses.js';
import {enter} from './place.js';
import {partOf, partsOf, signalPart, signalServer, startPart, type Lab} from './players.js';
import {runProgram} from './run-program.js';

export const faults = {
	'kill-node': 'kill -9 its daemon and its server, and pull its cables',
	'kill-daemon': 'kill -9 its daemon',
	'freeze-daemon': 'SIGSTOP its daemon',
	'kill-server': 'kill -9 its server, with an application all that its daemon runs',
	'freeze-server': 'SIGSTOP the same',
	'cut-link': 'pull its cables at the bridge, or with --network that one',
	'cut-uplink': 'nothing gets through to it or from it, but its link stays up',
	mute: 'its heartbeats are lost on the way, to PEER or to all',
	deaf: 'heartbeats to it are lost on the way, from PEER or from all',
	'cut-heartbeats': 'both: it neither hears PEER, or anyone, nor is it heard',
} as const;

export type Fault = keyof typeof faults;

/** How a fault may be narrowed: to the way to one peer, to one network (counted from 1), to a share of the heartbeats. */
export type FaultScope = Pick<Loss, 'peer' | 'network'> & {readonly percent?: number | undefined};

/** Which of the three each fault knows. */
export const scopesOf: Readonly<Record<Fault, ReadonlyArray<keyof FaultScope>>> = {
	'kill-node': [],
	'kill-daemon': [],
	'freeze-daemon': [],
	'kill-server': [],
	'freeze-server': [],
	'cut-link': ['network'],
	'cut-uplink': ['network'],
	mute: ['peer', 'network', 'percent'],
	deaf: ['peer', 'network', 'percent'],
	'cut-heartbeats': ['peer', 'network', 'percent'],
};

/** Makes the fault on the node. Throws a UsageFailure for a scope that it does not know or that the lab does not have. */
export async function makeFault(lab: Lab, node: LabHost, fault: Fault, scope: FaultScope = {}): Promise<void> {
	checkScope(lab, {node, fault, scope});
	switch (fault) {
		case 'kill-node': {
			await setCables(lab, node.cables, 'down');
			await signalPart(lab, node, {part: 'daemon', signal: 'SIGKILL'});
			await signalServer(lab, node, 'SIGKILL');
			return;
		}

		case 'kill-daemon': {
			await signalPart(lab, node, {part: 'daemon', signal: 'SIGKILL'});
			return;
		}

		case 'freeze-daemon': {
			await signalPart(lab, node, {part: 'daemon', signal: 'SIGSTOP'});
			return;
		}

		case 'kill-server': {
			await signalServer(lab, node, 'SIGKILL');
			return;
		}

		case 'freeze-server': {
			await signalServer(lab, node, 'SIGSTOP');
			return;
		}

		case 'cut-link': {
			await setCables(lab, scope.network === undefined ? node.cables : [node.cables[scope.network - 1]!], 'down');
			return;
		}

		case 'cut-uplink':
		case 'mute':
		case 'deaf':
		case 'cut-heartbeats': {
			await addLoss(lab, {...scope, percent: scope.percent ?? 100, kind: fault, node: node.name});
		}
	}
}

/** Wakes what sleeps, starts what is dead, plugs the cables in and lets all frames through. */
export async function healNodes(lab: Lab, nodes: readonly LabHost[]): Promise<void> {
	await Promise.all(nodes.map(async node => {
		await signalServer(lab, node, 'SIGCONT');
		await signalPart(lab, node, {part: 'daemon', signal: 'SIGCONT'});
		for (const part of partsOf(lab)) {
			startPart(lab, node, part);
		}

		await setCables(lab, node.cables, 'up');
	}));
	await endLosses(lab, nodes.map(({name}) => name));
}

/** Ports of the bridges whose cable is out. */
export async function cutPorts({place, topology}: Lab): Promise<Set<string>> {
	const plugged = new Set(pluggedPorts(await runProgram(enter(place, portsCommand(topology)))));
	return new Set(topology.nodes.flatMap(({cables}) => cables.map(({port}) => port)).filter(port => !plugged.has(port)));
}

/** The node's faults in force, in words for people. */
export function faultsOf(lab: Lab, node: LabHost, {cut, losses}: {readonly cut: ReadonlySet<string>; readonly losses: readonly Loss[]}): string[] {
	const [daemon, server] = [partOf(lab, node, 'daemon'), partOf(lab, node, 'server')];
	return [
		...cutCables(node, cut),
		...losses.flatMap(loss => describeLoss(loss, node.name) ?? []),
		...daemon?.isFrozen ? ['daemon frozen'] : [],
		...daemon === undefined ? ['no daemon'] : [],
		...server?.isFrozen ? ['server frozen'] : [],
		...server === undefined ? ['no server'] : [],
	];
}

function cutCables({cables}: LabHost, cut: ReadonlySet<string>): string[] {
	const networks = [...cables.entries()].filter(([, {port}]) => cut.has(port)).map(([index]) => index + 1);
	return networks.length === cables.length ? ['link cut'] : networks.map(network => `link cut on network ${network}`);
}

/** The node of this name. Throws a UsageFailure that lists the names there are. */
export function nodeNamed({topology}: Lab, name: string): LabHost {
	const node = topology.nodes.find(one => one.name === name);
	if (node === undefined) {
		throw new UsageFailure(`the lab has no node '${name}'`, {hint: `its nodes: ${topology.nodes.map(one => one.name).join(', ')}`});
	}

	return node;
}

async function setCables({place, topology}: Lab, cables: readonly Cable[], state: 'up' | 'down'): Promise<void> {
	await Promise.all(cables.map(async cable => runProgram(enter(place, cableCommand(topology, cable, state)))));
}

type ScopedFault = {readonly node: LabHost; readonly fault: Fault; readonly scope: FaultScope};

function checkScope(lab: Lab, {node, fault, scope}: ScopedFault): void {
	const known = scopesOf[fault];
	const names = {peer: 'PEER', network: '--network', percent: '--percent'} as const;
	for (const [key, name] of Object.entries(names) as Array<[keyof FaultScope, string]>) {
		if (scope[key] !== undefined && !known.includes(key)) {
			const able = (Object.keys(faults) as Fault[]).filter(one => scopesOf[one].includes(key));
			throw new UsageFailure(`${fault} takes no ${name}`, {hint: `faults that do: ${able.join(', ')}`});
		}
	}

	if (scope.peer !== undefined && nodeNamed(lab, scope.peer) === node) {
		throw new UsageFailure(`${node.name} cannot be its own peer`, {hint: 'name another node as PEER, or none for all'});
	}

	if (scope.network !== undefined && scope.network > node.cables.length) {
		throw new UsageFailure(`the lab has no network ${scope.network}`, {hint: `it has ${node.cables.length}; more: farmctl lab up --networks N`});
	}
}
