import {spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {
	labProcesses, labVariable, playerOf, roleEnvironment, type LabProcess,
} from '../../../src/edge/lab/processes.js';

const folderFor = (t: ExecutionContext): string => `/nowhere/${process.pid}/${t.title}`;

/** A process that says when it runs, and then sleeps until the test ends. */
async function startPlayer(t: ExecutionContext, role: string, program = 'process.stdout.write("."); setInterval(() => {}, 1e6)'): Promise<number> {
	const child = spawn(process.execPath, ['-e', program], {
		stdio: ['ignore', 'pipe', 'inherit'], env: {...process.env, ...roleEnvironment(folderFor(t), role)},
	});
	t.teardown(() => child.kill('SIGKILL'));
	await once(child.stdout, 'data');
	return child.pid!;
}

/** Looks until it is as wanted. */
async function seen(t: ExecutionContext, isWanted: (processes: LabProcess[]) => boolean): Promise<LabProcess[]> {
	for (;;) {
		const processes = labProcesses(folderFor(t));
		if (isWanted(processes)) {
			return processes;
		}

		await new Promise(resolve => {
			setTimeout(resolve, 5);
		});
	}
}

test('finds the players of a lab by their roles, and no other lab\'s', async t => {
	const [daemon, server] = await Promise.all([startPlayer(t, 'web1/daemon'), startPlayer(t, 'web1/server')]);
	const processes = labProcesses(folderFor(t));
	t.deepEqual(processes.map(({pid}) => pid).toSorted((a, b) => a - b), [daemon, server].toSorted((a, b) => a - b));
	t.is(playerOf(processes, 'web1/daemon')?.pid, daemon);
	t.is(playerOf(processes, 'web2/daemon'), undefined);
	t.deepEqual(labProcesses(`${folderFor(t)}/other`), []);
});

test('a child that inherits the environment belongs to the lab but is not the player', async t => {
	const parent = await startPlayer(t, 'web1/daemon', `
		const child = require('node:child_process').spawn('sleep', ['1000'], {stdio: 'ignore'});
		process.stdout.write('.');
		process.on('exit', () => child.kill('SIGKILL'));
		setInterval(() => {}, 1e6);
	`);
	const processes = await seen(t, found => found.length === 2);
	t.is(playerOf(processes, 'web1/daemon')?.pid, parent);
	for (const {pid} of processes) {
		process.kill(pid, 'SIGKILL');
	}
});

test('a child that outlives the player is not taken for it', async t => {
	const pid = await startPlayer(t, 'web1/daemon', `
		require('node:child_process').spawn('sleep', ['1000'], {stdio: 'ignore', detached: true}).unref();
		process.stdout.write('.');
		setInterval(() => {}, 1e6);
	`);
	await seen(t, found => found.length === 2);
	process.kill(pid, 'SIGKILL');
	const [orphan] = await seen(t, found => found.length === 1);
	t.true(orphan!.command.startsWith('sleep'));
	t.is(playerOf([orphan!], 'web1/daemon', ({command}) => command.startsWith(process.execPath)), undefined);
	process.kill(orphan!.pid, 'SIGKILL');
});

test('tells a frozen process, and forgets a dead one', async t => {
	const pid = await startPlayer(t, 'web1/daemon');
	t.false(labProcesses(folderFor(t))[0]!.isFrozen);
	process.kill(pid, 'SIGSTOP');
	await seen(t, ([one]) => one?.isFrozen === true);
	process.kill(pid, 'SIGKILL');
	await seen(t, found => found.length === 0);
	t.pass();
});

test('this process and those above it are never taken for the lab\'s', t => {
	t.false(labProcesses(process.env[labVariable] ?? '', new Set()).some(({pid}) => pid === process.pid || pid === process.ppid));
});
