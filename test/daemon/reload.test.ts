import {
	copyFile, mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {readAgain} from '../../src/daemon/reload.js';
import {generateKey} from '../../src/edge/config/load-key.js';
import {loadFarm} from '../../src/edge/config/load.js';
import {ConfigFailure, DaemonFailure} from '../../src/errors.js';

const fixture = fileURLToPath(new URL('../../../test/fixtures/config/two-nodes.yaml', import.meta.url));

async function running(t: ExecutionContext) {
	const folder = await mkdtemp(path.join(tmpdir(), 'farmctl-reload-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const file = path.join(folder, 'farm.yaml');
	await copyFile(fixture, file);
	await writeFile(path.join(folder, 'farm.key'), generateKey(), {mode: 0o600});
	const {farm} = await loadFarm(file);
	return {
		file, farm, self: farm.nodes[0]!,
		async change(from: RegExp, to: string) {
			const before = await readFile(file, 'utf8');
			const after = before.replace(from, () => to);
			t.not(after, before);
			await writeFile(file, after);
		},
	};
}

test.serial('the farm and its keys, checked in another thread', async t => {
	const {file, farm, self} = await running(t);
	let threads = 0;
	const count = (): void => {
		threads++;
	};

	process.on('worker', count);
	t.teardown(() => {
		process.off('worker', count);
	});
	const read = await readAgain(file, farm, self);
	t.deepEqual(read.farm, farm);
	t.is(read.keys.length, 1);
	t.is(threads, 1);
});

test('what cannot change while it runs is refused', async t => {
	const {file, farm, self, change} = await running(t);
	await change(/^farm: .*/u, 'farm: other');
	await t.throwsAsync(readAgain(file, farm, self), {instanceOf: DaemonFailure, message: /^nothing was changed: the farm's name cannot change while the daemon runs; /u});
});

test('what is wrong with the file is told whole', async t => {
	const {file, farm, self, change} = await running(t);
	await change(/^farm: .*/u, 'wat: 1');
	const error = await t.throwsAsync(readAgain(file, farm, self), {instanceOf: ConfigFailure});
	t.regex(error.message, /unknown key 'wat'/u);
	t.true(error.problems.length > 1);
});

test('a key file that is not there is told after the configuration was read', async t => {
	const {file, farm, self} = await running(t);
	await rm(farm.keyFile);
	await t.throwsAsync(readAgain(file, farm, self), {instanceOf: ConfigFailure, message: /^there is no key file/u});
});
