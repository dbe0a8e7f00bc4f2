/** The verbs that manage nodes, as scripts and operators meet them, against a daemon that answers for three nodes. */

import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import type {NodeReport} from '../../src/core/control/node-orders.js';
import type {NodeState} from '../../src/core/membership/types.js';
import {anything, optional, text, whole, type Parsed} from '../../src/edge/control/form.js';
import {controlVerb, refusal} from '../../src/edge/control/protocol.js';
import {openControlServer} from '../../src/edge/control/server.js';
import {DaemonFailure} from '../../src/errors.js';
import type {Status} from '../../src/core/status/status.js';
import {healthy} from '../core/status/samples.js';

const program = path.join(import.meta.dirname, '../../../bin/farmctl');
const [self, ...others] = healthy.nodes.map(({name}) => name);
const other = others[0]!;

type Asked = Readonly<Record<string, unknown>> & {readonly verb: string};
type Node = {report: NodeReport; readonly asked: Asked[]; isSilent: boolean; refuses: string | undefined; connections: number};
type Farm = {readonly runDir: string; readonly nodes: ReadonlyMap<string, Node>};

const anyFields = {by: optional(text(64)), isForced: anything, cutAfterMs: optional(anything), stopsServices: optional(anything), group: optional(text(64)), weight: optional(anything)};
const asking = {node: text(64), request: anything, timeoutMs: whole(1, 100_000)};

/** A daemon whose nodes lose a third of their connections, at least one, with each look, and then are in STOP. */
async function openFarm(t: ExecutionContext, {connections = 0, states = {}}: {readonly connections?: number; readonly states?: Readonly<Record<string, NodeState>>} = {}): Promise<Farm> {
	const runDir = mkdtempSync(path.join(tmpdir(), 'farmctl-node-'));
	const nodes = new Map(healthy.nodes.map(({name}) => [name, nodeNamed(name, connections)]));
	const answer = (name: string, {verb, ...fields}: Asked): NodeReport => obey(nodes.get(name)!, {verb, ...fields});
	const local = (verb: string) => controlVerb({fields: verb === 'node-report' ? {} : {...anyFields, isForced: optional(anything)}, answer: async fields => answer(self!, {verb, ...fields})});
	const server = await openControlServer(runDir, {
		status: controlVerb({fields: {}, answer: async () => statusWith(states)}),
		'node-report': local('node-report'), 'node-drain': local('node-drain'), 'node-start': local('node-start'), 'node-weight': local('node-weight'),
		ask: controlVerb({
			fields: asking,
			async answer({node, request}: Parsed<typeof asking>) {
				if (nodes.get(node)!.isSilent) {
					return refusal('daemon', `${node} did not answer within 3 s`, 'is its daemon running?');
				}

				try {
					return {ok: true, result: answer(node, request as Asked)};
				} catch (error) {
					return refusal('daemon', (error as Error).message);
				}
			},
		}),
	});
	t.teardown(() => {
		server.close();
		rmSync(runDir, {recursive: true});
	});
	return {runDir, nodes};
}

const statusWith = (states: Readonly<Record<string, NodeState>>): Status => ({
	...healthy, nodes: healthy.nodes.map(node => ({...node, state: states[node.name] ?? node.state, slots: states[node.name] === 'STOP' ? 0 : node.slots})),
});

const nodeNamed = (name: string, connections: number): Node => ({
	asked: [],
	isSilent: false,
	refuses: undefined,
	connections,
	report: {
		node: name, state: 'UP', wanted: 'serve', slots: 840, retainedSlots: 0, connections: 0, clients: [], weights: {default: {weight: 1, isConfigured: true}},
	},
});

