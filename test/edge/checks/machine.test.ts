/** file, process, unit, interface, address, ping and farm: what this machine says of itself. */

import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import type {Probe, ProcessKey} from '../../../src/core/model/application.js';
import type {CheckResult} from '../../../src/core/model/check-result.js';
import {openControlServer} from '../../../src/edge/control/server.js';
import {createFakeDeaths} from '../../../src/edge/deaths/fake.js';
import {openDeaths} from '../../../src/edge/deaths/pidfd.js';
import {createFakeLink} from '../../../src/edge/link/fake.js';
import type {LinkNotice} from '../../../src/edge/link/port.js';
import type {SendEcho} from '../../../src/edge/ping/echo-socket.js';
import {lookAtProcess} from '../../../src/edge/program/processes.js';
import {healthy} from '../../core/status/samples.js';
import {eventually, look, prober} from './probing.js';

function folderFor(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-checks-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	return folder;
}

const file = (name: string, changes: Partial<Extract<Probe, {type: 'file'}>> = {}): Probe => ({
	type: 'file', path: name, isAbsent: false, ageMaxMs: undefined, freeBytesMin: undefined, ...changes,
});

test('file: there, absent, too old', async t => {
	const folder = folderFor(t);
	const name = path.join(folder, 'ready');
	t.deepEqual(await look(file(name)), {outcome: 'down', reason: `there is no ${name}`});
	t.deepEqual(await look(file(name, {isAbsent: true})), {outcome: 'up', reason: `${name} is absent`});
	writeFileSync(name, '');
	t.deepEqual(await look(file(name)), {outcome: 'up', reason: `${name} is there`});
	t.deepEqual(await look(file(name, {isAbsent: true})), {outcome: 'down', reason: `${name} is there, and should not be`});
	t.is((await look(file(name, {ageMaxMs: 3_600_000}))).outcome, 'up');
	utimesSync(name, new Date(), new Date(Date.now() - 7_200_000));
	t.deepEqual(await look(file(name, {ageMaxMs: 3_600_000})), {outcome: 'down', reason: `${name} was last written 2 h ago, more than 1 h`});
	t.is((await look(file(path.join(name, 'below')))).reason, `there is no ${path.join(name, 'below')}`);
});

test('file: the room of its file system', async t => {
	const folder = folderFor(t);
	t.regex((await look(file(folder, {freeBytesMin: 1}))).reason, /^[\d.]+ [KMGTP]?i?B free on the file system of /u);
	const {outcome, reason} = await look(file(folder, {freeBytesMin: 2 ** 60}));
	t.is(outcome, 'down');
	t.regex(reason, /, less than 1024 PiB$/u);
});

test.serial('file: a file system that hangs is a timeout, and no look is begun before the last one is gone', async t => {
	const folder = folderFor(t);
	const {PATH} = process.env;
	t.teardown(() => {
		process.env.PATH = PATH;
	});
	// What hangs in the kernel cannot be had without one that is broken: a stat that does not end on being asked is the nearest to it.
	const note = path.join(folder, 'note');
	writeFileSync(path.join(folder, 'stat'), `#!/bin/sh\ntrap "" TERM\necho $$ > ${note}\nwhile :; do sleep 1; done\n`, {mode: 0o755});
	process.env.PATH = `${folder}:${PATH}`;
	const looking = prober(file('/'));
	const hanging = new AbortController();
	const probing = looking.probe(hanging.signal);
	t.true(await eventually(() => existsSync(note)));
	hanging.abort();
	t.is((await probing).reason, '/: its file system does not answer');
	const {outcome, reason} = await looking.probe(AbortSignal.timeout(10));
	t.is(outcome, 'timeout');
	t.is(reason, '/: its file system hangs: of the looks at it the one that was started before is being ended yet');
	process.env.PATH = PATH;
	t.is((await looking.probe(new AbortController().signal)).outcome, 'up');
	await looking.close();
});

const running = (by: ProcessKey, changes: Partial<Extract<Probe, {type: 'process'}>> = {}): Probe => ({
	type: 'process', by, atLeast: 1, atMost: undefined, ...changes,
});

/** A process with a name that no other has. */
async function start(t: ExecutionContext, name: string): Promise<ChildProcess> {
	const child = spawn('sh', ['-c', `printf %s ${name} > /proc/$$/comm; echo; read forever`], {stdio: ['pipe', 'pipe', 'ignore']});
	t.teardown(() => {
		child.kill('SIGKILL');
	});
	await once(child.stdout, 'data');
	return child;
}

