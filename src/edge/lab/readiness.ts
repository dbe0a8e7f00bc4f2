/** Waits until a lab serves: every web server accepts, and every daemon says that it is UP and sees the others so. */
/* eslint-disable no-await-in-loop -- it polls */

import {readFileSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import {bareAddress, servedPort, type LabHost} from '../../core/lab/topology.js';
import type {Status} from '../../core/status/status.js';
import {SystemFailure} from '../../errors.js';
import {requestStatus} from '../control/client.js';
import {hasApplication, logFileOf, logTail, partOf, runDirOf, type Lab, type Part} from './players.js';

const readyMs = 20_000;
const pollMs = 50;

/** Resolves when the whole lab serves; rejects with a SystemFailure that names the part which does not, with the end of its log. */
export async function awaitReady(lab: Lab, nodes: readonly LabHost[] = lab.topology.nodes): Promise<void> {
	const deadline = Date.now() + readyMs;
	// A daemon that starts the server itself is not UP before it serves.
	for (const node of hasApplication(lab.topology) ? [] : nodes) {
		await awaitPart(lab, node, {part: 'server', deadline, isReady: async () => isListening(lab, node)});
	}

	for (const node of nodes) {
		await awaitPart(lab, node, {part: 'daemon', deadline, isReady: async () => isServing(await statusOf(lab, node), nodes.length)});
	}
}

/** Resolves when this node's daemon says that it serves, whatever the others do. */
export async function awaitServing(lab: Lab, node: LabHost): Promise<void> {
	await awaitPart(lab, node, {part: 'daemon', deadline: Date.now() + readyMs, isReady: async () => (await statusOf(lab, node))?.state === 'UP'});
}

/** What the node's daemon answers; `undefined` when none does. */
export async function statusOf(lab: Lab, node: LabHost): Promise<Status | undefined> {
	try {
		return await requestStatus(runDirOf(lab, node));
	} catch {
		return undefined;
	}
}

type Wait = {readonly part: Part; readonly deadline: number; readonly isReady: () => Promise<boolean>};

async function awaitPart(lab: Lab, node: LabHost, {part, deadline, isReady}: Wait): Promise<void> {
	let wasSeen = false;
	while (!await isReady()) {
		const isAlive = partOf(lab, node, part) !== undefined;
		if ((wasSeen && !isAlive) || Date.now() > deadline) {
			throw new SystemFailure(`the ${part} of ${node.name} ${isAlive ? `is not ready after ${readyMs / 1000} s` : 'has ended'}`, {
				hint: `the end of ${logFileOf(lab, node, part)}:\n${logTail(lab, node, part)}`,
			});
		}

		wasSeen ||= isAlive;
		await delay(pollMs);
	}
}

const isServing = (status: Status | undefined, count: number): boolean =>
	status?.state === 'UP' && status.nodes.filter(node => node.state === 'UP').length >= count;

/** Whether the server's port is open in the node's namespace, as its process sees it: no packet is spent on the question. */
function isListening(lab: Lab, node: LabHost): boolean {
	const player = partOf(lab, node, 'server');
	return player !== undefined && listeningPorts(player.pid).includes(servedPort);
}

/** Ports of listening IPv6 sockets (state 0A) from proc(5) net/tcp6. */
function listeningPorts(pid: number): number[] {
	try {
		return readFileSync(`/proc/${pid}/net/tcp6`, 'utf8').split('\n').slice(1)
			.map(line => line.trim().split(/\s+/))
			.filter(fields => fields[3] === '0A')
			.map(fields => Number.parseInt(fields[1]!.split(':', 2)[1]!, 16));
	} catch {
		return [];
	}
}

/** The first address of a host, for people. */
export const mainAddress = (node: LabHost): string => bareAddress(node.addresses[0]!);
