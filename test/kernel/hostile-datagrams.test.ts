/** A real daemon under hostile datagrams, from a host of its own heartbeat network, while the farm serves. */

import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import test from 'ava';
import type {Status} from '../../src/core/status/status.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();
const title = 'hostile datagrams on the wire: nothing accepted, nothing moved, one line a reason';
const count = Number(process.env.FARMCTL_HOSTILE_COUNT ?? 20_000);
const perSecond = 10_000;

const statusOf = async (lab: Lab, name: string): Promise<Status> => (await lab.nodes()).find(node => node.name === name)!.status!;
const daemonOf = async (lab: Lab, name: string): Promise<number> => (await lab.nodes()).find(node => node.name === name)!.daemon!;
const residentKib = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);

if (reason === undefined) {
	test(title, async t => {
		// A busy machine must not be what moves a slot.
		const lab = await labFor(t, 'hostile', '--detection', '5s');
		const {folder} = JSON.parse(await lab.farmctl('status', '--json')) as {folder: string};
		const daemon = await daemonOf(lab, 'web1');
		const before = await statusOf(lab, 'web1');
		const latenessMs: number[] = [before.nodes[0]!.latenessMs];
		const residentBefore = residentKib(daemon);
		const [address] = before.nodes.find(({name}) => name === 'web1')!.addresses;
		const hurling = promisify(execFile)(...lab.spawnIn(
			'client', process.execPath, path.join(import.meta.dirname, 'fixtures/hurl.js'), address!, '4803', path.join(folder, 'farm.key'), before.farm, String(count), String(perSecond),
		));
		let isOver = false;
		const over = hurling.finally(() => {
			isOver = true;
		});
		await until(async () => {
			latenessMs.push((await statusOf(lab, 'web1')).nodes[0]!.latenessMs);
			return isOver;
		}, 600_000);
		await over;
		const after = await statusOf(lab, 'web1');
		const refused = Object.values(after.rejected).reduce((sum, times) => sum + times, 0);
		const lines = after.events.filter(({name}) => name === 'datagram-refused').length;
		t.log(`${count} sent, ${refused} refused: ${JSON.stringify(after.rejected)}; ${lines} lines`);
		t.log(`own lateness at most ${Math.max(...latenessMs)} ms (${latenessMs[0]} before); resident ${residentBefore} then ${residentKib(daemon)} KiB`);
		t.true(refused > count / 100);
		t.true(lines <= Object.keys(after.rejected).length * 2);
		t.is(after.view.generation, before.view.generation);
		t.deepEqual(after.nodes.map(({slots, state}) => [slots, state]), before.nodes.map(({slots, state}) => [slots, state]));
		t.is(await daemonOf(lab, 'web1'), daemon);
	});
} else {
	test.skip(`${title} (${reason})`, t => {
		t.fail();
	});
}
