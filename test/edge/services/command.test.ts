import process from 'node:process';
import test from 'ava';
import type {Command, Service} from '../../../src/core/model/application.js';
import {eventually, isAlive, longMs, newFolder, openService, shell, type Opened} from './support.js';

const open = (command: Command, options: Partial<Service> = {}): Opened => openService({
	kind: 'command', command, folder: undefined, environment: {WORD: 'hello'},
}, options);

test('it runs until it is stopped, and that is no death', async t => {
	const {service, deaths, lines, notes} = open(shell('echo "$WORD $FARMCTL_NODE"; exec sleep 1000'));
	t.deepEqual(await service.stop(), {hasSucceeded: true, reason: 'does not run'});
	const started = await service.start();
	const pid = service.pid()!;
	t.deepEqual(started, {hasSucceeded: true, reason: `pid ${pid}`});
	t.true(await service.adopt());
	t.regex((await service.start()).reason, /^runs already/u);
	t.true(await eventually(() => lines.length > 0));
	t.deepEqual(lines, ['hello web1']);
	t.deepEqual(await service.stop(), {hasSucceeded: true, reason: 'was killed by SIGTERM'});
	t.false(isAlive(pid));
	t.is(service.pid(), undefined);
	t.deepEqual(deaths, []);
	t.deepEqual(notes, [pid, undefined]);
});

test('its death is told, with what it said last, and what it started dies with it', async t => {
	const {service, deaths, lines} = open(shell('sleep 1000 & echo $!; wait'));
	await service.start();
	t.true(await eventually(() => lines.length > 0));
	process.kill(service.pid()!, 'SIGHUP');
	t.true(await eventually(() => deaths.length > 0));
	t.deepEqual(deaths, [`was killed by SIGHUP: ${lines[0]}`]);
	t.true(await eventually(() => !isAlive(Number(lines[0]))));
	t.true((await service.start()).hasSucceeded);
	process.kill(service.pid()!, 'SIGKILL');
	t.true(await eventually(() => deaths.length > 1));
	t.is(deaths[1], 'was killed by SIGKILL', 'what it said last has nothing to do with that');
	await service.leave();
	t.is(deaths.length, 2);
});

test('one that ends at once has not started, and says why', async t => {
	const {service, deaths} = open(shell('echo cannot bind; exit 3'));
	const {hasSucceeded, reason} = await service.start();
	// On a machine that stalls it has started, and then died.
	t.true(await eventually(() => !hasSucceeded || deaths.length > 0));
	t.is(hasSucceeded ? deaths[0] : reason, 'ended with status 3: cannot bind');
	t.deepEqual(await open(['/no/such/program']).service.start(), {hasSucceeded: false, reason: 'cannot be started: there is no program \'/no/such/program\''});
});

test('its folder is where it starts', async t => {
	const folder = newFolder();
	const {service, lines} = openService({
		kind: 'command', command: shell('pwd; exec sleep 1000'), folder, environment: {},
	});
	await service.start();
	t.true(await eventually(() => lines.length > 0));
	t.deepEqual(lines, [folder]);
	await service.leave();
	const {service: lost} = openService({
		kind: 'command', command: ['true'], folder: '/no/such/folder', environment: {},
	});
	t.is((await lost.start()).reason, 'cannot be started: there is no folder \'/no/such/folder\'');
});

test('one that does not end when it is asked to is killed, and one that is stopped ends', async t => {
	const stubborn = open(shell('trap "" TERM; echo ready; while :; do sleep 0.1; done'), {stopTimeoutMs: 300});
	await stubborn.service.start();
	t.true(await eventually(() => stubborn.lines.length > 0));
	t.deepEqual(await stubborn.service.stop(), {hasSucceeded: true, reason: 'did not end within 300 ms and was killed'});
	t.deepEqual(stubborn.deaths, []);

	const killed = open(shell('trap "" TERM; echo ready; while :; do sleep 0.1; done'));
	await killed.service.start();
	t.true(await eventually(() => killed.lines.length > 0));
	const stopping = killed.service.stop();
	await killed.service.kill();
	t.true((await stopping).hasSucceeded);
	t.deepEqual(killed.deaths, []);

	const frozen = open(['sleep', '1000'], {stopTimeoutMs: longMs});
	await frozen.service.start();
	process.kill(frozen.service.pid()!, 'SIGSTOP');
	t.deepEqual(await frozen.service.stop(), {hasSucceeded: true, reason: 'was killed by SIGTERM'});
});

test('one that goes to the background is told to stay', async t => {
	const {service, deaths} = open(['true']);
	const {hasSucceeded, reason} = await service.start();
	t.true(await eventually(() => !hasSucceeded || deaths.length > 0));
	t.is(hasSucceeded ? deaths[0] : reason, 'ended with status 0: a command must stay in the foreground');
});
