/** The verbs under `rules`, as scripts use them, in a namespace of their own. */

import {once} from 'node:events';
import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {controlVerb} from '../../src/edge/control/protocol.js';
import {openControlServer} from '../../src/edge/control/server.js';
import {createNamespace, whyNoNamespace, type Namespace} from '../kernel/support/namespace.js';

const program = fileURLToPath(new URL('../../../bin/farmctl', import.meta.url));

const rulesTest = whyNoNamespace() === undefined ? test : test.skip;

const configuration = `
farm: web
key-file: farm.key
nodes:
  web1: {id: 1, addresses: [192.0.2.11]}
  web2: {id: 2, addresses: [192.0.2.12]}
vips:
  - {address: 192.0.2.100/24, interface: eth0, mode: unicast}
rules:
  - {vip: 192.0.2.100, protocol: tcp, ports: [80, 443], affinity: client}
`;

type Ended = {readonly status: number | null; readonly stdout: string; readonly stderr: string};

type Place = {
	readonly namespace: Namespace;
	readonly runDir: string;
	readonly folder: string;
	readonly farmctl: (...parameters: readonly string[]) => Ended;
	/** While it runs, this process goes on answering. */
	readonly farmctlBeside: (...parameters: readonly string[]) => Promise<Pick<Ended, 'status' | 'stderr'>>;
};

function createPlace(t: ExecutionContext): Place {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-rules-'));
	const namespace = createNamespace();
	t.teardown(() => {
		namespace.close();
		rmSync(folder, {recursive: true});
	});
	writeFileSync(path.join(folder, 'farm.yaml'), configuration);
	namespace.addWire('eth0', 'wire0');
	namespace.sh('ip', 'address', 'add', '192.0.2.11/24', 'dev', 'eth0');
	const runDir = path.join(folder, 'run');
	const env = {...process.env, FARMCTL_CONFIG: path.join(folder, 'farm.yaml'), FARMCTL_RUN_DIR: runDir};
	return {
		namespace, runDir, folder,
		farmctl: (...parameters) => namespace.run(() => spawnSync(program, ['rules', ...parameters], {encoding: 'utf8', env})),
		async farmctlBeside(...parameters) {
			const child = namespace.run(() => spawn(program, ['rules', ...parameters], {env, stdio: ['ignore', 'ignore', 'pipe']}));
			let stderr = '';
			child.stderr.setEncoding('utf8').on('data', (text: string) => {
				stderr += text;
			});
			const [status] = await once(child, 'close') as [number | null];
			return {status, stderr};
		},
	};
}

const ruleset = (namespace: Namespace): string => namespace.sh('nft', 'list', 'ruleset');

