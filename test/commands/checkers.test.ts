/** `checkers enable` and `checkers disable`, against a daemon that answers for three nodes. */

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import type {NodeReport} from '../../src/core/control/node-orders.js';
import {anything, text, whole, type Parsed} from '../../src/edge/control/form.js';
import {controlVerb} from '../../src/edge/control/protocol.js';
import {openControlServer} from '../../src/edge/control/server.js';
import {UsageFailure} from '../../src/errors.js';
import {applied} from '../core/status/samples.js';

const program = path.join(import.meta.dirname, '../../../bin/farmctl');
const report: NodeReport = {
	node: 'web1', state: 'UP', wanted: 'serve', slots: 840, retainedSlots: 0, connections: 0, clients: [], weights: {default: {weight: 1, isConfigured: true}},
};
const asking = {node: text(64), request: anything, timeoutMs: whole(1, 100_000)};
const choosing = {by: anything, names: anything, isEnabled: anything};

type Asked = {readonly node: string; readonly names: unknown; readonly isEnabled: unknown};

async function openFarm(t: ExecutionContext) {
	const runDir = mkdtempSync(path.join(tmpdir(), 'farmctl-checkers-'));
	const asked: Asked[] = [];
	const tell = (node: string, {names, isEnabled}: Readonly<Record<string, unknown>>): NodeReport => {
		if ((names as readonly string[]).includes('nope')) {
			throw new UsageFailure('there is no check \'nope\' in this farm', {hint: 'its checks are page, api'});
		}

		asked.push({node, names, isEnabled});
		return {...report, node};
	};

	const server = await openControlServer(runDir, {
		status: controlVerb({fields: {}, answer: async () => applied}),
		'node-checks': controlVerb({fields: choosing, answer: async fields => tell('web1', fields)}),
		ask: controlVerb({fields: asking, answer: async ({node, request}: Parsed<typeof asking>) => ({ok: true, result: tell(node, request as Readonly<Record<string, unknown>>)})}),
	});
	t.teardown(() => {
		server.close();
		rmSync(runDir, {recursive: true});
	});
	const farmctl = async (...words: readonly string[]): Promise<{readonly out: string; readonly error: string; readonly status: number | null}> => {
		const {FARMCTL_NODE: _, ...env} = process.env;
		const child = spawn(program, ['checkers', ...words], {stdio: ['ignore', 'pipe', 'pipe'], env: {...env, FARMCTL_RUN_DIR: runDir}});
		const heard = {out: '', error: ''};
		child.stdout.setEncoding('utf8').on('data', chunk => {
			heard.out += String(chunk);
		});
		child.stderr.setEncoding('utf8').on('data', chunk => {
			heard.error += String(chunk);
		});
		await once(child, 'close');
		return {...heard, status: child.exitCode};
	};

	return {asked, farmctl};
}

test('the checks named are disabled on this node, and what enables them again is told', async t => {
	const {asked, farmctl} = await openFarm(t);
	const {out, status} = await farmctl('disable', 'page', 'api', 'page');
	t.is(status, 0);
	t.deepEqual(asked, [{node: 'web1', names: ['page', 'api'], isEnabled: false}]);
	t.is(out, 'web1: checks page, api are disabled, and nothing follows from them until: farmctl checkers enable page api\n');
});

test('on other nodes, and every check', async t => {
	const {asked, farmctl} = await openFarm(t);
	const {out, status} = await farmctl('enable', '--every', '--all');
	t.is(status, 0);
	t.deepEqual(asked, ['web1', 'web2', 'web3'].map(node => ({node, names: [], isEnabled: true})));
	t.is(out, 'web1: every check is enabled\nweb2: every check is enabled\nweb3: every check is enabled\n');
	await farmctl('disable', 'page', '--node', 'web3');
	t.deepEqual(asked.at(-1), {node: 'web3', names: ['page'], isEnabled: false});
});

test('a check that there is not is refused, with those there are', async t => {
	const {farmctl} = await openFarm(t);
	const {error} = await farmctl('disable', 'nope');
	t.is(error, 'farmctl: web1: there is no check \'nope\' in this farm\nhint: its checks are page, api\n');
});

test('nothing is disabled by a command line that names nothing', async t => {
	const {asked, farmctl} = await openFarm(t);
	const {error, status} = await farmctl('disable');
	t.is(status, 2);
	t.regex(error, /which checks shall be disabled\?\nhint: name them: farmctl checkers disable CHECK\.\.\./u);
	t.is((await farmctl('enable', '--every', 'page')).status, 2);
	t.deepEqual(asked, []);
});