function obey(node: Node, asked: Asked): NodeReport {
	node.asked.push(asked);
	if (node.refuses !== undefined && asked.verb !== 'node-report') {
		throw new DaemonFailure(node.refuses);
	}

	switch (asked.verb) {
		case 'node-drain': {
			const left = asked.cutAfterMs === 0 ? 0 : node.connections;
			node.report = {
				...node.report, wanted: 'rest', slots: 0, state: left === 0 ? 'STOP' : 'DRAINING', connections: left, clients: left === 0 ? [] : [{address: '203.0.113.7', connections: left}],
			};

			break;
		}

		case 'node-start': {
			node.report = {...node.report, wanted: 'serve', state: 'WAIT', connections: 0, problem: 'waiting for its peers to agree'};

			break;
		}

		case 'node-weight': {
			node.report = {...node.report, weights: {default: {weight: asked.weight as number | undefined ?? 1, isConfigured: asked.weight === undefined}}};

			break;
		}

		default: {
			node.report = later(node.report);
		}
	}

	return node.report;
}

function later({problem: _, ...report}: NodeReport): NodeReport {
	if (report.wanted === 'serve') {
		return {...report, state: 'UP', slots: 840};
	}

	const left = Math.max(0, Math.floor((report.connections ?? 0) * 2 / 3) - 1);
	return {...report, connections: left, state: left === 0 ? 'STOP' : 'DRAINING', clients: left === 0 ? [] : [{address: '203.0.113.7', connections: left}]};
}

type Result = {readonly stdout: string; readonly stderr: string; readonly status: number | null; readonly lines: ReadonlyArray<Readonly<Record<string, unknown>>>};

function begin({runDir}: Farm, ...words: readonly string[]): {readonly child: ChildProcess; readonly result: Promise<Result>} {
	const {FARMCTL_NODE: _, SUDO_USER: __, ...env} = process.env;
	const child = spawn(program, ['node', ...words], {stdio: ['ignore', 'pipe', 'pipe'], env: {...env, FARMCTL_RUN_DIR: runDir, SUDO_USER: 'alice'}});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', chunk => {
		stdout += String(chunk);
	});
	child.stderr.setEncoding('utf8').on('data', chunk => {
		stderr += String(chunk);
	});
	const finish = async (): Promise<Result> => {
		await once(child, 'close');
		const isJson = stdout.startsWith('{');
		return {
			stdout, stderr, status: child.exitCode, lines: isJson ? stdout.trimEnd().split('\n').map(line => JSON.parse(line) as Readonly<Record<string, unknown>>) : [],
		};
	};

	return {child, result: finish()};
}

const farmctl = async (farm: Farm, ...words: readonly string[]): Promise<Result> => begin(farm, ...words).result;

const orders = ({nodes}: Farm, name: string): Asked[] => nodes.get(name)!.asked.filter(({verb}) => verb !== 'node-report');

test('drain tells this node where none is named, with who asks', async t => {
	const farm = await openFarm(t, {connections: 5});
	const {stdout, status} = await farmctl(farm, 'drain');
	t.is(status, 0);
	t.is(stdout, `${self}: hands its slots over, and serves established connections until they end; watch it: farmctl node drain ${self} --wait\n`);
	t.is(orders(farm, self!).length, 1);
	t.like(orders(farm, self!)[0], {verb: 'node-drain', by: 'alice', cutAfterMs: undefined});
});

test('nodes are named by words and by --node, each once, and asked by letter', async t => {
	const farm = await openFarm(t);
	t.is((await farmctl(farm, 'drain', other, '--node', other, '--timeout', '10m')).status, 0);
	t.deepEqual(orders(farm, other), [{verb: 'node-drain', by: 'alice', cutAfterMs: 600_000}]);
	t.deepEqual(orders(farm, self!), []);
});

