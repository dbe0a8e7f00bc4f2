/** What a farm tells: events of all nodes in the order in which they happened, whatever their clocks say, and hooks in order, also over the death of a daemon. */

import {execFile} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import test from 'ava';
import type {ToldEvent} from '../../src/cli/events/tell-events.js';
import {runDirOf} from '../../src/edge/lab/players.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const run = promisify(execFile);
const program = path.join(import.meta.dirname, '../../../bin/farmctl');
const otherClock = path.join(import.meta.dirname, 'fixtures/other-clock.js');
const reason = whyNoNamespace();
const title = 'events of nodes whose clocks are an hour apart are in order, and hooks are told what happened, again after a crash';

/** Between two orders: more than a measurement on a machine that stalls may be wrong. */
const apartMs = 700;

const dirOf = ({inside}: Lab, name: string): string => runDirOf(inside, inside.topology.nodes.find(node => node.name === name)!);

const ask = async (lab: Lab, node: string, ...words: readonly string[]): Promise<string> => (await run(program, [...words, '--run-dir', dirOf(lab, node)])).stdout;

const told = (lab: Lab): string[] => {
	const file = path.join(dirOf(lab, 'web1'), 'hooks.out');
	return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

const numberOf = (line: string): number => Number(line.split(' ', 1)[0]);

/** What hooks write: the number, whether again, the states. */
const script = 'echo "$FARMCTL_SEQUENCE $FARMCTL_AGAIN $FARMCTL_STATE_BEFORE>$FARMCTL_STATE" >> $FARMCTL_RUN_DIR/hooks.out';

const register = reason === undefined ? test : test.skip;
register(reason === undefined ? title : `${title} (${reason})`, async t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-farm-events-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	const application = path.join(folder, 'application.yaml');
	writeFileSync(application, `hooks: {on-state: [/bin/sh, -c, ${JSON.stringify(script)}]}\n`);
	const lab = await labFor(t, 'farmevents', '--application', application);

	await lab.farmctl('stop', 'web2');
	await run(program, ['lab', 'start', 'web2', '--name', lab.name], {env: {...process.env, NODE_OPTIONS: `--import=${otherClock}`}});
	await lab.settled();
	const ordered: string[] = [];
	for (const [index, node] of ['web1', 'web2', 'web3', 'web2', 'web1'].entries()) {
		ordered.push(`${node} gets the weight ${index + 2}`);
		await ask(lab, 'web1', 'node', 'weight', node, String(index + 2));
		await sleep(apartMs);
	}

	const seen = async (): Promise<readonly ToldEvent[]> => (await ask(lab, 'web3', 'events', '--all', '--json', '--since', '5m'))
		.trim().split('\n').map(line => JSON.parse(line) as ToldEvent).filter(({name}) => name === 'order-weight');
	await until(async () => (await seen()).length === ordered.length);
	const events = await seen();
	t.deepEqual(events.map(({message}) => message.split(',', 1)[0]), ordered);
	const aheadMs = events.map(({at, stampedAt}) => Math.round((Date.parse(stampedAt!) - Date.parse(at)) / 60_000));
	t.deepEqual(aheadMs, [0, 60, 0, 60, 0], 'in minutes');
	t.log(`known to ${Math.max(...events.map(({errorMs}) => errorMs!))} ms`);

	await until(() => told(lab).at(-1)?.endsWith('>UP') === true);
	await lab.farmctl('fault', 'kill-daemon', 'web1');
	const before = told(lab);
	t.deepEqual(before.map(line => numberOf(line)), before.map((_, index) => index + 1), 'each once, in order');
	await lab.farmctl('start', 'web1');
	await until(() => told(lab).length > before.length && told(lab).at(-1)!.endsWith('>UP'));
	const [again, ...next] = told(lab).slice(before.length);
	t.regex(again!, /^\d+ 1 /u);
	// Where it died in a change, that one was begun and not told.
	t.true([0, 1].includes(numberOf(again!) - before.length), `${again} behind ${before.at(-1)}`);
	t.deepEqual(next.map(line => numberOf(line)), next.map((_, index) => numberOf(again!) + 1 + index));
	t.true(next.every(line => line.includes(' 0 ')));
});
