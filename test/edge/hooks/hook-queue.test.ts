import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import type {Hooks} from '../../../src/core/model/application.js';
import type {FarmEvent} from '../../../src/core/model/event.js';
import {createHookQueue, hooksFileName, type HookQueue} from '../../../src/edge/hooks/hook-queue.js';
import {runCommand, type CommandResult} from '../../../src/edge/program/run.js';

const longMs = 60_000;

function folder(t: ExecutionContext): string {
	const made = mkdtempSync(path.join(tmpdir(), 'farmctl-hooks-'));
	t.teardown(() => {
		rmSync(made, {recursive: true, force: true});
	});
	return made;
}

type Life = {readonly queue: HookQueue; readonly events: FarmEvent[]};

type Options = {readonly hooks: Hooks; readonly run?: typeof runCommand};

function life(t: ExecutionContext, stateDir: string, {hooks, run = runCommand}: Options): Life {
	const events: FarmEvent[] = [];
	const queue = createHookQueue({
		stateDir, hooks: () => hooks, run, at: () => '2026-01-02T03:04:05.678Z', variables: {FARMCTL_FARM: 'web', FARMCTL_NODE: 'web1'},
		record(event) {
			events.push(event);
		},
	});
	t.teardown(queue.close);
	return {queue, events};
}

const shell = (script: string): readonly string[] => ['/bin/sh', '-c', script];
const written = (file: string): string[] => existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];

async function until(isSo: () => boolean): Promise<void> {
	const end = Date.now() + 20_000;
	while (!isSo()) {
		if (Date.now() > end) {
			throw new Error('not so within 20 s');
		}

		await delay(10);
	}
}

/** Runs nothing: each delivery waits until it is let go. */
function pausing(): {readonly run: typeof runCommand; readonly begun: string[]; readonly release: () => void} {
	const begun: string[] = [];
	let released: (() => void) | undefined;
	const run: typeof runCommand = async (_command, {environment, signal}) => {
		begun.push(`${environment!.FARMCTL_SEQUENCE} ${environment!.FARMCTL_HOOK} ${environment!.FARMCTL_STATE ?? ''} ${environment!.FARMCTL_AGAIN}`);
		const hasEnded = await new Promise<boolean>(resolve => {
			released = () => {
				resolve(true);
			};

			signal!.addEventListener('abort', () => {
				resolve(false);
			});
		});
		const ending = hasEnded ? {kind: 'exit', status: 0} as const : {kind: 'given-up'} as const;
		return {ending, hasSucceeded: hasEnded, lines: [], reason: 'ended', hasLeftovers: false, tookMs: 1} satisfies CommandResult;
	};

	return {
		run, begun, release() {
			released!();
		},
	};
}

test('a hundred changes at once come in their order, one at a time, with what they say', async t => {
	const stateDir = folder(t);
	const out = path.join(stateDir, 'out');
	// Where two ran at once, one would find the other's mark.
	const script = `[ -e ${out}.mark ] && echo BESIDE >> ${out}; : > ${out}.mark; echo $FARMCTL_SEQUENCE $FARMCTL_HOOK $FARMCTL_STATE_BEFORE $FARMCTL_STATE $FARMCTL_FARM $FARMCTL_NODE $FARMCTL_AT $FARMCTL_AGAIN >> ${out}; rm ${out}.mark`;
	const {queue, events} = life(t, stateDir, {hooks: {commands: {'on-state': shell(script)}, timeoutMs: longMs}});
	for (let index = 0; index < 100; index++) {
		queue.tell('on-state', {FARMCTL_STATE: `S${index + 1}`, FARMCTL_STATE_BEFORE: `S${index}`});
		queue.tell('on-farm', {FARMCTL_NODES: 'web1=UP'});
	}

	await queue.idle();
	t.deepEqual(written(out), Array.from({length: 100}, (_, index) => `${index + 1} on-state S${index} S${index + 1} web web1 2026-01-02T03:04:05.678Z 0`));
	t.deepEqual(events, []);
});

test('a hook that hangs is ended, said, and the next one runs', async t => {
	const stateDir = folder(t);
	const out = path.join(stateDir, 'out');
	const hangs = `echo $FARMCTL_SEQUENCE >> ${out}; [ $FARMCTL_SEQUENCE = 1 ] && sleep 1000; [ $FARMCTL_SEQUENCE = 2 ] && exit 3; true`;
	// Long enough for a shell to begin on a machine that stalls.
	const {queue, events} = life(t, stateDir, {hooks: {commands: {'on-farm': shell(hangs)}, timeoutMs: 1500}});
	for (let index = 0; index < 3; index++) {
		queue.tell('on-farm', {FARMCTL_NODES: `web1=${index}`});
	}

	await queue.idle();
	t.deepEqual(written(out), ['1', '2', '3']);
	t.deepEqual(events.map(({name, fields}) => `${name} ${fields!.sequence}`), ['hook-failed 1', 'hook-failed 2']);
	t.regex(events[0]!.message, /^hook on-farm \(number 1\) was not done within 1\.5 s, and was ended/u);
	t.regex(events[1]!.message, /ended with status 3/u);
});

