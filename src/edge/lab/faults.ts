/** Faults a lab can have, and their healing. All are told from what the machine shows, so none is ever forgotten. */
/* eslint-disable no-await-in-loop -- a part is woken before it is looked at */

import {cableCommand, pluggedPorts, portsCommand} from '../../core/lab/network-commands.js';
import type {LabHost} from '../../core/lab/topology.js';
import {UsageFailure} from '../../errors.js';
import {enter} from './place.js';
import {parts, signalPart, startPart, partOf, type Lab} from './players.js';
import {runProgram} from './run-program.js';

export const faults = {
	'kill-node': 'kill -9 its daemon and its server, and pull its cable',
	'kill-daemon': 'kill -9 its daemon',
	'freeze-daemon': 'SIGSTOP its daemon',
	'cut-link': 'pull its cable at the bridge',
} as const;

export type Fault = keyof typeof faults;

/** Makes the fault on the node. */
export async function makeFault(lab: Lab, node: LabHost, fault: Fault): Promise<void> {
	switch (fault) {
		case 'kill-node': {
			await setCable(lab, node, 'down');
			await Promise.all(parts.map(async part => signalPart(lab, node, {part, signal: 'SIGKILL'})));
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

		case 'cut-link': {
			await setCable(lab, node, 'down');
		}
	}
}

/** Plugs the cable in, wakes what sleeps and starts what is dead. */
export async function healNode(lab: Lab, node: LabHost): Promise<void> {
	await setCable(lab, node, 'up');
	for (const part of parts) {
		await signalPart(lab, node, {part, signal: 'SIGCONT'});
		startPart(lab, node, part);
	}
}

/** Names of the hosts whose cable is out. */
export async function cutHosts({place, topology}: Lab): Promise<Set<string>> {
	const plugged = new Set(pluggedPorts(await runProgram(enter(place, portsCommand(topology)))));
	return new Set([...topology.nodes, topology.client].filter(({cables}) => cables.every(({port}) => !plugged.has(port))).map(({name}) => name));
}

/** The node's faults in force, in words for people. */
export function faultsOf(lab: Lab, node: LabHost, cut: ReadonlySet<string>): string[] {
	const daemon = partOf(lab, node, 'daemon');
	return [
		...cut.has(node.name) ? ['link cut'] : [],
		...daemon?.isFrozen ? ['daemon frozen'] : [],
		...daemon === undefined ? ['no daemon'] : [],
		...partOf(lab, node, 'server') === undefined ? ['no server'] : [],
	];
}

/** The node of this name. Throws a UsageFailure that lists the names there are. */
export function nodeNamed({topology}: Lab, name: string): LabHost {
	const node = topology.nodes.find(one => one.name === name);
	if (node === undefined) {
		throw new UsageFailure(`the lab has no node '${name}'`, {hint: `its nodes: ${topology.nodes.map(one => one.name).join(', ')}`});
	}

	return node;
}

async function setCable({place, topology}: Lab, node: LabHost, state: 'up' | 'down'): Promise<void> {
	await Promise.all(node.cables.map(async cable => runProgram(enter(place, cableCommand(topology, cable, state)))));
}
