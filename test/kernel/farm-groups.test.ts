/** Groups in a real farm: two with weights of their own and a chain of priorities get the connections they should, and live changes of weights move them. */

import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {ownersOfGroups} from '../../src/core/assignment/groups.js';
import {createSlotFinder, type SlotFound} from '../../src/core/explain/slot-of.js';
import {slotsCount} from '../../src/core/model/slot-set.js';
import {loadFarm} from '../../src/edge/config/load.js';
import {configFileOf, runDirOf, startPart} from '../../src/edge/lab/players.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const run = promisify(execFile);
const program = path.join(import.meta.dirname, '../../../bin/farmctl');
const fixture = (name: string): string => path.join(import.meta.dirname, 'fixtures', `${name}.js`);

const ports = {static: 8081, admin: 8082} as const;
const connectionsCount = 200;

const grouped = (config: string, vip: string): string => config.replace(/^rules:$/m, () => [
	'groups:',
	'  static: {weights: {web1: 5, web2: 1, web3: 0}}',
	'  admin: {priority: [web2, web1]}',
	'rules:',
	...Object.entries(ports).map(([group, port]) => `  - {vip: ${vip}, protocol: tcp, ports: [${port}], affinity: connection, group: ${group}}`),
].join('\n'));

/** The lab's farm once more, from a configuration with groups. */
async function startGrouped(lab: Lab): Promise<void> {
	const {nodes} = lab.inside.topology;
	await Promise.all(nodes.map(async ({name}) => lab.farmctl('stop', name)));
	const file = configFileOf(lab.inside);
	writeFileSync(file, grouped(readFileSync(file, 'utf8'), lab.vip));
	for (const node of nodes) {
		startPart(lab.inside, node, 'daemon');
	}

	await lab.settled();
}

async function serveNames(t: ExecutionContext, lab: Lab): Promise<void> {
	for (const {name} of lab.inside.topology.nodes) {
		const child = spawn(...lab.spawnIn(name, process.execPath, fixture('name'), name, ...Object.values(ports).map(String)), {stdio: ['pipe', 'pipe', 'inherit']});
		t.teardown(() => {
			child.stdin.end();
		});
		await once(child.stdout, 'data');
	}
}

type Answer = {readonly clientPort: number; readonly name: string};

async function answersFrom(lab: Lab, port: number, address: string): Promise<readonly Answer[]> {
	const {stdout} = await run(...lab.spawnIn('client', process.execPath, fixture('ask-names'), lab.vip, String(port), String(connectionsCount), address));
	return JSON.parse(stdout) as Answer[];
}

async function slotsOf(lab: Lab, node: string, group: string): Promise<number> {
	const {status} = (await lab.nodes())[0]!;
	return status!.nodes.find(({name}) => name === node)!.groups!.find(({name}) => name === group)!.slots;
}

/** Every connection was answered by the node that owns its slot, by these weights of web1 to web3 in each group. */
async function isServedBy(t: ExecutionContext, lab: Lab, weights: ReadonlyArray<readonly number[]>): Promise<void> {
	const {farm} = await loadFarm(configFileOf(lab.inside));
	const owners = ownersOfGroups(farm.groups, weights.map((own, index) => ({id: index + 1, weights: own})));
	const find = createSlotFinder(farm);
	const [, client] = /((?:\d+\.){3}\d+)\//.exec(await lab.shell('client', 'ip -br address show eth0'))!;
	for (const [group, vipPort] of Object.entries(ports)) {
		const answers = await answersFrom(lab, vipPort, client!);
		const found = answers.map(({clientPort}) => find({client: client!, clientPort, vip: lab.vip, protocol: 'tcp', vipPort}) as SlotFound);
		t.deepEqual(answers.map(({name}) => name), found.map(({slotNumber}) => `web${owners[slotNumber]}`));
		t.log(`${group}: ${[...Map.groupBy(answers, ({name}) => name)].map(([name, list]) => `${name} ${list.length}`).toSorted().join(', ')}`);
	}
}

for (const backend of ['nft', 'iptables'] as const) {
	const reason = whyNoNamespace();
	const title = `${backend}: groups get the connections that their weights and priorities give them, and live changes of weights move them`;
	const register = reason === undefined ? test.serial : test.skip;
	register(reason === undefined ? title : `${title} (${reason})`, async t => {
		const lab = await labFor(t, `groups${backend}`, '--detection', '2s', '--backend', backend);
		await startGrouped(lab);
		await serveNames(t, lab);
		await isServedBy(t, lab, [[1, 5, 1], [1, 1, 1], [1, 0, 1]]);
		const [web1] = lab.inside.topology.nodes;
		const weigh = async (...words: readonly string[]): Promise<unknown> => run(program, ['node', 'weight', ...words, '--run-dir', runDirOf(lab.inside, web1!)]);
		await weigh('web3', '4', '--group', 'static');
		await weigh('web2', '0', '--group', 'admin');
		await until(async () => await slotsOf(lab, 'web1', 'admin') === slotsCount && await slotsOf(lab, 'web3', 'static') > 0);
		await lab.settled();
		await isServedBy(t, lab, [[1, 5, 1], [1, 1, 0], [1, 4, 1]]);
		t.is(await slotsOf(lab, 'web1', 'default'), slotsCount / 3, 'the default group has not moved');
	});
}
