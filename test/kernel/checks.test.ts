/** Checks in a kernel of their own: interfaces and addresses that go, pings, and a port on which nobody listens but the probe itself. */

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import test, {type ExecutionContext} from 'ava';
import type {CheckFinding} from '../../src/core/checkers/report.js';
import {createNamespace, whyNoNamespace, type Namespace} from './support/namespace.js';

const reason = whyNoNamespace();
const kernelTest = (title: string, work: (t: ExecutionContext) => Promise<void>): void => {
	if (reason === undefined) {
		test.serial(title, work);
	} else {
		test.skip(`${title} (${reason})`, t => {
			t.fail();
		});
	}
};

const root = path.join(import.meta.dirname, '../../..');

const farm = (checks: string): string => `farm: web
key-file: farm.key
nodes: {web1: {id: 1, addresses: [192.0.2.11]}}
vips: [{address: 192.0.2.100/24, interface: eth0}]
rules: [{vip: 192.0.2.100, protocol: tcp, ports: [80]}]
checks:
${checks}`;

/** The lines of `farmctl checkers run` inside, until the test is over. */
function watchChecks(t: ExecutionContext, namespace: Namespace, checks: string): AsyncIterator<CheckFinding> {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-checks-'));
	const config = path.join(folder, 'farm.yaml');
	writeFileSync(config, farm(checks));
	const child = namespace.run(() => spawn(path.join(root, 'bin/farmctl'), ['checkers', 'run', '--json', '--config', config, '--run-dir', folder], {stdio: ['ignore', 'pipe', 'inherit']}));
	t.teardown(async () => {
		const ended = once(child, 'exit');
		child.kill('SIGTERM');
		await ended;
		rmSync(folder, {recursive: true});
		namespace.close();
	});
	return findings(child.stdout);
}

async function * findings(stream: NodeJS.ReadableStream): AsyncGenerator<CheckFinding> {
	for await (const line of createInterface({input: stream})) {
		yield JSON.parse(line) as CheckFinding;
	}
}

/** The next results of these checks, by name. */
async function next(lines: AsyncIterator<CheckFinding>, names: readonly string[]): Promise<Record<string, string>> {
	const found: Record<string, string> = {};
	while (Object.keys(found).length < names.length) {
		const {value} = await lines.next() as {value: CheckFinding};
		if (names.includes(value.name)) {
			found[value.name] = `${value.outcome}: ${value.reason}`;
		}
	}

	return found;
}

/** Until the check says so; the kernel may tell one change in several steps. */
async function until(lines: AsyncIterator<CheckFinding>, name: string, said: string): Promise<void> {
	let found: Record<string, string> = {};
	while (found[name] !== said) {
		found = await next(lines, [name]);
	}
}

kernelTest('what goes, and what comes back, is told between two looks', async t => {
	const namespace = createNamespace();
	namespace.addWire('eth0', 'wire0');
	namespace.sh('ip', 'address', 'add', '192.0.2.11/24', 'dev', 'eth0');
	const lines = watchChecks(t, namespace, `
  - {name: link, type: interface, interface: eth0, interval: 24h}
  - {name: own, type: address, address: 192.0.2.11, interval: 24h}
  - {name: self, type: ping, address: 192.0.2.11, interval: 24h, timeout: 1m}
  - {name: self6, type: ping, address: "::1", interval: 24h, timeout: 1m}
  - {name: nobody, type: ping, address: 192.0.2.99, interval: 24h, timeout: 100ms}
  - {name: elsewhere, type: ping, address: 198.51.100.1, interval: 24h}`);
	t.deepEqual(await next(lines, ['link', 'own', 'self', 'self6', 'nobody', 'elsewhere']), {
		link: 'up: eth0 is up',
		own: 'up: 192.0.2.11 is on eth0',
		self: 'up: 192.0.2.11 answers',
		self6: 'up: ::1 answers',
		nobody: 'timeout: 192.0.2.99 does not answer the ping',
		elsewhere: 'down: 198.51.100.1: the ping could not leave: ENETUNREACH',
	});
	namespace.sh('ip', 'address', 'del', '192.0.2.11/24', 'dev', 'eth0');
	await until(lines, 'own', 'down: no interface has 192.0.2.11');
	namespace.sh('ip', 'link', 'set', 'wire0', 'down');
	await until(lines, 'link', 'down: eth0 has no carrier: is its cable plugged in?');
	namespace.sh('ip', 'link', 'set', 'wire0', 'up');
	await until(lines, 'link', 'up: eth0 is up');
	namespace.sh('ip', 'link', 'del', 'wire0');
	await until(lines, 'link', 'down: there is no interface eth0');
});

kernelTest('a probe that meets itself has found nobody', async t => {
	const namespace = createNamespace();
	namespace.writeSysctl('net.ipv4.ip_local_port_range', '40000 40000');
	const lines = watchChecks(t, namespace, '  - {name: port, type: tcp, port: 40000, interval: 24h, timeout: 1m}');
	t.deepEqual(await next(lines, ['port']), {port: 'down: 127.0.0.1:40000: nothing listens there (the probe met itself)'});
});
