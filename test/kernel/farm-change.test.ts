/** A farm that serves is changed again and again: what is promised to stay stays, what comes is served, and a node that cannot follow stops the whole. */

import {execFile, spawn} from 'node:child_process';
import {readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {request} from '../../src/edge/control/client.js';
import {exitCodes} from '../../src/errors.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();
const program = path.join(import.meta.dirname, '../../../bin/farmctl');
const talk = path.join(import.meta.dirname, 'fixtures/talk.js');
const talksCount = 6;
const second = '10.77.0.101';

type Ended = {readonly code: number; readonly stdout: string; readonly stderr: string};

/** The lab's configuration, and its nodes as farmctl is told of them. */
class Farm {
	readonly #lab: Lab;
	readonly #folder: string;
	readonly first: string;

	constructor(lab: Lab, folder: string) {
		this.#lab = lab;
		this.#folder = folder;
		this.first = readFileSync(this.file, 'utf8');
	}

	get file(): string {
		return path.join(this.#folder, 'farm.yaml');
	}

	runDir(node: string): string {
		return path.join(this.#folder, node);
	}

	async farmctl(node: string, ...words: readonly string[]): Promise<Ended> {
		return new Promise(resolve => {
			execFile(program, [...words, '--run-dir', this.runDir(node)], {timeout: 120_000}, (error, stdout, stderr) => {
				resolve({code: error === null ? 0 : Number(error.code), stdout, stderr});
			});
		});
	}

	/** Writes the text beside and applies it by this node. */
	async apply(node: string, text: string, ...words: readonly string[]): Promise<Ended> {
		const next = path.join(this.#folder, 'next.yaml');
		writeFileSync(next, text);
		return this.farmctl(node, 'apply', next, ...words);
	}

	/** What the client gets from the address. */
	async answer(address: string): Promise<string> {
		return this.#lab.shell('client', `curl -s -m 10 --retry 5 --retry-connrefused http://${address}/ || true`);
	}
}

const withSecondVip = (text: string): string => text
	.replace('vips:\n', () => `vips:\n  - {address: "${second}/16", interface: eth0, mode: unicast}\n`)
	.replace('rules:\n', () => `rules:\n  - {vip: "${second}", protocol: tcp, ports: [80], affinity: client}\n`);

/** Connections that are asked for a piece every tenth of a second. One that a busy server leaves before its first piece is made anew. */
function talks(t: ExecutionContext, lab: Lab) {
	const heard = new Map<number, number>();
	const ended = new Set<number>();
	const begin = (index: number): void => {
		const child = spawn(...lab.spawnIn('client', process.execPath, talk, lab.vip, '80', '/echo', `10.77.1.${index}`), {stdio: ['ignore', 'pipe', 'ignore']});
		t.teardown(() => child.kill());
		child.stdout.on('data', (data: Uint8Array) => {
			if (!data.toString().includes('ended')) {
				heard.set(index, (heard.get(index) ?? 0) + 1);
			} else if (heard.has(index)) {
				ended.add(index);
			} else {
				begin(index);
			}
		});
	};

	const indexes = Array.from({length: talksCount}, (_, index) => index + 1);
	for (const index of indexes) {
		begin(index);
	}

	return {
		ended,
		async goOn(): Promise<void> {
			const before = new Map(heard);
			await until(() => ended.size > 0 || indexes.every(index => (heard.get(index) ?? 0) > (before.get(index) ?? 0) + 1));
		},
	};
}

const titles = {
	rules: 'rules, VIPs, affinity, timing and weights change while connections go on',
	refusal: 'a node that cannot follow stops the whole before anything has changed; what nobody confirms goes back',
	nodes: 'a node is removed when it serves no more, and comes again',
};

const testOrSkip = reason === undefined ? test.serial : (title: string): void => {
	test.skip(`${title} (${reason})`, t => {
		t.fail();
	});
};

async function farmFor(t: ExecutionContext, name: string): Promise<{readonly lab: Lab; readonly farm: Farm}> {
	// Long enough that a machine with other work to do takes nobody for dead.
	const lab = await labFor(t, name, '--detection', '3s');
	return {lab, farm: new Farm(lab, (JSON.parse(await lab.farmctl('status', '--json')) as {folder: string}).folder)};
}

testOrSkip(titles.rules, async t => {
	const {lab, farm} = await farmFor(t, 'changerules');
	const connections = talks(t, lab);
	await connections.goOn();
	const {mode} = statSync(farm.file);
	const steps: ReadonlyArray<readonly [what: string, text: string]> = [
		['a VIP and a rule come', withSecondVip(farm.first)],
		['another affinity', withSecondVip(farm.first).replaceAll('protocol: tcp, ports: [80], affinity: client', 'protocol: tcp, ports: [80], affinity: connection')],
		['timing and port', withSecondVip(farm.first).replace(/detection: \d+m?s/, 'detection: 4s, port: 4900').replaceAll('ports: [80], affinity: client', 'ports: [80], affinity: connection')],
		['as at first, and other weights', farm.first.replace('{id: 1,', '{id: 1, weight: 3,')],
	];
	t.is(new Set(steps.map(([, text]) => text)).size, steps.length);
	for (const [index, [what, text]] of steps.entries()) {
		const {code, stdout, stderr} = await farm.apply(`web${1 + (index % 3)}`, text, '--yes');
		t.is(code, exitCodes.ok, `${what}: ${stderr}`);
		t.notRegex(stdout, /warning/, stdout);
		t.is(readFileSync(farm.file, 'utf8'), text);
		await connections.goOn();
		await lab.settled();
		t.is(connections.ended.size, 0, what);
		t.regex(await farm.answer(lab.vip), /^web[123]\n$/);
		t.regex(await farm.answer(second), index === steps.length - 1 ? /^$/ : /^web[123]\n$/, what);
	}

	t.is(statSync(farm.file).mode, mode);
	const [web1] = await lab.nodes();
	t.is(web1!.status!.nodes.find(({name}) => name === 'web1')!.weight, 3);
	const plan = await farm.farmctl('web1', 'plan', farm.file);
	t.is(plan.code, exitCodes.ok, plan.stdout);
	const history = await farm.farmctl('web3', 'config', 'history');
	t.is(history.stdout.trim().split('\n').length, steps.length + 1, history.stdout);
});

testOrSkip(titles.refusal, async t => {
	const {lab, farm} = await farmFor(t, 'changerefused');
	await lab.shell('web2', 'ip link add spare0 type bridge');
	for (const node of ['web1', 'web3']) {
		await lab.shell(node, 'ip link add spare0 type bridge; ip link set spare0 up');
	}

	const next = withSecondVip(farm.first).replace(`"${second}/16", interface: eth0`, () => `"${second}/16", interface: spare0`);
	const refused = await farm.apply('web1', next, '--yes');
	t.is(refused.code, exitCodes.daemon);
	t.regex(refused.stderr, /nothing was changed: web2: interface 'spare0' of a VIP is down/);
	t.is(readFileSync(farm.file, 'utf8'), farm.first);
	for (const {status} of await lab.nodes()) {
		t.deepEqual(status!.vips.map(({address}) => address).includes(second), false);
	}

	const disrupted = await farm.apply('web1', farm.first.replace('{id: 1,', '{id: 1, weight: 9,'), '--yes', '--max-disruption', '5%');
	t.is(disrupted.code, exitCodes.daemon);
	t.regex(disrupted.stderr, /more than the 5 % that are allowed/);

	const tried = await farm.apply('web3', withSecondVip(farm.first), '--yes', '--confirm', '5s');
	t.is(tried.code, exitCodes.ok, tried.stderr);
	t.regex(tried.stdout, /goes back after 5\.0 s unless it is confirmed/);
	await until(async () => (await lab.nodes()).every(({status}) => status?.vips.some(({address}) => address === second) === false));
	t.is(readFileSync(farm.file, 'utf8'), farm.first);
	await lab.settled();

	const kept = await farm.apply('web3', withSecondVip(farm.first), '--yes', '--confirm', '60s');
	t.is(kept.code, exitCodes.ok, kept.stderr);
	const confirmed = await farm.farmctl('web1', 'config', 'confirm');
	t.is(confirmed.code, exitCodes.ok, confirmed.stderr);
	t.is(readFileSync(farm.file, 'utf8'), withSecondVip(farm.first));
	const back = await farm.farmctl('web2', 'config', 'rollback', '--yes');
	t.is(back.code, exitCodes.ok, back.stderr);
	t.is(readFileSync(farm.file, 'utf8'), farm.first);
	await lab.settled();
});

testOrSkip(titles.nodes, async t => {
	const {lab, farm} = await farmFor(t, 'changenodes');
	const without = farm.first.split('\n').filter(line => !line.includes('web3:')).join('\n');
	const early = await farm.apply('web1', without, '--yes');
	t.is(early.code, exitCodes.daemon);
	t.regex(early.stderr, /web3 would be removed and still serves/);
	await request(farm.runDir('web3'), {verb: 'node-drain'});
	await until(async () => (await lab.nodes())[0]!.status?.nodes.find(({name}) => name === 'web3')?.slots === 0);
	t.is((await farm.apply('web1', without, '--yes')).code, exitCodes.ok);
	await until(async () => (await lab.nodes()).slice(0, 2).every(({status}) => status?.nodes.length === 2 && status.coverage.owned === status.coverage.total));

	const again = await farm.apply('web2', farm.first, '--yes');
	t.is(again.code, exitCodes.ok, again.stderr);
	t.regex(again.stdout, /web3 is new/);
	await until(async () => (await lab.nodes())[1]!.status?.nodes.some(({name, lastHeartbeatMs}) => name === 'web3' && lastHeartbeatMs !== null) === true);
	const repeated = await farm.apply('web2', farm.first, '--yes');
	t.is(repeated.code, exitCodes.ok, repeated.stderr);
	await request(farm.runDir('web3'), {verb: 'node-start'});
	await lab.settled();
	t.pass();
});
