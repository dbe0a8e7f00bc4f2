/** The built `status`, `events` and `top` as scripts meet them: stdout, stderr and exit status. */

import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {Ajv2020} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type {Status} from '../../src/core/status/status.js';
import {renderStatus} from '../../src/cli/status/render-status.js';
import {healthy, samples} from '../core/status/samples.js';

const root = path.join(import.meta.dirname, '../../..');

type Result = {readonly stdout: string; readonly stderr: string; readonly status: number | null};

const farmctl = async (...words: readonly string[]): Promise<Result> => {
	const child = spawn(path.join(root, 'bin/farmctl'), words, {stdio: ['ignore', 'pipe', 'pipe']});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', chunk => {
		stdout += String(chunk);
	});
	child.stderr.setEncoding('utf8').on('data', chunk => {
		stderr += String(chunk);
	});
	await once(child, 'close');
	return {stdout, stderr, status: child.exitCode};
};

const folder = (t: ExecutionContext): string => {
	const runDir = mkdtempSync(path.join(tmpdir(), 'farmctl-status-'));
	t.teardown(() => {
		rmSync(runDir, {recursive: true, force: true});
	});
	return runDir;
};

/** The run directory of a daemon that answers with the sample, and how to end the daemon. */
const daemon = async (t: ExecutionContext, sample: keyof typeof samples): Promise<{runDir: string; stop: () => void}> => {
	const runDir = folder(t);
	const child = spawn(process.execPath, [path.join(root, 'dist/test/tui/fixtures/fake-daemon.js'), runDir, sample], {stdio: ['ignore', 'pipe', 'inherit']});
	const stop = () => {
		child.kill('SIGKILL');
	};

	t.teardown(stop);
	await once(child.stdout, 'data');
	return {runDir, stop};
};

test('a healthy farm: the table and 0', async t => {
	const {runDir} = await daemon(t, 'healthy');
	const {stdout, stderr, status} = await farmctl('status', '--run-dir', runDir);
	t.is(stdout.replace(/up \d+ min \d+ s/u, 'up 3 min 5 s'), renderStatus(healthy, {colour: false}));
	t.is(stderr, '');
	t.is(status, 0);
});

for (const sample of ['oneDead', 'oneWaiting', 'booting'] as const) {
	test(`a farm that is not well: 1 (${sample})`, async t => {
		const {runDir} = await daemon(t, sample);
		t.is((await farmctl('status', '--run-dir', runDir)).status, 1);
	});
}

test('--json is one document that its schema accepts', async t => {
	const {runDir} = await daemon(t, 'oneDead');
	const [{stdout, status}, schema] = await Promise.all([farmctl('status', '--json', '--run-dir', runDir), farmctl('status', '--schema')]);
	const ajv = new Ajv2020({allowUnionTypes: true});
	addFormats.default(ajv);
	const report = JSON.parse(stdout) as Status & {health: string};
	t.true(ajv.validate(JSON.parse(schema.stdout) as object, report), ajv.errorsText());
	t.is(report.health, 'degraded');
	t.is(status, 1);
	t.is(schema.status, 0);
});

for (const verb of ['status', 'events']) {
	test(`${verb} without a daemon: 4, and the command that starts it`, async t => {
		const {stdout, stderr, status} = await farmctl(verb, '--run-dir', folder(t), ...(verb === 'events' ? ['--state-dir', folder(t)] : []));
		t.is(stdout, '');
		t.regex(stderr, /no daemon answers on .*\nhint: start it: farmctl run/u);
		t.is(status, 4);
	});
}

test('--json without a daemon is one document as well', async t => {
	const {stdout, status} = await farmctl('status', '--json', '--run-dir', folder(t));
	t.is((JSON.parse(stdout) as {error: {code: string}}).error.code, 'system');
	t.is(status, 4);
});

test('a daemon of another age is named as such', async t => {
	const runDir = folder(t);
	const server = net.createServer(socket => {
		socket.end('{"ok":true,"result":{"schema":99}}\n');
	}).listen(path.join(runDir, 'control.sock'));
	t.teardown(() => {
		server.close();
	});
	await once(server, 'listening');
	const {stderr, status} = await farmctl('status', '--run-dir', runDir);
	t.regex(stderr, /status schema 99, this farmctl reads 1\nhint: .*start it: farmctl run/u);
	t.is(status, 4);
});

test('events: one a line, or one JSON object a line', async t => {
	const {runDir} = await daemon(t, 'oneDead');
	const [text, json] = await Promise.all([farmctl('events', '--run-dir', runDir), farmctl('events', '--json', '--run-dir', runDir)]);
	t.is(text.stdout.split('\n', 3)[2], '2026-01-02T03:04:01.000Z warning node-dead: web2 is dead: not heard for 300 ms');
	t.deepEqual(json.stdout.trim().split('\n').map(line => JSON.parse(line) as unknown), samples.oneDead.events.map(event => ({node: samples.oneDead.node, ...event})));
	t.is(text.status, 0);
});

test('events -f prints what comes later, and ends with the daemon', async t => {
	const {runDir, stop} = await daemon(t, 'healthy');
	const child = spawn(path.join(root, 'bin/farmctl'), ['events', '-f', '--json', '--run-dir', runDir], {stdio: ['ignore', 'pipe', 'ignore']});
	t.teardown(() => {
		child.kill('SIGKILL');
	});
	let stdout = '';
	for await (const chunk of child.stdout) {
		stdout += String(chunk);
		if (stdout.includes('"late"')) {
			stop();
		}
	}

	t.deepEqual(stdout.trim().split('\n').map(line => (JSON.parse(line) as {name: string}).name), ['admitted', 'view', 'late']);
});

test('top refuses without a terminal and names the verb that does not need one', async t => {
	const {stdout, stderr, status} = await farmctl('top', '--run-dir', folder(t));
	t.is(stdout, '');
	t.regex(stderr, /top needs a terminal\nhint: .*farmctl status/u);
	t.is(status, 2);
});

test('status loads neither the terminal library nor colours nor the parsers', t => {
	const {stdout} = spawnSync(process.execPath, ['--input-type=module', '-e', `
		import {registerHooks} from 'node:module';
		registerHooks({load(url, context, next) { console.log(url); return next(url, context); }});
		await import(${JSON.stringify(path.join(root, 'dist/commands/status.js'))});
	`], {encoding: 'utf8'});
	t.regex(stdout, /commands\/status\.js/u);
	t.notRegex(stdout, /node_modules\/(?:ink|react|chalk|execa|yaml|koffi|netlink)\//u);
});