test('process: by name, counted', async t => {
	const name = `fc${process.pid}a)`;
	const quoted = `'${name}'`;
	t.deepEqual(await look(running({name})), {outcome: 'down', reason: `no process ${name}`});
	const first = await start(t, quoted);
	t.deepEqual(await look(running({name})), {outcome: 'up', reason: `process ${name} runs (pid ${first.pid})`});
	t.deepEqual(await look(running({name}, {atLeast: 2})), {outcome: 'down', reason: `1 of 2 run: process ${name}`});
	await start(t, quoted);
	t.deepEqual(await look(running({name}, {atLeast: 2})), {outcome: 'up', reason: `2 run: process ${name}`});
	t.deepEqual(await look(running({name}, {atMost: 1})), {outcome: 'down', reason: `2 run, more than 1: process ${name}`});
});

test('process: the one that looks is not among those counted', async t => {
	const {title} = process;
	t.teardown(() => {
		process.title = title;
	});
	process.title = `fc${process.pid}self`;
	const {name} = lookAtProcess(process.pid)!;
	t.is(name, `fc${process.pid}self`);
	t.is((await look(running({name}))).outcome, 'down');
});

test('process: a long name is known by its first 15 bytes, as the kernel keeps it', async t => {
	const name = `fc${process.pid}-a-long-name-for-a-process`;
	await start(t, name);
	t.is((await look(running({name}))).outcome, 'up');
});

test('process: by pid file', async t => {
	const pidFile = path.join(folderFor(t), 'web.pid');
	t.deepEqual(await look(running({pidFile})), {outcome: 'down', reason: `no process of ${pidFile}: there is no such file`});
	writeFileSync(pidFile, 'soon\n');
	t.is((await look(running({pidFile}))).reason, `no process of ${pidFile}: it does not hold the number of a process, but 'soon'`);
	writeFileSync(pidFile, `${process.pid}\n`);
	t.deepEqual(await look(running({pidFile})), {outcome: 'up', reason: `process of ${pidFile} runs (pid ${process.pid})`});
	const child = spawn('true');
	await once(child, 'exit');
	writeFileSync(pidFile, String(child.pid));
	t.is((await look(running({pidFile}))).reason, `no process of ${pidFile}: there is no process ${child.pid}`);
});

test('process: a zombie is dead, and a stopped one is told of', async t => {
	const pidFile = path.join(folderFor(t), 'web.pid');
	const parent = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {stdio: ['ignore', 'pipe', 'ignore']});
	t.teardown(() => parent.kill('SIGKILL'));
	const [line] = await once(parent.stdout, 'data') as [Buffer];
	const pid = Number(line.toString());
	writeFileSync(pidFile, String(pid));
	process.kill(pid, 'SIGSTOP');
	const stopped: Array<string | undefined> = [];
	t.true(await eventually(() => {
		void look(running({pidFile})).then(({warning}) => {
			stopped.push(warning);
		});
		return stopped.includes(`process ${pid} is stopped (SIGSTOP or a debugger)`);
	}));
	process.kill(pid, 'SIGKILL');
	const deaths = await openDeaths();
	await new Promise<void>(resolve => {
		deaths.watch(pid, resolve);
	});
	await deaths.close();
	t.deepEqual(await look(running({pidFile})), {
		outcome: 'down', reason: `no process of ${pidFile}: process ${pid} is a zombie: it has ended, and its parent (process ${parent.pid}) has not taken note`,
	});
});

test('process: of a service and of a unit, or why there is none', async t => {
	t.deepEqual(await look(running({service: 'web'}), {parts: {pidOfService: async () => process.pid}}), {outcome: 'up', reason: `process of the service web runs (pid ${process.pid})`});
	t.is((await look(running({service: 'web'}), {parts: {pidOfService: async () => 'the daemon does not run it'}})).reason, 'no process of the service web: the daemon does not run it');
	t.is((await look(running({unit: 'web.service'}), {parts: {pidOfUnit: async () => 'it is inactive'}})).reason, 'no main process of web.service: it is inactive');
});

test('process: its death is told at once, and is certain', async t => {
	const name = `fc${process.pid}d`;
	const child = await start(t, name);
	const deaths = await openDeaths();
	const looking = prober(running({name}), {deaths: async () => deaths});
	const {promise: told, resolve} = Promise.withResolvers<CheckResult>();
	looking.watch!(resolve);
	t.is((await looking.probe(new AbortController().signal)).outcome, 'up');
	child.kill('SIGKILL');
	t.deepEqual(await told, {
		outcome: 'down', reason: `${name} (pid ${child.pid}) has died: no process ${name}`, tookMs: 0, isCertain: true,
	});
	await looking.close();
	await deaths.close();
});

