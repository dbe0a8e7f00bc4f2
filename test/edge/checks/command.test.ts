/** Programs that find something out, and those that misbehave: none of them holds anything up, fills the memory, or stays. */

import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import type {Probe} from '../../../src/core/model/application.js';
import type {CheckResult} from '../../../src/core/model/check-result.js';
import {reasonLengthMax} from '../../../src/edge/checks/reason-line.js';
import {lookAtProcess} from '../../../src/edge/program/processes.js';
import {eventually, look, prober} from './probing.js';

const shell = (text: string, ...words: readonly string[]): Probe => ({type: 'command', command: ['sh', '-c', text, 'sh', ...words], isReporting: false});
const reporting = (text: string, ...words: readonly string[]): Probe => ({type: 'command', command: ['sh', '-c', text, 'sh', ...words], isReporting: true});

function fileFor(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-checks-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	return path.join(folder, 'pid');
}

const isAlive = (pid: number): boolean => !['Z', 'X', undefined].includes(lookAtProcess(pid)?.state);
const pidIn = (file: string): number => existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;

test('its status counts, and its last line is the reason', async t => {
	t.deepEqual(await look(shell('exit 0')), {outcome: 'up', reason: 'sh ended with status 0'});
	t.deepEqual(await look(shell('echo one; echo the disk is full >&2; exit 2')), {outcome: 'down', reason: 'sh ended with status 2: the disk is full'});
	t.deepEqual(await look(shell('kill -9 $$')), {outcome: 'down', reason: 'sh was killed by SIGKILL'});
	t.deepEqual(await look({type: 'command', command: ['/nonexistent/check'], isReporting: false}), {
		outcome: 'down', reason: '/nonexistent/check cannot be started: there is no program \'/nonexistent/check\'',
	});
});

test('it knows which check it is, and no shell reads its words', async t => {
	const {reason} = await look({type: 'command', command: ['sh', '-c', 'echo "$FARMCTL_CHECK $1"; exit 1', 'sh', '$HOME;'], isReporting: false});
	t.is(reason, 'sh ended with status 1: web $HOME;');
});

test('what it says is one line that no terminal obeys, however long', async t => {
	const {reason} = await look(shell(String.raw`printf '\033[2J\007%05000d\n' 0; exit 1`));
	t.is(reason.length, reasonLengthMax);
	t.notRegex(reason, /[\u{0}-\u{1F}]/u);
});

test('one that prints a gigabyte is ended, and not remembered', async t => {
	const before = process.memoryUsage().rss;
	t.deepEqual(await look(shell('yes | head -c 1000000000')), {outcome: 'down', reason: 'sh prints without end, and was ended'});
	t.true(process.memoryUsage().rss - before < 200 * 1024 * 1024);
	const {outcome, reason} = await look(shell('cat /dev/zero'), {signal: AbortSignal.timeout(300)});
	t.is(outcome, 'timeout');
	t.is(reason, 'sh has not ended, and is ended now');
});

test('one that ignores SIGTERM is killed, and what it had said is told', async t => {
	const file = fileFor(t);
	const controller = new AbortController();
	const looking = look(shell('trap "" TERM; echo waiting for the lock; echo $$ > "$1"; while :; do sleep 1; done', file), {signal: controller.signal});
	t.true(await eventually(() => pidIn(file) > 0));
	// What it said before is read in the next turn of the loop.
	await delay(20);
	controller.abort();
	const {outcome, reason} = await looking;
	t.is(outcome, 'timeout');
	t.is(reason, 'sh has not ended, and is ended now; it said: waiting for the lock');
	t.true(await eventually(() => !isAlive(pidIn(file))));
});

test('what it leaves in the background does not hold it up, and is ended', async t => {
	const file = fileFor(t);
	const {outcome, warning} = await look(shell('sleep 1000 & echo $! > "$1"', file));
	t.is(outcome, 'up');
	t.is(warning, 'sh left processes behind, which were killed');
	t.true(await eventually(() => !isAlive(pidIn(file))));
});

