/**
An operator manages nodes from another one, while clients keep connections with data: nothing breaks that is not cut by order, what was told outlives the
daemon, and the last node that serves stays.
*/

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import {weightedShareErrorMax} from '../../src/core/assignment/owners.js';
import {bareAddress} from '../../src/core/lab/topology.js';
import {slotsCount} from '../../src/core/model/slot-set.js';
import type {StatusNode} from '../../src/core/status/status.js';
import {runDirOf} from '../../src/edge/lab/players.js';
import {statusOf} from '../../src/edge/lab/readiness.js';
import {clientAddresses, openChangingFarm, type ChangingFarm} from '../bench/changes/farm.js';
import type {KeepLook, KeepPlan} from '../bench/traffic/keep.js';
import type {ServerLook} from '../bench/traffic/server.js';
import {firstShape, portOf} from '../bench/changes/shape.js';
import {startLineProgram, type LineProgram} from '../bench/line-program.js';
import {until} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

/** So long that a busy machine ends no lease. */
const detectionMs = 3000;
const connectionsCount = 90;
const everyMs = 20;
const stallMs = 10_000;
/** Told apart from one that waits long: as broken. */
const brokenMs = 10_000;

const program = path.join(import.meta.dirname, '../../../bin/farmctl');
const reason = whyNoNamespace();
const title = 'nodes are drained, restarted, weighed and stopped from another one, and remember it';

type Result = {readonly lines: ReadonlyArray<Readonly<Record<string, unknown>>>; readonly stdout: string; readonly stderr: string; readonly status: number | null};

/** A verb on the node whose daemon is asked. */
async function farmctl({lab, node}: ChangingFarm, on: string, ...words: readonly string[]): Promise<Result> {
	const child = spawn(program, ['node', ...words, '--run-dir', runDirOf(lab, node(on))], {stdio: ['ignore', 'pipe', 'pipe'], env: process.env});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', chunk => {
		stdout += String(chunk);
	});
	child.stderr.setEncoding('utf8').on('data', chunk => {
		stderr += String(chunk);
	});
	await once(child, 'close');
	return {
		stdout, stderr, status: child.exitCode, lines: stdout.startsWith('{') ? stdout.trimEnd().split('\n').map(line => JSON.parse(line) as Readonly<Record<string, unknown>>) : [],
	};
}

async function keep(farm: ChangingFarm, programs: Array<LineProgram<unknown>>): Promise<LineProgram<KeepLook>> {
	const {topology} = farm.lab;
	const [vip4, vip6] = topology.vips.map(vip => bareAddress(vip));
	const start = <Answer>(namespace: string, name: string, ...words: readonly string[]): LineProgram<Answer> => {
		const started = startLineProgram<Answer>(namespace, path.join(import.meta.dirname, '../bench/traffic', `${name}.js`), ...words);
		programs.push(started);
		return started;
	};

	await Promise.all(topology.nodes.map(async ({namespace}) => start<ServerLook>(namespace, 'server', String(portOf.main)).ask('look')));
	const sources = clientAddresses(60).map(source => ({source, target: source.includes(':') ? vip6! : vip4!}));
	const plan: KeepPlan = {port: portOf.main, count: connectionsCount, everyMs, stallMs, brokenMs, sources, mortalEach: 0, lifeMinMs: 0, lifeMaxMs: 0};
	const kept = start<KeepLook>(topology.client.namespace, 'keep', JSON.stringify(plan));
	await until(async () => (await kept.ask('look')).waiting === 0);
	return kept;
}

const seen = async (farm: ChangingFarm, name: string, by: string): Promise<StatusNode> => (await statusOf(farm.lab, farm.node(by)))!.nodes.find(node => node.name === name)!;

const register = reason === undefined ? test : test.skip;
register(reason === undefined ? title : `${title} (${reason})`, async t => {
	const farm = await openChangingFarm({name: 'verbsfarm', mode: 'unicast', detectionMs, shape: firstShape});
	const programs: Array<LineProgram<unknown>> = [];
	t.teardown(async () => {
		await Promise.all(programs.map(async one => one.end()));
		await farm.close();
	});
	const kept = await keep(farm, programs);
	const unbroken = async (what: string): Promise<void> => {
		await sleep(20 * everyMs);
		const {breaks, failed, messages} = await kept.ask('look');
		t.deepEqual([...breaks, ...failed], [], what);
		t.true(messages > 0, what);
	};

	const drained = await farmctl(farm, 'web1', 'drain', 'web2');
	t.is(drained.status, 0, drained.stderr);
	await until(async () => (await seen(farm, 'web2', 'web1')).slots === 0);
	const {state, retainedConnections, slots} = await seen(farm, 'web2', 'web1');
	t.is(state, 'DRAINING');
	t.is(slots, 0);
	await until(async () => (await seen(farm, 'web2', 'web1')).retainedConnections > 0);
	t.log(`web2 drains ${(await seen(farm, 'web2', 'web1')).retainedConnections} connections, ${retainedConnections} at the first look`);
	await unbroken('a drain');
	const {events} = (await statusOf(farm.lab, farm.node('web2')))!;
	t.regex(events.find(({name}) => name === 'order-drain')!.message, /^web2 is drained; .*, ordered by \S+ on web1$/u);

	t.is((await farmctl(farm, 'web1', 'start', 'web2')).status, 0);
	await unbroken('a start');
	await farm.whole();

	t.is((await farmctl(farm, 'web3', 'weight', 'web1', '3')).stdout, 'web1: weight 3\n');
	await until(async () => Math.abs((await seen(farm, 'web1', 'web2')).slots - (slotsCount * 3 / 5)) <= weightedShareErrorMax);
	await unbroken('a weight');
	t.is((await farmctl(farm, 'web3', 'weight', 'web1', 'default')).status, 0);
	await farm.whole();

	const stopped = await farmctl(farm, 'web1', 'stop', 'web3', '--now');
	t.is(stopped.status, 0, stopped.stderr);
	t.like(stopped.lines.at(-1), {event: 'done', ok: true, node: 'web3', state: 'STOP', connections: 0});
	const told = JSON.parse(readFileSync(path.join(runDirOf(farm.lab, farm.node('web3')), 'state/node.json'), 'utf8')) as Readonly<Record<string, unknown>>;
	t.like(told, {node: 'web3', wanted: 'rest'});
	await until(async () => (await kept.ask('look')).waiting === 0);

	farm.signal('web3', 'SIGTERM');
	await farm.ended('web3');
	farm.start('web3');
	await until(async () => (await seen(farm, 'web3', 'web1')).state === 'STOP');
	t.is((await seen(farm, 'web3', 'web1')).problem, 'drained by an operator; start it: farmctl node start web3');

	t.is((await farmctl(farm, 'web1', 'drain', 'web2', '--timeout', '1s', '--wait')).status, 0);
	const refused = await farmctl(farm, 'web2', 'drain', 'web1');
	t.is(refused.status, 6);
	t.regex(refused.stderr, /clients would find nobody/u);
	t.is((await seen(farm, 'web1', 'web2')).slots, slotsCount);
	t.is((await farmctl(farm, 'web2', 'start', '--all')).status, 0);
	await farm.whole();
	await until(async () => (await kept.ask('look')).waiting === 0);
	await unbroken('all of it');
});