test('--wait prints a line of JSON for all that is new, and in the end what came of it', async t => {
	const farm = await openFarm(t, {connections: 9});
	const {lines, status, stderr} = await farmctl(farm, 'drain', other, '--wait');
	t.is(status, 0);
	t.is(stderr, '');
	const progress = lines.filter(({event}) => event === 'progress');
	t.deepEqual(progress.map(({connections}) => connections), [9, 5, 2, 0]);
	t.deepEqual(progress[0]!.clients, [{address: '203.0.113.7', connections: 9}]);
	t.like(lines.at(-1), {event: 'done', ok: true, node: other, state: 'STOP'});
});

test('an interrupt ends the waiting and not the drain, and says how it stands and what to type', async t => {
	const farm = await openFarm(t, {connections: 10_000});
	const {child, result} = begin(farm, 'drain', other, '--wait');
	await once(child.stdout!, 'data');
	child.kill('SIGINT');
	const {status, stderr, lines} = await result;
	t.is(status, 1);
	const nexts = [`drain ${other} --wait`, `stop ${other} --now`, `start ${other}`].map(words => `.*farmctl node ${words}`).join('; ');
	t.regex(stderr, new RegExp(`^farmctl: ${other}: it goes on draining, \\d+ connections left\nhint: ${nexts}\n$`, 'u'));
	t.like(lines.at(-1), {event: 'done', ok: false, node: other});
	t.is(orders(farm, other).length, 1);
});

test('stop waits, and cuts after a while; with --now at once', async t => {
	const farm = await openFarm(t, {connections: 3});
	const stopped = await farmctl(farm, 'stop', other);
	t.is(stopped.status, 0);
	t.like(stopped.lines.at(-1), {event: 'done', state: 'STOP'});
	t.like(orders(farm, other)[0], {cutAfterMs: 30_000, stopsServices: true});
	await farmctl(farm, 'stop', other, '--now');
	t.is(orders(farm, other)[1]!.cutAfterMs, 0);
	t.is((await farmctl(farm, 'stop', other, '--now', '--timeout', '5s')).status, 2);
});

test('start waits until the node serves', async t => {
	const farm = await openFarm(t);
	const {lines, status} = await farmctl(farm, 'start', other);
	t.is(status, 0);
	t.like(lines.at(-1), {event: 'done', ok: true, state: 'UP'});
	t.like(lines[0], {event: 'progress', state: 'WAIT', problem: 'waiting for its peers to agree'});
});

test('a drain that somebody takes back is told', async t => {
	const farm = await openFarm(t, {connections: 10_000});
	const {child, result} = begin(farm, 'drain', other, '--wait');
	await once(child.stdout!, 'data');
	obey(farm.nodes.get(other)!, {verb: 'node-start'});
	const {status, stderr} = await result;
	t.is(status, 1);
	t.regex(stderr, /somebody started .* meanwhile/u);
});

test('a node that falls silent meanwhile is told, and the other is waited for', async t => {
	const farm = await openFarm(t, {connections: 40});
	const {child, result} = begin(farm, 'drain', self!, other, '--wait');
	await once(child.stdout!, 'data');
	farm.nodes.get(other)!.isSilent = true;
	const {status, stderr, lines} = await result;
	t.is(status, 1);
	t.regex(stderr, new RegExp(`^farmctl: ${other}: ${other} did not answer within 3 s\n`, 'u'));
	t.like(lines.find(({event, node}) => event === 'done' && node === self), {ok: true, state: 'STOP'});
});

test('restart stops and starts one node after the other, and ends at the first that does not', async t => {
	const farm = await openFarm(t, {connections: 1});
	t.is((await farmctl(farm, 'restart', self!, other)).status, 0);
	for (const name of [self!, other]) {
		t.deepEqual(orders(farm, name).map(({verb}) => verb), ['node-drain', 'node-start']);
	}

	farm.nodes.get(self!)!.refuses = 'not now';
	const {status, stderr} = await farmctl(farm, 'restart', self!, other);
	t.is(status, 6);
	t.regex(stderr, /not now/u);
	t.is(orders(farm, other).length, 2);
});

