/** Kills a node of a farm under traffic, and heals it when all its clients are served by others. */

import {setTimeout as sleep} from 'node:timers/promises';
import {cableCommand} from '../../../src/core/lab/network-commands.js';
import {runProgram} from '../../../src/edge/lab/run-program.js';
import {capture, type Capture} from '../../kernel/support/capture.js';
import type {ChangingFarm} from './farm.js';
import {orphansIn, type Orphans} from './orphans.js';
import {portOf} from './shape.js';
import type {Traffic} from './traffic.js';

const packets = `tcp port ${portOf.main}`;
const beforeMs = 500;
const pollMs = 200;
/** Far longer than TCP's patience between two packets of a connection that nobody answers. */
const deadlineMs = 60_000;

/** Kill -9 of its daemon with its cable out, as when the host is gone. The farm must be whole, and is again when this resolves. */
export async function playDeath(farm: ChangingFarm, traffic: Traffic, name: string): Promise<Orphans> {
	const {client} = farm.lab.topology;
	const deadMac = await farm.macOf(name);
	const capturing = await capture({spawnIn: (_host, program, ...words) => ['ip', ['netns', 'exec', client.namespace, program, ...words]]}, packets, {host: client.name, device: 'eth0'});
	await sleep(beforeMs);
	const diedAt = Date.now();
	await setCable(farm, name, 'down');
	farm.signal(name, 'SIGKILL');
	await traffic.endServer(name);
	const found = orphansIn(await untilAware(traffic, capturing), {deadMac, diedAt});
	await setCable(farm, name, 'up');
	await traffic.startServer(name);
	farm.start(name);
	await farm.whole();
	return found;
}

/** Until every connection that stays is open again: then all that broke have been noticed. */
async function untilAware(traffic: Traffic, capturing: Capture): ReturnType<Capture['stop']> {
	await sleep(beforeMs);
	for (const end = performance.now() + deadlineMs; performance.now() < end;) {
		const {keep: {oldestMs}} = await traffic.look('slow');
		if (oldestMs < pollMs) {
			break;
		}

		await sleep(pollMs);
	}

	return capturing.stop();
}

async function setCable({lab, node}: ChangingFarm, name: string, state: 'up' | 'down'): Promise<void> {
	await runProgram(cableCommand(lab.topology, node(name).cables[0], state));
}
