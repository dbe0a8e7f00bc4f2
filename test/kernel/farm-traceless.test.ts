/** A machine after farmctl is the machine before it: after a stop, and after a crash and the two verbs that clear up. */

import {execFile, spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {until} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const run = promisify(execFile);
const program = path.join(import.meta.dirname, '../../../bin/farmctl');
const reason = whyNoNamespace();

/** Counters and pools that change by themselves. */
const restless = /nf_conntrack_count|random|^net\.ipv4\.tcp_(?:fastopen_key|mem)|^net\.ipv4\.udp_mem|stable_secret|base_reachable|neigh\.[^.]*\.(?:retrans_time|base)/;

const looks = {
	ruleset: ['nft', '-s', 'list', 'ruleset'],
	addresses: ['ip', '-d', 'address', 'show'],
	fdb: ['bridge', 'fdb', 'show'],
	groups: ['ip', 'maddress', 'show'],
	routes: ['ip', '-d', 'route', 'show', 'table', 'all'],
	routes6: ['ip', '-6', '-d', 'route', 'show', 'table', 'all'],
	sysctls: ['sysctl', '-a', '-r', String.raw`^net\.`],
} as const;

class Machine {
	readonly namespace = `farmctl-traceless-${process.pid}-${Math.trunc(Math.random() * 1e6)}`;
	readonly folder = mkdtempSync(path.join(tmpdir(), 'farmctl-traceless-'));
	readonly config = path.join(this.folder, 'farm.yaml');
	readonly daemons: ChildProcess[] = [];

	async setUp(mode: string): Promise<void> {
		await run('ip', ['netns', 'add', this.namespace]);
		await this.exec('sh', '-ec', `
			sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
			ip link set lo up
			ip link add eth0 type veth peer name peer0
			ip link set eth0 up; ip link set peer0 up
			ip address add 192.0.2.11/24 dev eth0
			ip -6 address add 2001:db8::11/64 dev eth0 nodad
			nft 'add table inet foreign; add chain inet foreign input { type filter hook input priority 0; }; add rule inet foreign input counter'
		`);
		writeFileSync(path.join(this.folder, 'farm.key'), `${'5a'.repeat(32)}\n`);
		chmodSync(path.join(this.folder, 'farm.key'), 0o600);
		writeFileSync(this.config, `
farm: traceless
key-file: farm.key
nodes:
  one: {id: 1, addresses: [192.0.2.11, "2001:db8::11"]}
  two: {id: 2, addresses: [192.0.2.12, "2001:db8::12"]}
vips:
  - {address: 192.0.2.100/24, interface: eth0, mode: ${mode}}
  - {address: "2001:db8::100/64", interface: eth0, mode: ${mode}}
rules:
  - {vip: 192.0.2.100, protocol: tcp, ports: [80]}
  - {vip: "2001:db8::100", protocol: tcp, ports: [80]}
finish: 1s
`);
	}

	async tearDown(): Promise<void> {
		for (const daemon of this.daemons) {
			daemon.kill('SIGKILL');
		}

		await run('ip', ['netns', 'delete', this.namespace]);
		rmSync(this.folder, {recursive: true});
	}

	async exec(file: string, ...words: readonly string[]): Promise<string> {
		const {stdout} = await run('ip', ['netns', 'exec', this.namespace, file, ...words], {maxBuffer: 64 * 1024 * 1024, env: systemPath()});
		return stdout;
	}

	async farmctl(...words: readonly string[]): Promise<string> {
		return this.exec(program, ...words, '--config', this.config, '--run-dir', path.join(this.folder, 'run'));
	}

	async startDaemon(): Promise<ChildProcess> {
		const words = ['run', '--config', this.config, '--run-dir', path.join(this.folder, 'run'), '--node', 'one'];
		const daemon = spawn('ip', ['netns', 'exec', this.namespace, program, ...words], {stdio: ['ignore', 'ignore', 'pipe']});
		this.daemons.push(daemon);
		let log = '';
		daemon.stderr.setEncoding('utf8');
		daemon.stderr.on('data', (chunk: string) => {
			log += chunk;
		});
		await until(() => {
			if (daemon.exitCode !== null) {
				throw new Error(`the daemon ended with ${daemon.exitCode}: ${log}`);
			}

			return log.includes('"slots-claimed"');
		});
		return daemon;
	}

	/** Everything that farmctl may touch, without what counts by itself. */
	async snapshot(): Promise<Record<string, string[]>> {
		const texts = await Promise.all(Object.entries(looks).map(async ([name, [file, ...words]]) => [name, await this.exec(file, ...words)] as const));
		return Object.fromEntries(texts.map(([name, text]) => [name, text.split('\n').filter(line => !restless.test(line) && !line.includes('nf_conntrack'))]));
	}
}

/** Without the folders that a package manager puts before the system's: one of its programs has the name of a system's. */
const systemPath = (): NodeJS.ProcessEnv => ({...process.env, PATH: `/usr/sbin:/usr/bin:/sbin:/bin:${process.env.PATH ?? ''}`});

async function sameAs(t: ExecutionContext, machine: Machine, before: Record<string, string[]>): Promise<void> {
	// The kernel leaves an address's groups a moment after the address.
	await until(async () => JSON.stringify(await machine.snapshot()) === JSON.stringify(before), 5000).catch(() => undefined);
	t.deepEqual(await machine.snapshot(), before);
}

for (const mode of ['unicast', 'multicast']) {
	if (reason !== undefined) {
		test.skip(`${mode}: a machine after farmctl is the machine before it (${reason})`, t => {
			t.fail();
		});
		continue;
	}

	test(`${mode}: a machine after farmctl is the machine before it`, async t => {
		const machine = new Machine();
		await machine.setUp(mode);
		t.teardown(async () => machine.tearDown());
		const before = await machine.snapshot();

		const stopped = await machine.startDaemon();
		const during = await machine.snapshot();
		for (const part of ['ruleset', 'addresses', 'fdb']) {
			t.notDeepEqual(during[part], before[part], `${part} is the same while the daemon runs: this test would prove nothing`);
		}

		t.deepEqual(during.sysctls, before.sysctls);
		stopped.kill('SIGTERM');
		const [status] = await once(stopped, 'exit') as [number];
		t.is(status, 0);
		await sameAs(t, machine, before);

		const killed = await machine.startDaemon();
		killed.kill('SIGKILL');
		await once(killed, 'exit');
		t.notDeepEqual((await machine.snapshot()).ruleset, before.ruleset, 'the filter must outlive a killed daemon');
		await machine.farmctl('rules', 'remove');
		await machine.farmctl('vip', 'down');
		await sameAs(t, machine, before);

		await machine.farmctl('rules', 'install', '--node', 'one');
		await machine.farmctl('rules', 'install', '--node', 'one');
		await machine.farmctl('vip', 'up');
		await machine.farmctl('vip', 'up');
		t.notDeepEqual((await machine.snapshot()).addresses, before.addresses);
		await machine.farmctl('vip', 'down');
		await machine.farmctl('rules', 'remove');
		await machine.farmctl('rules', 'remove');
		await machine.farmctl('vip', 'down');
		await sameAs(t, machine, before);
	});
}
