/** `farmctl vip` on a kernel: what it puts there, that it says so, and that nothing of it stays. */
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import type {VipMode} from '../../src/core/model/farm.js';
import {createLinkRecord} from '../../src/edge/link/record.js';
import {openRtnetlink} from '../../src/edge/link/rtnetlink.js';
import {createNamespace, whyNoNamespace, type Namespace} from './support/namespace.js';

const farmctl = fileURLToPath(new URL('../../../bin/farmctl', import.meta.url));
const own = {4: '192.0.2.11', 6: '2001:db8::11'} as const;
const vips = {4: '192.0.2.100', 6: '2001:db8::100'} as const;
const mac = {unicast: '02:00:00:00:01:00', multicast: '03:00:5e:00:01:00'} as const;

/** Link-layer addresses of the solicited-node groups (RFC 4291, section 2.7.1) of the IPv6 addresses above. */
const groups = {own: '33:33:ff:00:00:11 dev eth0', vip: '33:33:ff:00:01:00 dev eth0'} as const;

const deadlineMs = 5000;

type Family = keyof typeof vips;

const configText = (mode: VipMode, families: readonly Family[], interfaceName = 'eth0'): string => `farm: test
key-file: farm.key
nodes:
  web1: {id: 1, addresses: [${own[4]}, "${own[6]}"]}
  web2: {id: 2, addresses: [192.0.2.12, "2001:db8::12"]}
vips:
${families.map(family => `  - {address: "${vips[family]}/${family === 4 ? 24 : 64}", interface: ${interfaceName}, mode: ${mode}, mac: "${mac[mode]}"}`).join('\n')}
rules:
${families.map(family => `  - {vip: "${vips[family]}", protocol: tcp, ports: [80], affinity: client}`).join('\n')}
`;

type Outcome = {readonly stdout: string; readonly stderr: string; readonly status: number};

class Bench {
	readonly namespace: Namespace = createNamespace();
	readonly directory: string;

	constructor(directory: string) {
		this.directory = directory;
		this.namespace.addWire('eth0', 'wire0');
		this.namespace.sh('ip', 'address', 'add', `${own[4]}/24`, 'dev', 'eth0');
		this.namespace.sh('ip', 'address', 'add', `${own[6]}/64`, 'dev', 'eth0', 'nodad');
	}

	get runDir(): string {
		return path.join(this.directory, 'run');
	}

	async configure(text: string): Promise<void> {
		await writeFile(path.join(this.directory, 'farm.yaml'), text);
	}

	/** Through a shell that hands the status over, since a program that fails inside has no output. */
	vip(...words: readonly string[]): Outcome {
		const output = path.join(this.directory, 'stderr');
		const command = String.raw`"$@" 2>"$0"; status=$?; printf "\n%s" $status`;
		const all = this.namespace.sh('sh', '-c', command, output, farmctl, 'vip', ...words, '--config', path.join(this.directory, 'farm.yaml'), '--run-dir', this.runDir);
		const cut = all.lastIndexOf('\n');
		return {stdout: all.slice(0, cut), stderr: this.namespace.sh('cat', output), status: Number(all.slice(cut + 1))};
	}

	/** Addresses, link-layer addresses, groups and routes, as a person sees them. */
	snapshot(): string {
		return [['ip', 'address'], ['bridge', 'fdb', 'show'], ['ip', 'maddress'], ['ip', 'route', 'show', 'table', 'all'], ['ip', '-6', 'route', 'show', 'table', 'all']]
			.map(([program, ...parameters]) => this.namespace.sh(program!, ...parameters)).join('---\n');
	}

	/** The snapshot once it fits, or the last one after the deadline: the kernel joins and leaves an address's solicited-node group a moment later. */
	async settled(fits: (snapshot: string) => boolean): Promise<string> {
		const end = performance.now() + deadlineMs;
		for (;;) {
			const snapshot = this.snapshot();
			if (fits(snapshot) || performance.now() > end) {
				return snapshot;
			}

			await sleep(10);
		}
	}
}

async function bench(t: ExecutionContext): Promise<Bench | undefined> {
	const reason = whyNoNamespace();
	if (reason !== undefined) {
		t.log(`skipped: ${reason}`);
		t.pass();
		return undefined;
	}

	const directory = await mkdtemp(path.join(tmpdir(), 'farmctl-vip-'));
	const made = new Bench(directory);
	await made.settled(snapshot => snapshot.includes(groups.own));
	t.teardown(async () => {
		made.namespace.close();
		await rm(directory, {recursive: true});
	});
	return made;
}

const echoes = (stderr: string): string[] => stderr.trimEnd().split('\n').filter(Boolean);

