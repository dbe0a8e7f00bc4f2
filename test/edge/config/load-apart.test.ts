import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import type {Worker} from 'node:worker_threads';
import test, {type ExecutionContext} from 'ava';
import {loadFarm} from '../../../src/edge/config/load.js';
import {loadFarmApart} from '../../../src/edge/config/load-apart.js';
import {type ConfigFailure, SystemFailure, type Failure} from '../../../src/errors.js';

const fixture = fileURLToPath(new URL('../../../../test/fixtures/config/two-nodes.yaml', import.meta.url));

const folder = async (t: ExecutionContext): Promise<string> => {
	const made = await mkdtemp(path.join(tmpdir(), 'farmctl-apart-'));
	t.teardown(async () => rm(made, {recursive: true}));
	return made;
};

const program = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`);

const failsAlike = test.macro(async (t, write: (below: string) => Promise<string>) => {
	const file = await write(await folder(t));
	const here = await t.throwsAsync<Failure>(loadFarm(file));
	const apart = await t.throwsAsync<Failure>(loadFarmApart(file));
	const {message, hint, code, name} = here;
	t.like(apart, {message, hint, code, name});
	t.is(apart.constructor, here.constructor);
	t.deepEqual((apart as ConfigFailure).problems, (here as ConfigFailure).problems);
	t.not(message, '');
});

test('a file is what it is in this thread', async t => {
	t.deepEqual(await loadFarmApart(fixture), (await loadFarm(fixture)).farm);
});

test('a missing file fails as in this thread', failsAlike, async below => path.join(below, 'farm.yaml'));

test('a folder fails as in this thread', failsAlike, async below => below);

test('all problems of a bad file fail as in this thread', failsAlike, async below => {
	const file = path.join(below, 'farm.yaml');
	await writeFile(file, 'farm: web\nwat: 1\nnodes: 7\n');
	return file;
});

test('what is no YAML fails as in this thread', failsAlike, async below => {
	const file = path.join(below, 'farm.yaml');
	await writeFile(file, 'farm: [web\n');
	return file;
});

test('what the system refuses fails as in this thread', failsAlike, async below => {
	const file = path.join(below, 'farm.yaml');
	await writeFile(file, '');
	await chmod(file, 0o600);
	return path.join(file, 'farm.yaml');
});

test.serial('one thread for one load, which has ended when the farm is there', async t => {
	const workers: Worker[] = [];
	const collect = (worker: Worker): void => {
		workers.push(worker);
	};

	process.on('worker', collect);
	t.teardown(() => {
		process.off('worker', collect);
	});
	await loadFarmApart(fixture);
	// Minus one: of a thread that has ended.
	t.deepEqual(workers.map(({threadId}) => threadId), [-1]);
});

test('a thread that fails is a failure that names the file', async t => {
	const error = await t.throwsAsync(loadFarmApart(fixture, {entry: program('throw new TypeError("lost")')}), {instanceOf: SystemFailure});
	t.is(error.message, `cannot check '${fixture}': lost`);
	t.is(error.hint, `to see what it says: farmctl config check --config ${fixture}`);
});

test('a thread that is not there is a failure', async t => {
	await t.throwsAsync(loadFarmApart(fixture, {entry: new URL('file:///nonexistent/worker.js')}), {instanceOf: SystemFailure});
});

test('a thread that ends without a word is a failure', async t => {
	await t.throwsAsync(loadFarmApart(fixture, {entry: program('process.exit(0)')}), {instanceOf: SystemFailure, message: /its thread ended without an answer$/});
});

test('a thread that does not end is ended', async t => {
	await t.throwsAsync(loadFarmApart(fixture, {entry: program('setInterval(() => {}, 1000)'), timeMsMax: 50}), {instanceOf: SystemFailure, message: /it took longer than 50 ms$/});
});
