/** Two nodes with `quorum: witness`: the one that reaches neither the other nor the witness waits, the other serves everything. */

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type {Status} from '../../src/core/status/status.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();

const title = 'cut off from the other node and the witnesses a node falls silent; the other serves as long as a witness answers';

if (reason === undefined) {
	test(title, async t => {
		const lab = await labFor(t, 'witness', '--nodes', '2');
		const file = path.join((JSON.parse(await lab.farmctl('status', '--json')) as {folder: string}).folder, 'farm.yaml');
		writeFileSync(file, `${readFileSync(file, 'utf8')}quorum: witness\nwitnesses: ["10.77.1.1", "fd00:77::1:1"]\n`);
		for (const node of ['web1', 'web2']) {
			await lab.farmctl('fault', 'kill-daemon', node);
			await lab.farmctl('fault', 'heal', node);
		}

		await lab.settled();
		await lab.farmctl('fault', 'cut-uplink', 'web2');
		await until(async () => ownSlots(await statusOf(lab, 'web1'), 'web1') === (await statusOf(lab, 'web1')).coverage.total);
		await until(async () => (await statusOf(lab, 'web2')).state === 'WAIT');
		const cut = await statusOf(lab, 'web2');
		t.regex(cut.reason ?? '', /no witness answers/);
		t.is(ownSlots(cut, 'web2'), 0);
		await until(async () => (await statusOf(lab, 'web2')).events.some(({name}) => name === 'witness-lost'));

		await lab.shell('client', 'ip link set eth0 down');
		await until(async () => (await statusOf(lab, 'web1')).state === 'WAIT');
		await lab.farmctl('fault', 'heal');
		await lab.settled();
		t.false((await statusOf(lab, 'web1')).events.some(({name}) => name === 'witness-back'), 'two that hear one another serve without it');
		await lab.shell('client', 'ip link set eth0 up');
	});
} else {
	test.skip(`${title} (${reason})`, t => {
		t.fail();
	});
}

async function statusOf(lab: Lab, node: string): Promise<Status> {
	let status: Status | undefined;
	await until(async () => {
		status = (await lab.nodes()).find(({name}) => name === node)?.status;
		return status !== undefined;
	});
	return status!;
}

const ownSlots = (status: Status, node: string): number => status.nodes.find(({name}) => name === node)!.slots;
