/** Heartbeat networks of a real farm: one fails after the other, both fail, and multicast groups that only some nodes use. */

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {Status, StatusNetwork} from '../../src/core/status/status.js';
import {probeClockBytes} from '../../src/core/networks/probe.js';
import {sealBytes} from '../../src/edge/seal/seal.js';
import {capture} from './support/capture.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();

function farmTest(title: string, work: (t: ExecutionContext) => Promise<void>): void {
	if (reason === undefined) {
		test.serial(title, work);
	} else {
		test.skip(`${title} (${reason})`, t => {
			t.fail();
		});
	}
}

const statusOf = async (lab: Lab, name: string): Promise<Status | undefined> => (await lab.nodes()).find(node => node.name === name)?.status;

/** What the node says of its ways to another. */
const ways = async (lab: Lab, from: string, to: string): Promise<readonly StatusNetwork[]> =>
	(await statusOf(lab, from))?.nodes.find(({name}) => name === to)?.networks ?? [];

/** Which networks the node misses the other on, such as `[1, 2]`. */
const lostNetworks = async (lab: Lab, from: string, to: string): Promise<number[]> =>
	(await ways(lab, from, to)).filter(({isLost}) => isLost).map(({network}) => network);

const untilLost = async (lab: Lab, networks: readonly number[]): Promise<void> => until(async () =>
	JSON.stringify([await lostNetworks(lab, 'web1', 'web3'), await lostNetworks(lab, 'web3', 'web1')]) === JSON.stringify([networks, networks]));

const generations = async (lab: Lab): Promise<number[]> => (await lab.nodes()).map(({status}) => status!.view.generation);

/** `network-lost 3: web3`, in their order, as web1 tells them. */
const networkEvents = async (lab: Lab): Promise<string[]> => (await statusOf(lab, 'web1'))!.events
	.filter(({name}) => name.startsWith('network-')).map(({name, fields}) => `${name} ${fields!.network}: ${fields!.nodes}`);

farmTest('a network fails and returns, then the other: no slot moves; both: the node is dead', async t => {
	// The first of the lab's two networks carries heartbeats in both families: the farm's networks are 1 and 2 on it and 3 on the second.
	const lab = await labFor(t, 'networks', '--networks', '2', '--detection', '1s');
	const before = await generations(lab);
	await lab.farmctl('fault', 'cut-heartbeats', 'web3', '--network', '1');
	await untilLost(lab, [1, 2]);
	const degraded = JSON.parse(await lab.shell('web1', `${statusCommand(await folderOf(lab), 'web1')} || [ $? = 1 ]`)) as {health: string; reasons: Array<{code: string; message: string}>};
	t.is(degraded.health, 'degraded');
	t.deepEqual(degraded.reasons.map(({code}) => code), ['network', 'network']);
	t.regex(degraded.reasons[0]!.message, /^network 1 \(10\.77\.0\.11 here\) is lost: web3 silent for /u);
	await lab.farmctl('fault', 'heal');
	await untilLost(lab, []);
	await lab.farmctl('fault', 'cut-link', 'web3', '--network', '2');
	await untilLost(lab, [3]);
	await lab.farmctl('fault', 'heal');
	await untilLost(lab, []);
	t.deepEqual(await generations(lab), before, 'a view changed');
	t.deepEqual(await networkEvents(lab), ['network-lost 1: web3', 'network-lost 2: web3', 'network-back 1: web3', 'network-back 2: web3', 'network-lost 3: web3', 'network-back 3: web3']);
	await lab.farmctl('fault', 'cut-heartbeats', 'web3');
	await until(async () => {
		const [majority, alone] = [await statusOf(lab, 'web1'), await statusOf(lab, 'web3')];
		return majority?.view.members.join(' ') === 'web1 web2' && majority.coverage.owned === majority.coverage.total && alone?.view.members.join(' ') === 'web3';
	});
	await lab.farmctl('fault', 'heal');
	await lab.settled();
	await untilLost(lab, []);
});

const folderOf = async (lab: Lab): Promise<string> => (JSON.parse(await lab.farmctl('status', '--json')) as {folder: string}).folder;

const program = path.join(import.meta.dirname, '../../../bin/farmctl');
const statusCommand = (folder: string, node: string): string => `${program} status --json --run-dir ${folder}/${node}`;

const groups = {4: '239.77.48.3', 6: 'ff12::4803'};

/** Ethernet, IPv6, UDP, a seal and a probe: what is longer is a heartbeat. */
const probeFrameBytes = 14 + 40 + 8 + sealBytes + probeClockBytes;

farmTest('nodes with a multicast group and one without hear one another, and the group spares the copies', async t => {
	const lab = await labFor(t, 'groups', '--networks', '2');
	const file = path.join(await folderOf(lab), 'farm.yaml');
	const plain = readFileSync(file, 'utf8');
	writeFileSync(file, plain.replace('heartbeat: {', () => `heartbeat: {multicast: ["${groups[4]}", "${groups[6]}"], `));
	t.not(readFileSync(file, 'utf8'), plain);
	for (const node of ['web1', 'web2']) {
		await lab.farmctl('stop', node);

		await lab.farmctl('start', node);
	}

	await lab.settled();
	let steady: Record<string, number> = {};
	await until(async () => {
		steady = await heartbeatsFrom(lab, '10.77.0.11', 'fd00:77::11');
		return steady['10.77.0.12'] === undefined && steady['fd00:77::12'] === undefined;
	});
	t.log(steady);
	t.true(steady[groups[4]]! > 0 && steady[groups[6]]! > 0, 'to the groups');
	t.true(steady['10.77.0.13']! > 0 && steady['fd00:77::13']! > 0, 'to the node without a group');
	await until(async () => {
		const all = await Promise.all([['web1', 'web2'], ['web2', 'web1'], ['web3', 'web1'], ['web1', 'web3']].map(async ([from, to]) => ways(lab, from!, to!)));
		return all.flat().every(({rttMs, lossPercent, lastHeardMs}) => rttMs !== null && lossPercent !== null && lossPercent < 5 && lastHeardMs! < 1000);
	});
	t.deepEqual(await networkEvents(lab), []);
	t.deepEqual((await statusOf(lab, 'web2'))!.rejected, {});
});

/** How many heartbeats crossed the first LAN from these addresses in half a second of web1's life, by where to. */
async function heartbeatsFrom(lab: Lab, ...sources: readonly string[]): Promise<Record<string, number>> {
	const capturing = await capture(lab, `udp port 4803 and greater ${probeFrameBytes + 1}`);
	const {uptimeMs} = (await statusOf(lab, 'web1'))!;
	await until(async () => (await statusOf(lab, 'web1'))!.uptimeMs > uptimeMs + 500);
	const counts: Record<string, number> = {};
	for (const {source, target} of await capturing.stop()) {
		if (sources.includes(source!)) {
			counts[target!] = (counts[target!] ?? 0) + 1;
		}
	}

	return counts;
}