rulesTest('install, show and remove leave the kernel as it was', t => {
	const {namespace, farmctl} = createPlace(t);
	t.is(farmctl('show').status, 1);
	const installed = farmctl('install');
	t.is(installed.status, 0, installed.stderr);
	t.is(installed.stdout, '');
	t.regex(installed.stderr, /node web1 accepts 1260 of 2520 slots/u);
	const shown = farmctl('show');
	t.is(shown.status, 0);
	t.regex(shown.stdout, /^# slots: 1260 owned, 0 retained, 1260 resettable$/mu);
	t.regex(shown.stdout, /tcp dport 443 goto client4/u);
	t.is(farmctl('remove').status, 0);
	t.is(farmctl('remove').status, 0);
	t.is(ruleset(namespace), '');
});

rulesTest('installing again changes nothing but what is told', t => {
	const {namespace, farmctl} = createPlace(t);
	farmctl('install');
	const before = ruleset(namespace);
	const again = farmctl('install');
	t.is(again.status, 0);
	t.is(again.stderr.trim().split('\n').length, 1);
	t.is(ruleset(namespace), before);
	t.regex(farmctl('install', '--alive', 'web1').stderr, /accepts 2520 of 2520/u);
	namespace.sh('nft', 'flush', 'chain', 'inet', 'farmctl-web', 'owned');
	t.regex(farmctl('install').stderr, /^\+ \tcounter name "accepted" accept$/mu);
	t.is(ruleset(namespace), before);
});

rulesTest('--json has a schema, the slots as install reads them, and the rules', t => {
	const {farmctl} = createPlace(t);
	t.deepEqual(JSON.parse(farmctl('show', '--json').stdout), {schema: 1, farm: 'web', isInstalled: false});
	farmctl('install', '--slots', '0-9,2519');
	const document = JSON.parse(farmctl('show', '--json').stdout) as {slots: object; ruleset: {tables: unknown[]}; counters: {acceptedPackets: number}};
	t.deepEqual(document.slots, {owned: '0-9,2519', retained: 'none', resettable: '0-9,2519'});
	t.is(document.ruleset.tables.length, 3);
	t.is(document.counters.acceptedPackets, 0);
});

rulesTest('--dry-run prints text that nft takes, and changes nothing', t => {
	const {namespace, farmctl} = createPlace(t);
	const {stdout, stderr, status} = farmctl('install', '--dry-run');
	t.is(status, 0, stderr);
	t.is(ruleset(namespace), '');
	const nft = namespace.run(() => spawnSync('/usr/sbin/nft', ['-c', '-f', '-'], {input: stdout, encoding: 'utf8'}));
	t.is(nft.status, 0, nft.stderr);
});

/** Without what iptables itself leaves of its tables. */
const chainsOf = (namespace: Namespace): string => namespace.sh('iptables-save').split('\n').filter(line => line.includes('farmctl')).join('\n');

for (const backend of ['nft', 'iptables']) {
	rulesTest(`save and restore are inverses, ${backend}`, t => {
		const {namespace, folder, farmctl} = createPlace(t);
		t.is(farmctl('save', '--backend', backend).status, 1);
		const installed = farmctl('install', '--backend', backend, '--slots', '0-9,2519');
		t.is(installed.status, 0, installed.stderr);
		const {stdout: saved} = farmctl('save', '--backend', backend);
		t.regex(saved, new RegExp(String.raw`^# farmctl rules: farm web, back end ${backend}\nowned: 0-9,2519\n`, 'u'));
		farmctl('remove', '--backend', backend);
		const file = path.join(folder, 'saved');
		writeFileSync(file, saved);
		for (const isAgain of [false, true]) {
			const restored = farmctl('restore', file);
			t.is(restored.status, 0, restored.stderr);
			t.is(restored.stderr === '', isAgain, 'the second time nothing differs');
			t.is(farmctl('save', '--backend', backend).stdout, saved);
		}

		t.is(farmctl('remove', '--backend', backend).status, 0);
		t.is(chainsOf(namespace), '');
		t.false(ruleset(namespace).includes('farmctl'));
	});
}

rulesTest('restore says which line it cannot read, and changes nothing', t => {
	const {namespace, folder, farmctl} = createPlace(t);
	farmctl('install');
	const before = ruleset(namespace);
	const file = path.join(folder, 'saved');
	writeFileSync(file, farmctl('save').stdout.replace('tcp dport 443', 'tcp dport https'));
	const {status, stderr} = farmctl('restore', file);
	t.is(status, 3);
	t.regex(stderr, /saved:\d+: farmctl writes no such rule\n +meta l4proto tcp tcp dport https/u);
	t.is(ruleset(namespace), before);
	writeFileSync(file, farmctl('save').stdout.replace('farm web', 'farm other'));
	t.regex(farmctl('restore', file).stderr, /rules of farm 'other'/u);
	t.is(farmctl('restore', '/nowhere/saved').status, 4);
});

rulesTest('another back end takes the place of the first, whole', t => {
	const {namespace, farmctl} = createPlace(t);
	farmctl('install');
	const before = ruleset(namespace);
	t.is(farmctl('install', '--backend', 'iptables').status, 0);
	t.regex(chainsOf(namespace), /-A farmctl\/web\/vip0 -p tcp -m tcp --dport 443 -g farmctl\/web\/s0-client/u);
	t.regex(farmctl('install', '--backend', 'iptables', '--dry-run').stdout, /^# iptables-restore --noflush\n\*raw$/mu);
	const back = farmctl('install');
	t.is(back.status, 0, back.stderr);
	t.is(chainsOf(namespace), '');
	t.true(ruleset(namespace).includes(before.trim()));
});

rulesTest('wrong slots and names are a mistake of usage', t => {
	const {farmctl} = createPlace(t);
	for (const parameters of [['--slots', '2520'], ['--alive', 'web9'], ['--slots', 'all', '--alive', 'web1']]) {
		const {status, stderr} = farmctl('install', ...parameters);
		t.is(status, 2, stderr);
	}
});

rulesTest('beside a running daemon of the farm, install and remove are refused', async t => {
	const {runDir, namespace, farmctl, farmctlBeside} = createPlace(t);
	farmctl('install');
	const before = ruleset(namespace);
	const server = await openControlServer(runDir, {status: controlVerb({fields: {}, answer: async () => ({farm: 'web'})})});
	t.teardown(() => {
		server.close();
	});
	for (const verb of ['install', 'remove']) {
		const {status, stderr} = await farmctlBeside(verb);
		t.is(status, 6);
		t.regex(stderr, /farmctl status/u);
	}

	t.is(ruleset(namespace), before);
});