test('a start does not wait for hooks that hang one after another', async t => {
	const stateDir = folder(t);
	const out = path.join(stateDir, 'out');
	const {queue, events} = life(t, stateDir, {hooks: {commands: {'on-farm': shell(`echo $FARMCTL_SEQUENCE >> ${out}; sleep 1000`)}, timeoutMs: 500}});
	for (let index = 0; index < 4; index++) {
		queue.tell('on-farm', {FARMCTL_NODES: `web1=${index}`});
	}

	const early = queue.run({name: 'before-stop', timeoutMs: longMs, reason: 'stops', command: shell(`echo stop >> ${out}`)});
	await until(() => events.length > 0);
	await queue.run({name: 'before-start', timeoutMs: longMs, reason: 'starts', command: shell(`echo start >> ${out}`)});
	const told = events.filter(({name}) => name === 'hook-failed').length;
	t.true(told < 4, `${told} hooks that hang came first`);
	await early;
	await queue.idle();
	t.deepEqual(written(out).filter(line => line.startsWith('st')), ['stop', 'start']);
	t.is(events.length, 4, 'all of them had their time');
});

test('a hook that is waited for answers how it ended, behind those before it', async t => {
	const stateDir = folder(t);
	const out = path.join(stateDir, 'out');
	const {queue} = life(t, stateDir, {hooks: {commands: {'on-state': shell(`echo state >> ${out}`)}, timeoutMs: longMs}});
	queue.tell('on-state', {FARMCTL_STATE: 'STARTING'});
	const order = {name: 'before-start', timeoutMs: longMs, reason: 'an operator starts it'} as const;
	t.deepEqual(await queue.run({...order, command: shell(`echo "$FARMCTL_HOOK: $FARMCTL_REASON" >> ${out}`)}), {outcome: 'done', detail: 'ended with status 0'});
	t.deepEqual(written(out), ['state', 'before-start: an operator starts it']);
	t.deepEqual(await queue.run({...order, command: shell('echo no disk; exit 1')}), {outcome: 'failed', detail: 'ended with status 1: no disk'});
	t.is((await queue.run({...order, command: ['/no/such/program']})).outcome, 'failed');
	t.is((await queue.run({...order, command: shell('sleep 1000'), timeoutMs: 100})).outcome, 'timeout');
});

test('a daemon that dies in the middle: the next one tells what is left, first again what may have been told', async t => {
	const stateDir = folder(t);
	const hooks = {commands: {'on-state': ['/hook']}, timeoutMs: longMs} as const;
	const first = pausing();
	const dying = life(t, stateDir, {hooks, run: first.run});
	for (const state of ['STARTING', 'UP', 'DRAINING']) {
		dying.queue.tell('on-state', {FARMCTL_STATE: state});
	}

	await until(() => first.begun.length === 1);
	first.release();
	await until(() => first.begun.length === 2);
	// What the disk has now is what the next daemon finds.
	const second = pausing();
	const nextDir = folder(t);
	writeFileSync(path.join(nextDir, hooksFileName), readFileSync(path.join(stateDir, hooksFileName)));
	const next = life(t, nextDir, {hooks, run: second.run});
	next.queue.tell('on-state', {FARMCTL_STATE: 'WAIT'});
	for (let count = 1; count <= 3; count++) {
		await until(() => second.begun.length === count);
		second.release();
	}

	await next.queue.idle();
	t.deepEqual(first.begun, ['1 on-state STARTING 0', '2 on-state UP 0']);
	t.deepEqual(second.begun, ['2 on-state UP 1', '3 on-state DRAINING 0', '4 on-state WAIT 0']);
	const third = pausing();
	const after = life(t, nextDir, {hooks, run: third.run});
	await until(() => third.begun.length === 1);
	third.release();
	await after.queue.idle();
	t.deepEqual(third.begun, ['4 on-state WAIT 1'], 'all was told, and the last state is told again');
	first.release();
	await until(() => first.begun.length === 3);
	first.release();
});

test('the hook of a stop that was cut is said, and not made again', async t => {
	const stateDir = folder(t);
	const first = pausing();
	const dying = life(t, stateDir, {hooks: {commands: {}, timeoutMs: longMs}, run: first.run});
	void dying.queue.run({name: 'before-stop', command: ['/hook'], timeoutMs: longMs, reason: 'stops'});
	await until(() => first.begun.length === 1);
	const nextDir = folder(t);
	writeFileSync(path.join(nextDir, hooksFileName), readFileSync(path.join(stateDir, hooksFileName)));
	const {events, queue} = life(t, nextDir, {hooks: {commands: {'before-stop': ['/hook']}, timeoutMs: longMs}});
	await queue.idle();
	t.deepEqual(events.map(({name}) => name), ['hook-cut']);
	first.release();
});

test('a file that is none, and a disk that takes nothing, are said; hooks run', async t => {
	const stateDir = folder(t);
	writeFileSync(path.join(stateDir, hooksFileName), 'rubbish');
	mkdirSync(path.join(stateDir, `${hooksFileName}.new`));
	const out = path.join(stateDir, 'out');
	const {queue, events} = life(t, stateDir, {hooks: {commands: {'on-state': shell(`echo $FARMCTL_STATE >> ${out}`)}, timeoutMs: longMs}});
	queue.tell('on-state', {FARMCTL_STATE: 'UP'});
	queue.tell('on-state', {FARMCTL_STATE: 'STOP'});
	await queue.idle();
	t.deepEqual(written(out), ['UP', 'STOP']);
	t.deepEqual(events.map(({name}) => name), ['hooks-not-kept', 'hooks-not-kept']);
});
