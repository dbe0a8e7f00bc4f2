/** A running farm takes over by itself, node by node, what makes no two nodes distribute in two ways, and refuses the rest whole. */

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {weightedShareErrorMax} from '../../src/core/assignment/owners.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();
const title = 'a weight changes live, and a probe endpoint comes; a rule does not while others serve by the old ones, and nothing of that file is taken over';

if (reason === undefined) {
	test(title, async t => {
		const lab = await labFor(t, 'reload');
		const file = await configFile(lab);
		const before = readFileSync(file, 'utf8');
		writeFileSync(file, `${before.replace(/(web1:\s*\{id: 1,)/, '$1 weight: 2,')}probe: {listen: "[::1]:8088"}\n`);
		t.not(readFileSync(file, 'utf8'), before);
		await reload(lab);
		await until(async () => isNear(await shares(lab), [1260, 630, 630]));
		await lab.settled();
		const weighted = await shares(lab);
		const isProbedUp = async (): Promise<boolean> => await lab.shell('web1', 'curl -s -m 20 -g http://[::1]:8088/ || true') === 'UP\n';
		await until(isProbedUp);

		writeFileSync(file, before.replace(/(web1:\s*\{id: 1,)/, '$1 weight: 7,').replace('ports: [80]', 'ports: [81]'));
		await reload(lab);
		await until(async () => (await lab.nodes()).every(({status}) => status?.events.some(({name}) => name === 'reload-refused')));
		const [web1] = await lab.nodes();
		t.regex(web1!.status!.events.find(({name}) => name === 'reload-refused')!.message, /nothing was changed: web2, web3 would distribute clients in another way than this node; change all nodes at once: farmctl apply/);
		await until(async () => (await shares(lab)).join(' ') === weighted.join(' '));
		await until(isProbedUp);
		t.pass();
	});
} else {
	test.skip(`${title} (${reason})`, t => {
		t.fail();
	});
}

const isNear = (found: readonly number[], expected: readonly number[]): boolean =>
	found.every((slots, index) => Math.abs(slots - expected[index]!) <= weightedShareErrorMax);

const configFile = async (lab: Lab): Promise<string> => path.join((JSON.parse(await lab.farmctl('status', '--json')) as {folder: string}).folder, 'farm.yaml');

async function reload(lab: Lab): Promise<void> {
	for (const {daemon} of await lab.nodes()) {
		process.kill(daemon!, 'SIGHUP');
	}
}

const shares = async (lab: Lab): Promise<number[]> => (await lab.nodes()).map(({name, status}) => status!.nodes.find(node => node.name === name)!.slots);
