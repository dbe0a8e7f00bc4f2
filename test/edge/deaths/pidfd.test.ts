import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {Worker} from 'node:worker_threads';
import test from 'ava';
import {openDeaths} from '../../../src/edge/deaths/pidfd.js';

async function startSleeper(): Promise<ChildProcess> {
	const child = spawn('sleep', ['1000']);
	await once(child, 'spawn');
	return child;
}

const deathOf = async (child: ChildProcess, watch: (pid: number, died: () => void) => () => void): Promise<void> => new Promise(resolve => {
	watch(child.pid!, resolve);
});

test('tells each death once, whoever else is watched', async t => {
	const deaths = await openDeaths();
	t.teardown(async () => deaths.close());
	const [first, second] = [await startSleeper(), await startSleeper()];
	let tellings = 0;
	deaths.watch(second.pid!, () => {
		tellings++;
	});
	const isFirstDead = deathOf(first, deaths.watch);
	first.kill('SIGKILL');
	await isFirstDead;
	t.is(tellings, 0);
	const isSecondDead = deathOf(second, deaths.watch);
	second.kill('SIGKILL');
	await isSecondDead;
	await deathOf(second, deaths.watch);
	t.is(tellings, 1);
});

test('a zombie has ended, though its parent has not taken note', async t => {
	const deaths = await openDeaths();
	t.teardown(async () => deaths.close());
	// The shell becomes a program that never waits for children.
	const parent = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {stdio: ['ignore', 'pipe', 'ignore']});
	t.teardown(() => parent.kill('SIGKILL'));
	const [line] = await once(parent.stdout, 'data') as [Buffer];
	const pid = Number(line.toString());
	await new Promise<void>(resolve => {
		deaths.watch(pid, resolve);
		process.kill(pid, 'SIGKILL');
	});
	t.notThrows(() => process.kill(pid, 0));
});

test('tells nothing of a watch that was ended, nor after the end', async t => {
	const deaths = await openDeaths();
	const [first, second, third] = [await startSleeper(), await startSleeper(), await startSleeper()];
	const told: string[] = [];
	const forget = deaths.watch(first.pid!, () => {
		told.push('first');
	});
	forget();
	forget();
	const isThirdDead = deathOf(third, deaths.watch);
	first.kill('SIGKILL');
	third.kill('SIGKILL');
	await isThirdDead;
	deaths.watch(second.pid!, () => {
		told.push('second');
	});
	await deaths.close();
	await deaths.close();
	deaths.watch(process.pid, () => {
		told.push('self');
	});
	second.kill('SIGKILL');
	await once(second, 'exit');
	await sleep(0);
	t.deepEqual(told, []);
});

test('a watch that was ended does not end another one that took its number', async t => {
	const deaths = await openDeaths();
	t.teardown(async () => deaths.close());
	const child = await startSleeper();
	const forget = deaths.watch(process.pid, () => undefined);
	forget();
	const isDead = deathOf(child, deaths.watch);
	forget();
	child.kill('SIGKILL');
	await isDead;
	t.pass();
});

const source = `
const {parentPort, workerData} = require('node:worker_threads');
import(workerData).then(async ({openDeaths}) => {
	const deaths = await openDeaths();
	deaths.watch(process.pid, () => {});
	parentPort.once('message', () => { parentPort.close(); deaths.close(); });
	parentPort.postMessage('watching');
});`;

const watchingWorker = async (): Promise<Worker> => {
	const worker = new Worker(source, {eval: true, workerData: new URL('../../../src/edge/deaths/pidfd.js', import.meta.url).href});
	await once(worker, 'message');
	return worker;
};

test('a thread that closes it ends by itself', async t => {
	const worker = await watchingWorker();
	worker.postMessage('close');
	const [status] = await once(worker, 'exit') as [number];
	t.is(status, 0);
});

test('a thread that is ended meanwhile ends, and the process lives', async t => {
	const worker = await watchingWorker();
	await worker.terminate();
	t.pass();
});
