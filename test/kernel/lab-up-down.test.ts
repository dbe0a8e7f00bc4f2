/** A lab from its first namespace to its last file, as root and without: what is there while it is up, and that nothing is left, whenever it is taken down. */

import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, rmSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import type {LabReport} from '../../src/core/lab/report.js';
import {remainsOf} from '../../src/edge/lab/remains.js';

const program = path.join(import.meta.dirname, '../../../bin/farmctl');
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

type Way = 'root' | 'rootless';

/** Who runs it: root drops to a user without any right for the rootless way. */
const asUser: Readonly<Record<Way, readonly string[]>> = {
	root: [],
	rootless: isRoot ? ['setpriv', '--reuid', String(nobody), '--regid', String(nobody), '--clear-groups'] : [],
};

const folderOf = (way: Way, name: string): string => way === 'root'
	? `/run/farmctl-lab/${name}`
	: `/tmp/farmctl-lab-${isRoot ? nobody : process.getuid!()}/${name}`;

/** Nobody's lab is named by nobody's environment: no home, and the common temporary folder. */
const environment = {...process.env, HOME: '/nonexistent', TMPDIR: '/tmp'};

type Outcome = {readonly status: number; readonly stdout: string; readonly stderr: string};

async function farmctl(way: Way, ...words: readonly string[]): Promise<Outcome> {
	const [file, ...rest] = [...asUser[way], program, 'lab', ...words];
	return new Promise(resolve => {
		execFile(file!, rest, {env: environment, cwd: '/'}, (error, stdout, stderr) => {
			resolve({status: error === null ? 0 : Number(error.code), stdout, stderr});
		});
	});
}

const remains = async (way: Way, name: string) => remainsOf({folder: folderOf(way, name), isRootless: way === 'rootless'}, name);

const nothing = {processes: [], namespaces: [], hasFolder: false};

const labTest = (way: Way, title: string, work: (t: ExecutionContext, name: string) => Promise<void>): void => {
	const name = `${way}${title.length}`;
	const run = async (t: ExecutionContext): Promise<void> => {
		await farmctl(way, 'down', '--name', name);
		t.teardown(async () => farmctl(way, 'down', '--name', name));
		await work(t, name);
	};

	if (way === 'root' && !isRoot) {
		test.skip(`${way}: ${title} (needs root)`, run);
	} else {
		test.serial(`${way}: ${title}`, run);
	}
};

const statusOf = async (way: Way, name: string): Promise<LabReport> => JSON.parse((await farmctl(way, 'status', '--json', '--name', name)).stdout);

/** The node's name, asked over TCP by a host of the lab. */
async function ask(way: Way, name: string, url: string): Promise<string> {
	const script = `fetch(${JSON.stringify(url)}, {signal: AbortSignal.timeout(2000)}).then(async answer => process.stdout.write(await answer.text()), () => process.exit(9))`;
	const {stdout} = await farmctl(way, 'exec', '--name', name, 'client', '--', process.execPath, '-e', script);
	return stdout.trim();
}