test('process: one of several that dies is told only where too few are left', async t => {
	const name = `fc${process.pid}e`;
	const [first, second] = [await start(t, name), await start(t, name)];
	const deaths = createFakeDeaths();
	const looking = prober(running({name}), {deaths: async () => deaths});
	const told: CheckResult[] = [];
	looking.watch!(result => {
		told.push(result);
	});
	const {signal} = new AbortController();
	await looking.probe(signal);
	t.deepEqual(deaths.watched(), [first.pid!, second.pid!].toSorted((a, b) => a - b));
	first.kill('SIGKILL');
	await once(first, 'exit');
	deaths.kill(first.pid!);
	await looking.probe(signal);
	t.deepEqual(deaths.watched(), [second.pid!]);
	t.deepEqual(told, []);
	second.kill('SIGKILL');
	await once(second, 'exit');
	deaths.kill(second.pid!);
	t.true(await eventually(() => told.length === 1));
	await looking.close();
	t.deepEqual(deaths.watched(), []);
});

const fixtures = path.join(import.meta.dirname, '../../../../test/edge/services/fixtures');

test.serial('unit: as systemctl says, and its death at once', async t => {
	const {PATH} = process.env;
	process.env.PATH = `${fixtures}:${PATH}`;
	process.env.UNITS = folderFor(t);
	t.teardown(() => {
		process.env.PATH = PATH;
	});
	const unit = 'web.service';
	t.deepEqual(await look({type: 'unit', unit}), {outcome: 'down', reason: `there is no unit ${unit}`});
	writeFileSync(path.join(process.env.UNITS, unit), 'exec sleep 1000');
	t.deepEqual(await look({type: 'unit', unit}), {outcome: 'down', reason: `${unit} is inactive, dead`});
	const child = spawn('sleep', ['1000']);
	await once(child, 'spawn');
	writeFileSync(path.join(process.env.UNITS, `${unit}.pid`), String(child.pid));
	const deaths = await openDeaths();
	const looking = prober({type: 'unit', unit}, {deaths: async () => deaths});
	const {promise: told, resolve} = Promise.withResolvers<CheckResult>();
	looking.watch!(resolve);
	const {outcome, reason} = await looking.probe(new AbortController().signal);
	t.deepEqual({outcome, reason}, {outcome: 'up', reason: `${unit} is active, running`});
	child.kill('SIGKILL');
	const {reason: why, ...rest} = await told;
	t.deepEqual(rest, {outcome: 'down', tookMs: 0, isCertain: true});
	t.is(why, `sleep (pid ${child.pid}) has died: ${unit} is failed (signal)`);
	await looking.close();
	await deaths.close();
});

test('interface: up with carrier, and told as it changes', async t => {
	const link = createFakeLink(['eth0', 'eth1']);
	const probe: Probe = {type: 'interface', interface: 'eth0'};
	const parts = {link: () => link};
	t.deepEqual(await look(probe, {parts}), {outcome: 'up', reason: 'eth0 is up'});
	t.deepEqual(await look({type: 'interface', interface: 'eth7'}, {parts}), {outcome: 'down', reason: 'there is no interface eth7'});
	let watchers = 0;
	const counted = {...link, watch(listener: (notice: LinkNotice) => void) {
		watchers++;
		const unwatch = link.watch(listener);
		return () => {
			watchers--;
			unwatch();
		};
	}};
	const looking = prober(probe, {link: () => counted});
	const told: string[] = [];
	looking.watch!(({outcome, reason, isCertain}) => {
		told.push(`${outcome} ${reason} ${isCertain ?? false}`);
	});
	link.setCarrier('eth1', false);
	link.setCarrier('eth0', false);
	t.true(await eventually(() => told.length > 0));
	link.setCarrier('eth0', true);
	t.true(await eventually(() => told.length > 1));
	link.removeInterface('eth0');
	t.true(await eventually(() => told.length > 2));
	t.is(watchers, 1);
	await looking.close();
	t.is(watchers, 0);
	t.deepEqual(told, ['down eth0 has no carrier: is its cable plugged in? false', 'up eth0 is up false', 'down there is no interface eth0 false']);
});