test('the next one waits until the last one is gone', async t => {
	const file = fileFor(t);
	const looking = prober(shell('trap "" TERM; [ -e "$1" ] && { read pid < "$1"; kill -0 $pid && exit 1; exit 0; }; echo $$ > "$1"; while :; do sleep 1; done', file));
	const controller = new AbortController();
	const first = looking.probe(controller.signal);
	t.true(await eventually(() => pidIn(file) > 0));
	controller.abort();
	t.is((await first).outcome, 'timeout');
	t.is((await looking.probe(AbortSignal.timeout(10))).reason, 'sh: the one that was started before is being ended yet');
	const second = await looking.probe(new AbortController().signal);
	t.is(second.reason, 'sh ended with status 0');
	await looking.close();
});

test('one that is closed leaves nothing behind', async t => {
	const file = fileFor(t);
	const looking = prober(shell('echo $$ > "$1"; exec sleep 1000', file));
	const probing = looking.probe(new AbortController().signal);
	t.true(await eventually(() => pidIn(file) > 0));
	await looking.close();
	t.false(isAlive(pidIn(file)));
	await probing;
});

type Report = {readonly told: string[]; readonly looking: ReturnType<typeof prober>};

function watching(t: ExecutionContext, probe: Probe): Report {
	const told: string[] = [];
	const looking = prober(probe);
	looking.watch!(({outcome, reason}: CheckResult) => {
		told.push(`${outcome}: ${reason}`);
	});
	t.teardown(async () => looking.close());
	return {told, looking};
}

const {signal} = new AbortController();

test('a program that reports is heard whenever it speaks', async t => {
	const file = fileFor(t);
	const {told, looking} = watching(t, reporting('echo up all is well; while ! [ -e "$1" ]; do sleep 0.05; done; echo down the queue is full; echo noise >&2; sleep 1000', file));
	const {outcome, reason} = await looking.probe(signal);
	t.deepEqual([outcome, reason], ['up', 'all is well']);
	t.is((await looking.probe(signal)).reason, 'all is well');
	t.deepEqual(told, []);
	writeFileSync(file, '');
	t.true(await eventually(() => told.length > 0));
	t.deepEqual(told, ['down: the queue is full']);
	t.is((await looking.probe(signal)).reason, 'the queue is full');
});

test('one that says nothing, or nonsense, or ends is told as such', async t => {
	const quiet = new AbortController();
	const silent = prober(reporting('sleep 1000'));
	const probing = silent.probe(quiet.signal);
	quiet.abort();
	t.is((await probing).reason, 'sh has said neither up nor down yet');
	await silent.close();
	const strange = prober(reporting('echo hello; sleep 1000'));
	const {outcome, reason, warning} = await strange.probe(signal);
	t.deepEqual([outcome, reason, warning], ['down', 'sh has said neither up nor down', 'sh said what is neither up nor down: hello']);
	await strange.close();
	const {told, looking} = watching(t, reporting('echo up; read line; exit 3'));
	t.is((await looking.probe(signal)).outcome, 'up');
	t.true(await eventually(() => told.length > 0));
	t.deepEqual(told, ['down: sh ended with status 3, and should run on: up']);
	t.is((await looking.probe(signal)).outcome, 'up');
});

test('what one that reports leaves behind when it ends is ended', async t => {
	const file = fileFor(t);
	const {told, looking} = watching(t, reporting('sleep 1000 & echo $! > "$1"; echo up', file));
	await looking.probe(signal);
	t.true(await eventually(() => told.some(line => line.startsWith('down: sh ended with status 0'))));
	t.true(await eventually(() => !isAlive(pidIn(file))));
});

test('one that reports without end is ended, and few of its reports are told', async t => {
	const {told, looking} = watching(t, reporting('yes "up\ndown"'));
	await looking.probe(signal);
	t.true(await eventually(() => told.some(line => line.includes('printed without end'))));
	t.true(told.length < 50);
	// It is not started again soon, so what it said last holds.
	const {outcome, reason} = await looking.probe(signal);
	t.deepEqual([outcome, reason], ['down', 'sh printed without end, and was ended']);
});
