/**
Services over the lives of their node and its daemon: what is stopped and started by order, what the next daemon takes over, what it ends first, and that
nothing is stopped before clients are elsewhere.
*/

import {execFile} from 'node:child_process';
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import test from 'ava';
import type {KeptEvent} from '../../src/core/events/kept-event.js';
import {lookAtProcess} from '../../src/edge/program/processes.js';
import {runDirOf} from '../../src/edge/lab/players.js';
import {labDeadlineMs, labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const run = promisify(execFile);
const program = path.join(import.meta.dirname, '../../../bin/farmctl');
const reason = whyNoNamespace();
const register = reason === undefined ? test.serial : test.skip;

/** One of each kind that needs no systemd: both write their pids down. */
const applicationIn = (folder: string): string => {
	const pid = (name: string): string => `"${folder}/${name}-$FARMCTL_NODE.pid"`;
	const shell = (text: string): string => `[/bin/sh, -c, ${JSON.stringify(text)}]`;
	return [
		'services:',
		`  - {name: kept, start: ${shell(`sleep 100000 & echo $! > ${pid('kept')}`)}, stop: ${shell(`kill $(cat ${pid('kept')})`)},`,
		`     status: ${shell(`[ -e ${pid('kept')} ] && read -r _ _ state _ < /proc/$(cat ${pid('kept')})/stat && [ "$state" != Z ]`)}}`,
		`  - {name: supervised, command: ${shell(`echo $$ > ${pid('supervised')}; exec sleep 100000`)}, stop-timeout: 5s}`,
		'',
	].join('\n');
};

register(`services follow the orders of their node, and the lives of its daemon${reason === undefined ? '' : ` (${reason})`}`, async t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-services-'));
	const application = path.join(folder, 'application.yaml');
	writeFileSync(application, applicationIn(folder));
	const lab = await labFor(t, 'services', '--nodes', '2', '--application', application);
	const pid = (name: string): number => Number(readFileSync(path.join(folder, `${name}-web1.pid`), 'utf8'));
	const both = (): number[] => [pid('kept'), pid('supervised')];
	const living = (pids: readonly number[]): boolean[] => pids.map(one => !['Z', 'X', undefined].includes(lookAtProcess(one)?.state));
	const first = both();
	t.deepEqual(living(first), [true, true]);

	await node(lab, 'stop', 'web1');
	t.deepEqual(living(first), [false, false]);
	const names = (await events(lab)).map(({name}) => name);
	t.true(names.lastIndexOf('service-stopped') > names.lastIndexOf('drained'));
	await node(lab, 'start', 'web1');
	await lab.settled();
	const second = both();
	t.deepEqual(living(second), [true, true]);

	await endDaemon(lab, 'SIGUSR2');
	t.deepEqual(living(second), [true, false]);
	await lab.farmctl('start', 'web1');
	await lab.settled();
	const third = both();
	t.deepEqual([third[0] === second[0], ...living(third)], [true, true, true]);

	await endDaemon(lab, 'SIGKILL');
	t.deepEqual(living(third), [true, true]);
	await lab.farmctl('start', 'web1');
	await lab.settled();
	const fourth = both();
	t.deepEqual([fourth[0] === second[0], ...living(third), ...living(fourth)], [true, true, false, true, true]);

	await lab.farmctl('stop', 'web1');
	t.deepEqual(living(fourth), [false, false]);
});

const runDir = ({inside}: Lab): string => runDirOf(inside, inside.topology.nodes[0]!);

async function node(lab: Lab, verb: string, name: string): Promise<void> {
	await run(program, ['node', verb, name, '--run-dir', runDir(lab)], {timeout: labDeadlineMs});
}

/** Of web1, oldest first. */
async function events(lab: Lab): Promise<KeptEvent[]> {
	const {stdout} = await run(program, ['events', '--json', '--run-dir', runDir(lab)], {timeout: labDeadlineMs});
	return stdout.trimEnd().split('\n').map(line => JSON.parse(line) as KeptEvent);
}

/** Returns when it has ended. */
async function endDaemon(lab: Lab, signal: 'SIGUSR2' | 'SIGKILL'): Promise<void> {
	const daemon = (await lab.nodes())[0]!.daemon!;
	process.kill(daemon, signal);
	await until(() => ['Z', 'X', undefined].includes(lookAtProcess(daemon)?.state));
}
