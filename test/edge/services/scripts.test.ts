import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import type {Command, Service} from '../../../src/core/model/application.js';
import {createVigil, type Look} from '../../../src/edge/services/vigil.js';
import {eventually, isAlive, newFolder, openService, shell, type Opened} from './support.js';

const begin = 'sleep 1000 & echo $! > "$1/pid"';
// One that has ended may wait long for init to notice.
const ask = '[ -e "$1/pid" ] && read -r _ _ state _ <"/proc/$(cat "$1/pid")/stat" && [ "$state" != Z ]';
const finish = `kill $(cat "$1/pid"); while { ${ask}; }; do sleep 0.02; done`;

type Scripts = {readonly start?: Command; readonly stop?: Command; readonly status?: Command | undefined};

function open(folder: string, given: Scripts = {}, options: Partial<Service> = {}): Opened {
	return openService({
		kind: 'scripts', start: shell(begin, folder), stop: shell(finish, folder), status: shell(ask, folder), ...given,
	}, options);
}

const pidIn = (folder: string): number => Number(readFileSync(path.join(folder, 'pid'), 'utf8'));

test('what the start script leaves running is the service', async t => {
	const folder = newFolder();
	const {service, deaths} = open(folder);
	t.false(await service.adopt());
	t.deepEqual(await service.start(), {hasSucceeded: true, reason: ''});
	const pid = pidIn(folder);
	t.true(isAlive(pid));
	t.true(await open(folder).service.adopt());
	await service.leave();
	t.true(isAlive(pid));
	t.deepEqual(await service.stop(), {hasSucceeded: true, reason: ''});
	t.false(isAlive(pid));
	t.deepEqual(deaths, []);
});

test('what it prints is told, and what lives on without us is not hurt when nobody reads it any more', async t => {
	const folder = newFolder();
	const {service, lines} = open(folder, {
		start: shell('(while :; do echo here || touch "$1/broken"; date +%N >"$1/wrote"; sleep 0.02; done) & echo $! >"$1/pid"; echo begun', folder),
		stop: shell('kill $(cat "$1/pid")', folder),
	});
	t.deepEqual(await service.start(), {hasSucceeded: true, reason: ''});
	t.true(lines.includes('begun'));
	t.true(await eventually(() => lines.includes('here')));
	await service.leave();
	const wrote = (): string => readFileSync(path.join(folder, 'wrote'), 'utf8');
	const before = wrote();
	t.true(await eventually(() => wrote() !== before));
	t.true(isAlive(pidIn(folder)));
	t.false(existsSync(path.join(folder, 'broken')));
	await service.stop();
});

test('a start script that fails, or after which nothing runs, is told', async t => {
	const folder = newFolder();
	t.deepEqual(await open(folder, {start: shell('echo no licence; exit 1')}).service.start(), {hasSucceeded: false, reason: 'the start script ended with status 1: no licence'});
	t.deepEqual(await open(folder, {start: ['true'], status: ['false']}, {startTimeoutMs: 300}).service.start(), {
		hasSucceeded: false, reason: 'does not run after 300 ms, says its status script',
	});
	t.true((await open(folder, {start: ['true'], status: undefined}).service.start()).hasSucceeded);
});

test('a stop ends a start that is under way', async t => {
	const folder = newFolder();
	const {service} = open(folder, {start: shell('echo > "$1/begun"; sleep 1000', folder), stop: ['true'], status: ['false']});
	const starting = service.start();
	t.true(await eventually(() => existsSync(path.join(folder, 'begun'))));
	t.deepEqual(await service.stop(), {hasSucceeded: true, reason: ''});
	t.deepEqual(await starting, {hasSucceeded: false, reason: 'the start script was ended'});
});

test('what a failed stop leaves of the start script\'s is killed', async t => {
	const folder = newFolder();
	const {service} = open(folder, {stop: shell('echo not now; exit 1')});
	await service.start();
	const pid = pidIn(folder);
	t.deepEqual(await service.stop(), {hasSucceeded: true, reason: 'the stop script ended with status 1: not now; what the start script had started was killed'});
	t.true(await eventually(() => !isAlive(pid)));

	const {service: elsewhere} = open(folder, {stop: shell('exit 1'), status: ['true']});
	t.deepEqual(await elsewhere.stop(), {hasSucceeded: false, reason: 'the stop script ended with status 1'});
});

test('the vigil tells a death once: by the process that ends, or by what the service says of itself', async t => {
	const told: string[] = [];
	let looks: Look = {runs: true, pid: 12};
	let end: (() => void) | undefined;
	const vigil = createVigil({
		intervalMs: 5,
		look: async () => looks,
		died(reason) {
			told.push(reason);
		},
		watchProcess(_pid, gone) {
			end = gone;
			return () => {
				end = undefined;
			};
		},
	});
	vigil.begin(11);
	t.is(vigil.pid(), 11);
	// Another main process in the place of the one that ended.
	end!();
	t.true(await eventually(() => vigil.pid() === 12));
	t.deepEqual(told, []);
	end!();
	t.true(await eventually(() => told.length === 1));
	t.deepEqual(told, ['its main process has ended (pid 12)']);
	t.is(vigil.pid(), undefined);

	vigil.begin(undefined);
	looks = {runs: false, reason: 'is failed'};
	t.true(await eventually(() => told.length === 2));
	t.is(told[1], 'is failed');
	t.is(end, undefined);
});

test('the status script notices that the service died', async t => {
	const folder = newFolder();
	writeFileSync(path.join(folder, 'pid'), String(process.pid));
	const {service, deaths} = open(folder);
	t.true(await service.adopt());
	writeFileSync(path.join(folder, 'pid'), '0');
	t.true(await eventually(() => deaths.length > 0));
	t.regex(deaths[0]!, /^does not run: its status script ended with status \d/u);
});