test('what one node does not do is told of that node, and the others do it', async t => {
	const farm = await openFarm(t);
	farm.nodes.get(other)!.isSilent = true;
	const {status, stdout, stderr} = await farmctl(farm, 'weight', self!, other, '3');
	t.is(status, 1);
	t.is(stdout, `${self}: weight 3\n`);
	t.is(stderr, `farmctl: ${other}: ${other} did not answer within 3 s\nhint: is its daemon running?\n`);
	farm.nodes.get(self!)!.refuses = 'no';
	t.is((await farmctl(farm, 'weight', self!, other, '3')).status, 6);
	const {lines} = await farmctl(farm, 'weight', self!, other, '3', '--json');
	t.deepEqual(lines.map(({event, ok, node}) => [event, ok, node]), [['done', false, self], ['done', false, other]]);
});

test('weight takes a number or default, in one group or in all', async t => {
	const farm = await openFarm(t);
	t.is((await farmctl(farm, 'weight', '5')).stdout, `${self}: weight 5\n`);
	t.is((await farmctl(farm, 'weight', '--node', other, 'default')).stdout, `${other}: weight 1, as configured\n`);
	await farmctl(farm, 'weight', other, '0', '--group', 'static', '--force');
	t.like(orders(farm, other)[1], {verb: 'node-weight', weight: 0, group: 'static', isForced: true});
	for (const wrong of [[], ['1001'], ['-1'], ['web1', 'heavy']]) {
		t.is((await farmctl(farm, 'weight', ...wrong)).status, 2, wrong.join(' '));
	}
});

test('nobody is told anything where no node would be left to serve, unless by force', async t => {
	const names = healthy.nodes.map(({name}) => name);
	const farm = await openFarm(t, {states: Object.fromEntries(names.slice(2).map(name => [name, 'STOP' as const]))});
	for (const words of [['drain', '--all'], ['stop', '--all'], ['drain', names[0]!, names[1]!]]) {
		const {status, stderr} = await farmctl(farm, ...words);
		t.is(status, 6, words.join(' '));
		t.regex(stderr, /clients would find nobody; nothing was changed\nhint: .*--force/u);
	}

	t.deepEqual(names.flatMap(name => orders(farm, name)), []);
	t.is((await farmctl(farm, 'drain', '--all', '--force')).status, 0);
	t.deepEqual(names.map(name => orders(farm, name).length), names.map(() => 1));
});

test('a name that no node has is a mistake, and the next name is suggested', async t => {
	const farm = await openFarm(t);
	const {status, stderr} = await farmctl(farm, 'drain', `${other}x`);
	t.is(status, 2);
	t.regex(stderr, new RegExp(`did you mean '${other}'`, 'u'));
	t.is((await farmctl(farm, 'drain', '--all', other)).status, 2);
	t.is((await farmctl(farm, 'drain', '--timeout', 'soon')).status, 2);
});

test('list shows every node and marks the one that answers', async t => {
	const farm = await openFarm(t, {states: {[other]: 'STOP'}});
	const {stdout, status} = await farmctl(farm, 'list');
	t.is(status, 0);
	t.regex(stdout, new RegExp(`^node +id +state +share +weight +retained +problem\n${self} \\* +\\d+ +UP`, 'u'));
	t.regex(stdout, new RegExp(`\n${other} +\\d+ +STOP`, 'u'));
	const {lines} = await farmctl(farm, 'list', '--json');
	t.deepEqual(lines.map(({name}) => name), healthy.nodes.map(({name}) => name));
});

test('without a daemon every verb says so', async t => {
	const farm = await openFarm(t);
	for (const words of [['list'], ['drain'], ['stop'], ['start'], ['restart'], ['weight', '1']]) {
		const {status, stderr} = await begin({...farm, runDir: path.join(farm.runDir, 'none')}, ...words).result;
		t.is(status, 4, words.join(' '));
		t.regex(stderr, /no daemon answers/u);
	}
});
