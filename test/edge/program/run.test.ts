import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import test from 'ava';
import {linesKeptMax, runCommand} from '../../../src/edge/program/run.js';

/** Long beside everything that happens here. */
const timeoutMs = 60_000;

const shell = (text: string, ...words: readonly string[]): readonly string[] => ['sh', '-c', text, 'sh', ...words];

const isRunning = (pid: number): boolean => {
	try {
		return !/^\d+ \(.*\) [ZX]/u.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
};

async function untilGone(pid: number): Promise<boolean> {
	for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
		if (!isRunning(pid)) {
			return true;
		}

		await delay(20);
	}

	return false;
}

test('what it printed and how it ended', async t => {
	const {ending, hasSucceeded, lines, reason} = await runCommand(shell('echo one; echo two >&2; exit 3'), {timeoutMs});
	t.deepEqual(ending, {kind: 'exit', status: 3});
	t.false(hasSucceeded);
	t.deepEqual(lines.toSorted(), ['one', 'two']);
	t.regex(reason, /^ended with status 3: (?:one|two)$/u);
});

test('words reach it as they are, and no shell reads them', async t => {
	const {lines, hasSucceeded} = await runCommand(['printf', String.raw`%s\n`, '$HOME; echo `id` "x"'], {timeoutMs});
	t.true(hasSucceeded);
	t.deepEqual(lines, ['$HOME; echo `id` "x"']);
});

test('its environment, its folder and its input', async t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-run-'));
	const {lines} = await runCommand(shell('echo "$WORD"; pwd; cat'), {
		timeoutMs, environment: {WORD: 'hello'}, folder, input: 'given\n',
	});
	t.deepEqual(lines, ['hello', folder, 'given']);
});

test('one that reads no input ends all the same', async t => {
	const {hasSucceeded} = await runCommand(['true'], {timeoutMs, input: 'x'.repeat(1 << 20)});
	t.true(hasSucceeded);
});

test('a signal that killed it is named', async t => {
	const {reason} = await runCommand(shell('kill -SEGV $$'), {timeoutMs});
	t.is(reason, 'was killed by SIGSEGV');
});

test('what is missing is named: the program, the right, the folder', async t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-run-'));
	const file = path.join(folder, 'text');
	writeFileSync(file, 'no program');
	t.is((await runCommand(['/no/such/program'], {timeoutMs})).reason, 'cannot be started: there is no program \'/no/such/program\'');
	t.is((await runCommand([file], {timeoutMs})).reason, `cannot be started: '${file}' may not be run: is it executable?`);
	t.is((await runCommand(['true'], {timeoutMs, folder: '/no/such/folder'})).reason, 'cannot be started: there is no folder \'/no/such/folder\'');
	t.is((await runCommand(['a\0b'], {timeoutMs})).ending.kind, 'not-started');
});

test('one that takes too long is ended with all that it started, though they ignore being asked', async t => {
	const {ending, reason, lines} = await runCommand(shell('trap "" TERM; sleep 1000 & echo $!; wait; sleep 1000'), {timeoutMs: 300, graceMs: 100});
	t.deepEqual(ending, {kind: 'timeout', afterMs: 300});
	t.regex(reason, /^was not done within 300 ms, and was ended/u);
	t.true(await untilGone(Number(lines[0])));
});

test('one that is stopped ends when it is asked to, and need not be killed', async t => {
	const {ending, lines} = await runCommand(shell('trap "echo asked; exit 0" TERM; kill -STOP $$; sleep 1000'), {timeoutMs: 300, graceMs: timeoutMs});
	t.deepEqual(ending, {kind: 'timeout', afterMs: 300});
	t.deepEqual(lines, ['asked']);
});

test('one that nobody waits for any more is given up', async t => {
	const controller = new AbortController();
	const {ending} = await runCommand(shell('echo ready; sleep 1000'), {
		timeoutMs,
		signal: controller.signal,
		line() {
			controller.abort();
		},
	});
	t.deepEqual(ending, {kind: 'given-up'});
});

test('what it leaves in the background is killed, and holds nothing up', async t => {
	const {hasSucceeded, hasLeftovers, lines} = await runCommand(shell('sleep 1000 & echo $!'), {timeoutMs});
	t.true(hasSucceeded);
	t.true(hasLeftovers);
	t.true(await untilGone(Number(lines[0])));
});

test('a starter may leave something in the background', async t => {
	const {hasSucceeded, hasLeftovers, lines} = await runCommand(shell('sleep 1000 & echo $!'), {timeoutMs, isStarter: true});
	t.true(hasSucceeded);
	t.false(hasLeftovers);
	t.true(isRunning(Number(lines[0])));
	process.kill(Number(lines[0]), 'SIGKILL');
});

test('of very much output the end is kept, and a line is of bounded length', async t => {
	const {lines, hasSucceeded} = await runCommand(shell(String.raw`yes | head -c 100000000; head -c 10000000 /dev/zero | tr "\0" x; echo; printf "\033[2Jend"`), {timeoutMs});
	t.true(hasSucceeded);
	t.is(lines.length, linesKeptMax);
	t.is(lines.at(-1), '\u{FFFD}[2Jend');
	t.regex(lines.at(-2)!, /^x{499}…$/u);
});