for (const mode of ['unicast', 'multicast'] as const) {
	for (const family of [4, 6] as const) {
		test.serial(`${mode}, IPv${family}: up and down, each twice, leave the interface as it was`, async t => {
			const machine = await bench(t);
			if (!machine) {
				return;
			}

			await machine.configure(configText(mode, [family]));
			const before = machine.snapshot();
			t.is(machine.vip('show').status, 1);

			const planned = machine.vip('up', '--dry-run').stdout.trimEnd().split('\n');
			t.is(machine.snapshot(), before, 'a dry run changes nothing');
			t.deepEqual(planned, [
				`bridge fdb add ${mac[mode]} dev eth0 self`,
				family === 4 ? 'ip address add 192.0.2.100/32 dev eth0' : 'ip address add 2001:db8::100/128 dev eth0 nodad noprefixroute preferred_lft 0',
			]);
			t.deepEqual(echoes(machine.vip('up').stderr), planned.map(step => `[#] ${step}`));
			const up = await machine.settled(snapshot => family === 4 || snapshot.includes(groups.vip));
			t.true(up.includes(`${vips[family]}/${family === 4 ? 32 : 128}`) && up.includes(mac[mode]));
			t.deepEqual(machine.vip('up'), {stdout: '', stderr: '', status: 0}, 'a second time does nothing');
			t.is(machine.snapshot(), up);
			t.is(machine.vip('show').status, 0);

			t.is(echoes(machine.vip('down').stderr).length, 2);
			t.is(await machine.settled(snapshot => snapshot === before), before);
			t.deepEqual(machine.vip('down'), {stdout: '', stderr: '', status: 0});
			t.is(machine.snapshot(), before);
		});
	}
}

test.serial('what was there before farmctl stays when it goes', async t => {
	const machine = await bench(t);
	if (!machine) {
		return;
	}

	await machine.configure(configText('unicast', [4]));
	machine.namespace.sh('ip', 'address', 'add', `${vips[4]}/24`, 'dev', 'eth0');
	machine.namespace.sh('bridge', 'fdb', 'add', mac.unicast, 'dev', 'eth0', 'self');
	const before = machine.snapshot();
	t.deepEqual(machine.vip('up'), {stdout: '', stderr: '', status: 0});
	t.is(machine.vip('show').status, 0);
	t.deepEqual(machine.vip('down'), {stdout: '', stderr: '', status: 0});
	t.is(machine.snapshot(), before);
});

test.serial('a VIP that left the configuration goes at the next up; show names what is missing', async t => {
	const machine = await bench(t);
	if (!machine) {
		return;
	}

	await machine.configure(configText('unicast', [4]));
	machine.vip('up');
	await machine.configure(configText('multicast', [6]));
	const {vips: listed, ...rest} = JSON.parse(machine.vip('show', '--json').stdout) as {vips: unknown[]};
	t.deepEqual(rest, {schema: 'farmctl/vip/1', isComplete: false});
	t.deepEqual(listed, [{address: vips[6], interface: 'eth0', mode: 'multicast', mac: mac.multicast, hasAddress: false, hasMac: false}]);
	t.deepEqual(echoes(machine.vip('up').stderr).map(line => line.split(' ').slice(0, 5).join(' ')), [
		`[#] ip address del ${vips[4]}/32`, `[#] bridge fdb add ${mac.multicast}`, `[#] ip address add ${vips[6]}/128`, `[#] bridge fdb del ${mac.unicast}`,
	]);
	t.is(machine.vip('show').status, 0);
});

test.serial('the node\'s own connections never start from a VIP', async t => {
	const machine = await bench(t);
	if (!machine) {
		return;
	}

	await machine.configure(configText('unicast', [4, 6]));
	machine.vip('up');
	t.regex(machine.namespace.sh('ip', 'route', 'get', '2001:db8::107'), / src 2001:db8::11 /, 'closer to the VIP than to the own address');
	t.regex(machine.namespace.sh('ip', 'route', 'get', '192.0.2.107'), / src 192\.0\.2\.11 /);
});

test.serial('an interface that is missing or down ends with what to type, and nothing changed', async t => {
	const machine = await bench(t);
	if (!machine) {
		return;
	}

	await machine.configure(configText('unicast', [4], 'eth7'));
	const before = machine.snapshot();
	t.deepEqual(machine.vip('up'), {stdout: '', stderr: 'farmctl: there is no interface \'eth7\'\nhint: interfaces of this machine: lo, wire0, eth0\n', status: 4});
	t.is(machine.snapshot(), before);
	await machine.configure(configText('unicast', [4]));
	machine.namespace.sh('ip', 'link', 'set', 'eth0', 'down');
	t.deepEqual(machine.vip('up'), {stdout: '', stderr: 'farmctl: interface \'eth0\' of a VIP is down\nhint: ip link set eth0 up\n', status: 4});
});

test.serial('where the kernel keeps no mark on an address, the record says whose it is', async t => {
	const machine = await bench(t);
	if (!machine) {
		return;
	}

	const link = machine.namespace.run(() => openRtnetlink({runDir: machine.runDir}));
	const before = machine.snapshot();
	machine.namespace.sh('ip', 'address', 'add', `${vips[4]}/32`, 'dev', 'eth0');
	const isOurs = async (): Promise<boolean | undefined> => (await link.addresses()).find(item => item.address === vips[4])?.isOurs;
	t.false(await isOurs());
	const {index} = (await link.interfaces()).find(item => item.name === 'eth0')!;
	await createLinkRecord(machine.runDir).add({index, kind: 'address', value: vips[4]});
	t.true(await isOurs());
	await link.removeAddress('eth0', vips[4]);
	t.is(machine.snapshot(), before);
	t.deepEqual(await createLinkRecord(machine.runDir).entries(), []);
	link.close();
});