test('interface: what changes while it is looked at is looked at again', async t => {
	const link = createFakeLink(['eth0']);
	const looks: Array<() => void> = [];
	const slow = {...link, async interfaces() {
		const found = await link.interfaces();
		await new Promise<void>(resolve => {
			looks.push(resolve);
		});
		return found;
	}};
	const looking = prober({type: 'interface', interface: 'eth0'}, {link: () => slow});
	const told: string[] = [];
	looking.watch!(({outcome}) => {
		told.push(outcome);
	});
	link.setCarrier('eth0', false);
	t.true(await eventually(() => looks.length === 1));
	link.setCarrier('eth0', true);
	looks[0]!();
	t.true(await eventually(() => looks.length === 2));
	looks[1]!();
	t.true(await eventually(() => told.length === 2));
	t.deepEqual(told, ['down', 'up']);
	await looking.close();
});

test('address: on any interface or on that one, and told when it goes', async t => {
	const link = createFakeLink(['eth0', 'eth1']);
	const parts = {link: () => link};
	const probe = {type: 'address', address: '2001:DB8::7', interface: 'eth0'} as const;
	t.deepEqual(await look({...probe, interface: undefined}, {parts}), {outcome: 'down', reason: 'no interface has 2001:DB8::7'});
	const address = {interface: 'eth1', address: '2001:db8::7', family: 6, prefixLength: 64, isOurs: false, isRecorded: false} as const;
	link.putAddress(address);
	t.deepEqual(await look({...probe, interface: undefined}, {parts}), {outcome: 'up', reason: '2001:DB8::7 is on eth1'});
	t.deepEqual(await look(probe, {parts}), {outcome: 'down', reason: '2001:DB8::7 is not on eth0, but on eth1'});
	link.putAddress({...address, interface: 'eth0'});
	t.is((await look(probe, {parts})).outcome, 'up');
	const looking = prober(probe, parts);
	const told: string[] = [];
	looking.watch!(({reason}) => {
		told.push(reason);
	});
	link.takeAddress('eth0', '2001:db8::7');
	t.true(await eventually(() => told.length > 0));
	await looking.close();
	t.deepEqual(told, ['2001:DB8::7 is not on eth0, but on eth1']);
});

test('ping: answered, refused by the system, and lost', async t => {
	let isOpen = false;
	const sending = (takes: (request: Uint8Array) => Uint8Array | undefined): {sendEcho: () => Promise<SendEcho>} => ({
		sendEcho: async () => (_address, _family, request) => {
			isOpen = true;
			return {
				take: () => takes(request),
				close() {
					isOpen = false;
				},
			};
		},
	});
	const probe: Probe = {type: 'ping', address: '2001:db8::1'};
	let looks = 0;
	const late = sending(request => ++looks < 3 ? undefined : Uint8Array.from([129, ...request.subarray(1)]));
	t.deepEqual(await look(probe, {parts: late}), {outcome: 'up', reason: '2001:db8::1 answers'});
	t.false(isOpen);
	t.deepEqual(await look(probe, {parts: {sendEcho: async () => () => 'ENETUNREACH'}}), {outcome: 'down', reason: '2001:db8::1: the ping could not leave: ENETUNREACH'});
	const controller = new AbortController();
	const strange = sending(() => {
		controller.abort();
		return new Uint8Array(8);
	});
	t.deepEqual(await look(probe, {parts: strange, signal: controller.signal}), {outcome: 'timeout', reason: '2001:db8::1 does not answer the ping'});
	t.false(isOpen);
	const failing = {
		async sendEcho(): Promise<SendEcho> {
			throw new Error('no raw sockets here');
		},
	};
	t.deepEqual(await look(probe, {parts: failing}), {outcome: 'down', reason: 'the check itself failed: no raw sockets here'});
});

test('farm: this node is UP in another one', async t => {
	const runDir = folderFor(t);
	const probe: Probe = {type: 'farm', runDir};
	t.deepEqual(await look(probe), {outcome: 'down', reason: `no daemon answers on ${runDir}/control.sock`});
	let status: unknown = {...healthy, state: 'UP'};
	const server = await openControlServer(runDir, {
		status: {isForPeers: false, fields: {}, answer: async () => status},
	});
	t.teardown(() => {
		server.close();
	});
	t.deepEqual(await look(probe), {outcome: 'up', reason: `${healthy.node} is UP in the farm ${healthy.farm}`});
	status = {...healthy, state: 'WAIT', reason: 'its configuration differs'};
	t.deepEqual(await look(probe), {outcome: 'down', reason: `${healthy.node} is WAIT in the farm ${healthy.farm}: its configuration differs`});
	status = new Promise(() => {});
	const controller = new AbortController();
	const looking = look(probe, {signal: controller.signal});
	controller.abort();
	t.deepEqual(await looking, {outcome: 'timeout', reason: `the daemon of ${runDir} does not answer`});
});
