/** A node that was started with another rule than the others waits; both sides say which rule; mended it joins, without a new start. */

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import type {Status} from '../../src/core/status/status.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();
const title = 'a node with another rule waits and both sides name it; mended it joins';
const difference = 'web1 has rule \'10.77.0.100 tcp 80 client\', web3 has rule \'10.77.0.100 tcp 80+8080 client\'';

if (reason === undefined) {
	test(title, async t => {
		const lab = await labFor(t, 'drift');
		const file = path.join((JSON.parse(await lab.farmctl('status', '--json')) as {folder: string}).folder, 'farm.yaml');
		const before = readFileSync(file, 'utf8');
		const other = before.replace('ports: [80]', 'ports: [80, 8080]');
		t.not(other, before);

		writeFileSync(file, other);
		await restart(lab, 'web3');
		await lab.settled('web3');
		const losing = `its configuration distributes clients differently from web1, web2: ${difference}`;
		const winning = `its configuration differs from this node's: ${difference}`;
		await until(async () => (await statusOf(lab, 'web3')).reason === losing);
		await until(async () => problemOf(await statusOf(lab, 'web1'), 'web3') === winning);
		await until(async () => problemOf(await statusOf(lab, 'web2'), 'web3') === winning.replaceAll('web1', 'web2'));
		const [web1, web3] = [await statusOf(lab, 'web1'), await statusOf(lab, 'web3')];
		t.is(web3.state, 'WAIT');
		t.is(slotsOf(web3, 'web3'), 0);
		t.is(web1.state, 'UP');
		t.is(web1.coverage.owned, web1.coverage.total, 'the others serve everything');
		t.deepEqual(web1.events.filter(({name}) => name === 'node-differs').map(({message}) => message), [`web3 waits: ${winning}`], 'told once');
		t.is(web3.events.filter(({name, message}) => name === 'waiting' && message === `this node waits: ${losing}`).length, 1);

		writeFileSync(file, before);
		process.kill((await lab.nodes()).find(({name}) => name === 'web3')!.daemon!, 'SIGHUP');
		await until(async () => (await statusOf(lab, 'web3')).state === 'UP');
		await lab.settled();
		t.is(problemOf(await statusOf(lab, 'web1'), 'web3'), undefined);
	});
} else {
	test.skip(`${title} (${reason})`, t => {
		t.fail();
	});
}

async function restart(lab: Lab, node: string): Promise<void> {
	await lab.farmctl('fault', 'kill-daemon', node);
	await lab.farmctl('fault', 'heal', node);
}

async function statusOf(lab: Lab, node: string): Promise<Status> {
	let status: Status | undefined;
	await until(async () => {
		status = (await lab.nodes()).find(({name}) => name === node)?.status;
		return status !== undefined;
	});
	return status!;
}

const problemOf = (status: Status, node: string): string | undefined => status.nodes.find(({name}) => name === node)!.problem;
const slotsOf = (status: Status, node: string): number => status.nodes.find(({name}) => name === node)!.slots;