for (const way of ['root', 'rootless'] as const) {
	labTest(way, 'comes up, serves, shows its faults, heals, and leaves nothing', async (t, name) => {
		const up = await farmctl(way, 'up', '--name', name, '--nodes', '2', '--networks', '2');
		t.is(up.status, 0, up.stderr);
		t.is((await farmctl(way, 'up', '--name', name)).status, 4, 'a second one of the name is refused');
		for (const url of ['http://10.77.0.11/', 'http://[fd00:77::11]/']) {
			t.is(await ask(way, name, url), 'web1');
		}

		t.regex(await ask(way, name, 'http://10.77.0.100/'), /^web[12]$/);
		t.is((await farmctl(way, 'fault', '--name', name, 'cut-link', 'web1')).status, 0);
		t.is(await ask(way, name, 'http://10.77.0.11/'), '');
		t.true((await statusOf(way, name)).nodes[0]!.faults.includes('link cut'));
		t.is((await farmctl(way, 'fault', '--name', name, 'kill-node', 'web2')).status, 0);
		t.deepEqual((await statusOf(way, name)).nodes[1]!.faults, ['link cut', 'no daemon', 'no server']);
		t.is((await farmctl(way, 'fault', '--name', name, 'heal')).status, 0);
		const healed = await statusOf(way, name);
		t.true(healed.nodes.every(node => node.server !== null && node.daemon !== null && node.faults.length === 0));
		t.is((await farmctl(way, 'fault', '--name', name, 'freeze-daemon', 'web1')).status, 0);
		t.deepEqual((await statusOf(way, name)).nodes[0]!.faults, ['daemon frozen']);
		t.is((await farmctl(way, 'fault', '--name', name, 'heal')).status, 0);
		for (const words of [['deaf', 'web1', 'web2'], ['cut-heartbeats', 'web2', '--percent', '20', '--network', '2'], ['cut-link', 'web2', '--network', '2']]) {
			t.is((await farmctl(way, 'fault', '--name', name, ...words)).status, 0, words.join(' '));
		}

		const lossy = await statusOf(way, name);
		t.deepEqual(lossy.nodes.map(({faults}) => faults), [['deaf to web2'], ['link cut on network 2', 'heartbeats cut by 20 % on network 2']]);
		t.is((await farmctl(way, 'fault', '--name', name, 'freeze-daemon', 'web1', '--for', '10ms')).status, 0);
		t.deepEqual((await statusOf(way, name)).nodes.map(({faults}) => faults), [[], lossy.nodes[1]!.faults]);
		t.is((await farmctl(way, 'fault', '--name', name, 'heal')).status, 0);
		t.deepEqual((await statusOf(way, name)).nodes.map(({faults}) => faults), [[], []]);
		t.is((await farmctl(way, 'down', '--name', name)).status, 0);
		t.deepEqual(await remains(way, name), nothing);
	});

	labTest(way, 'what a crash half-way leaves is refused by up and taken away by down', async (t, name) => {
		const [file, ...words] = [...asUser[way], program, 'lab', 'up', '--name', name];
		const child = spawn(file, words, {env: environment, cwd: '/', stdio: 'ignore'});
		const ended = once(child, 'close');
		// Its own launcher becomes the program by exec, so this is the process that builds the network.
		while (!existsSync(path.join(folderOf(way, name), 'lab.json'))) {
			await delay(1);
		}

		await delay(30);
		child.kill('SIGKILL');
		await ended;
		const refused = await farmctl(way, 'up', '--name', name);
		t.is(refused.status, 4);
		t.regex(refused.stderr, /farmctl lab down/);
		t.is((await farmctl(way, 'down', '--name', name)).status, 0);
		t.deepEqual(await remains(way, name), nothing);
	});

	labTest(way, 'down works without the lab\'s own notes, and when there is nothing', async (t, name) => {
		t.is((await farmctl(way, 'up', '--name', name, '--nodes', '2')).status, 0);
		rmSync(folderOf(way, name), {recursive: true});
		t.is((await farmctl(way, 'down', '--name', name)).status, 0);
		t.deepEqual(await remains(way, name), nothing);
		t.is((await farmctl(way, 'down', '--name', name)).status, 0);
	});
}

test('the exit status of exec is the command\'s, and mistakes are told with what there is', async t => {
	const way = isRoot ? 'root' : 'rootless';
	const name = 'execs';
	t.teardown(async () => farmctl(way, 'down', '--name', name));
	t.is((await farmctl(way, 'status', '--name', name)).status, 4);
	await farmctl(way, 'down', '--name', name);
	t.is((await farmctl(way, 'up', '--name', name, '--nodes', '2')).status, 0);
	t.is((await farmctl(way, 'exec', '--name', name, 'web1', '--', 'sh', '-c', 'exit 7')).status, 7);
	t.is((await farmctl(way, 'exec', '--name', name, 'web1', '--', 'echo', '-s', '1', 'a', '-s', 'a', '--', 'a')).stdout, '-s 1 a -s a -- a\n');
	const wrongHost = await farmctl(way, 'exec', '--name', name, 'web9', '--', 'true');
	t.is(wrongHost.status, 2);
	t.regex(wrongHost.stderr, /web1, web2, client, lan/);
	t.is((await farmctl(way, 'fault', '--name', name, 'cut-link', 'web9')).status, 2);
	t.is((await farmctl(way, 'fault', '--name', name, 'cut-link')).status, 2);
	for (const words of [['cut-link', 'web1', 'web2'], ['mute', 'web1', 'web1'], ['mute', 'web1', '--network', '2'], ['kill-node', 'web1', '--percent', '5'], ['mute', 'web1', '--for', '1y']]) {
		t.is((await farmctl(way, 'fault', '--name', name, ...words)).status, 2, words.join(' '));
	}

	t.is((await farmctl(way, 'up', '--name', 'No!')).status, 2);
	t.is((await farmctl(way, 'down', '--name', name)).status, 0);
});
