/** The built `checkers list` and `checkers run` as scripts meet them, without a daemon and beside one. */

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import type {CheckList} from '../../src/core/checkers/list.js';
import type {CheckFinding, CheckReport} from '../../src/core/checkers/report.js';
import {checkListSchema, checkRunSchema} from '../../src/core/checkers/schema.js';
import {openControlServer} from '../../src/edge/control/server.js';
import {healthy} from '../core/status/samples.js';

const root = path.join(import.meta.dirname, '../../..');

type Result = {readonly stdout: string; readonly stderr: string; readonly status: number | null};

type Place = {readonly config: string; readonly runDir: string};

/** `until`: ends it as Ctrl-C does when its output is so. */
async function farmctl({config, runDir}: Place, words: readonly string[], until?: (stdout: string) => boolean): Promise<Result> {
	const child = spawn(path.join(root, 'bin/farmctl'), [...words, '--config', config, '--run-dir', runDir], {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, NO_COLOR: '1'}});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', chunk => {
		stdout += String(chunk);
		if (until?.(stdout)) {
			child.kill('SIGINT');
		}
	});
	child.stderr.setEncoding('utf8').on('data', chunk => {
		stderr += String(chunk);
	});
	await once(child, 'close');
	return {stdout, stderr, status: child.exitCode};
}

const farm = (checks: string): string => `farm: web
key-file: farm.key
nodes: {web1: {id: 1, addresses: [192.0.2.11]}}
vips: [{address: 192.0.2.100/24, interface: eth0}]
rules: [{vip: 192.0.2.100, protocol: tcp, ports: [80]}]
services: [{name: web, command: [/bin/sleep, "1000"]}]
${checks}
`;

const checks = `checks:
  - {name: root, type: file, path: /}
  - {name: gone, type: file, path: /nonexistent/file}
  - {name: app, type: process, service: web}
  - {name: both, type: expression, of: root and not gone}
  - {name: clock, type: command, command: [/bin/sh, -c, "echo up ticking; sleep 0.1; echo down stopped; exec sleep 1000"], reports: true}`;

function place(t: ExecutionContext, text = farm(checks)): Place {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-checkers-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	const config = path.join(folder, 'farm.yaml');
	writeFileSync(config, text);
	return {config, runDir: path.join(folder, 'run')};
}

test('run --once tells all, and its exit status whether all are up', async t => {
	const here = place(t);
	const all = await farmctl(here, ['checkers', 'run', '--once', 'gone', 'app', 'both']);
	t.is(all.status, 1);
	t.regex(all.stdout, /^check\s+result\s+took\s+reason\ngone\s+down\s+[\d.]+ ms\s+there is no \/nonexistent\/file\napp\s+down .*no process of the service web: the daemon does not run it\nboth\s+up\s+0\.0 ms\s+root up, gone down\n$/u);
	const good = await farmctl(here, ['checkers', 'run', '--once', '--json', 'root', 'both']);
	t.is(good.status, 0);
	const {areUp, results} = JSON.parse(good.stdout) as CheckReport;
	t.true(areUp);
	t.deepEqual(results.map(({name, outcome}) => [name, outcome]), [['root', 'up'], ['both', 'up']]);
});

test('run goes on until it is interrupted, and leaves nothing behind', async t => {
	const {stdout, stderr, status} = await farmctl(place(t), ['checkers', 'run', '--json', 'clock'], text => text.includes('stopped'));
	t.is(stderr, '');
	t.is(status, 1);
	const findings = stdout.trim().split('\n').map(line => JSON.parse(line) as CheckFinding);
	t.deepEqual([findings[0]!.outcome, findings[0]!.reason], ['up', 'ticking']);
	t.deepEqual([findings.at(-1)!.outcome, findings.at(-1)!.reason], ['down', 'stopped']);
});

test('list tells what the configuration says, or what the daemon knows', async t => {
	const here = place(t);
	const {stdout, stderr, status} = await farmctl(here, ['checkers', 'list']);
	t.is(status, 0);
	t.regex(stdout, /^check\s+state\s+action\s+looks at\nroot\s+unknown\s+wait\s+file \/\n/u);
	t.is(stderr, 'no daemon answers, so nothing is known of how they are; farmctl checkers run --once looks\n');
	const known = {...healthy, application: {
		life: 'UP', sinceMs: 1000, services: [], actions: {done: [], max: 3, withinMs: 86_400_000}, checks: [{
			name: 'web', type: 'tcp', looksAt: '127.0.0.1:80', when: 'up', action: 'restart', isEnabled: true, isBegun: true, state: 'down', sinceMs: 4000,
			results: [{at: '2026-01-02T03:04:05.678Z', outcome: 'down', tookMs: 1, reason: 'nothing listens there'}],
		}],
	}};
	const server = await openControlServer(here.runDir, {status: {isForPeers: false, fields: {}, answer: async () => known}});
	t.teardown(() => {
		server.close();
	});
	const beside = await farmctl(here, ['checkers', 'list']);
	t.regex(beside.stdout, /\nweb\s+down\s+4\.0 s\s+-\s+restart\s+tcp 127\.0\.0\.1:80\s+nothing listens there\n$/u);
	t.is(beside.stderr, '');
	const {source, checks: told} = JSON.parse((await farmctl(here, ['checkers', 'list', '--json'])).stdout) as CheckList;
	t.deepEqual([source, told[0]!.state], ['daemon', 'down']);
});

test('a name that is none, no checks at all, and the schemas', async t => {
	const wrong = await farmctl(place(t), ['checkers', 'run', '--once', 'rot']);
	t.deepEqual([wrong.status, wrong.stderr], [2, 'farmctl: there is no check \'rot\'\nhint: did you mean \'root\'?\n']);
	const none = await farmctl(place(t, farm('')), ['checkers', 'run', '--once']);
	t.deepEqual([none.status, none.stdout, none.stderr], [0, '', 'no checks are configured in the farm \'web\'; farmctl.conf(5) shows how\n']);
	t.deepEqual(JSON.parse((await farmctl(place(t), ['checkers', 'run', '--schema'])).stdout), checkRunSchema);
	t.deepEqual(JSON.parse((await farmctl(place(t), ['checkers', 'list', '--schema'])).stdout), checkListSchema);
});
