import {
	chmod, copyFile, mkdtemp, rm, stat, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {checkFarm, loadFarm, readText} from '../../../src/edge/config/load.js';
import {generateKey, keyFileProblem, loadKey} from '../../../src/edge/config/load-key.js';
import {writeOwn} from '../../../src/edge/config/write.js';
import {ConfigFailure, SystemFailure, UsageFailure} from '../../../src/errors.js';

const fixture = fileURLToPath(new URL('../../../../test/fixtures/config/two-nodes.yaml', import.meta.url));

async function folder(t: ExecutionContext): Promise<string> {
	const made = await mkdtemp(path.join(tmpdir(), 'farmctl-config-'));
	t.teardown(async () => rm(made, {recursive: true}));
	return made;
}

async function keyFile(t: ExecutionContext, text: string, mode = 0o600): Promise<string> {
	const file = path.join(await folder(t), 'farm.key');
	await writeFile(file, text);
	await chmod(file, mode);
	return file;
}

test('the key file\'s path is relative to the configuration', async t => {
	const {farm, text} = await loadFarm(fixture);
	t.is(farm.keyFile, path.join(path.dirname(fixture), 'farm.key'));
	t.true(text.startsWith('farm: web'));
});

test('a missing configuration names what writes one', async t => {
	const error = await t.throwsAsync(loadFarm('/nonexistent/farm.yaml'), {instanceOf: ConfigFailure});
	t.regex(error.hint!, /^farmctl config init --config \/nonexistent\/farm\.yaml/u);
	await t.throwsAsync(loadFarm('/'), {instanceOf: ConfigFailure});
});

test('problems are rendered with file, line and column', async t => {
	const file = path.join(await folder(t), 'bad.yaml');
	await writeFile(file, 'farm: web\nwat: 1\n');
	const error = await t.throwsAsync(loadFarm(file), {instanceOf: ConfigFailure});
	t.true(error.message.includes(`${file}:2:1: unknown key 'wat'\n  wat: 1\n  ^`), error.message);
	t.is(error.problems.length, 4);
});

test('checking looks at the key file and points at its line', async t => {
	const file = path.join(await folder(t), 'farm.yaml');
	await copyFile(fixture, file);
	const text = await readText(file);
	const error = await t.throwsAsync(checkFarm(text, file), {instanceOf: ConfigFailure});
	t.like(error.problems[0], {path: 'key-file', line: 2, column: 11});
	t.regex(error.message, /there is no key file/u);
	await writeFile(path.join(path.dirname(file), 'farm.key'), generateKey(), {mode: 0o600});
	t.is((await checkFarm(text, file)).farm.name, 'web');
});

test('keys: the newest first, those before it below', async t => {
	const old = generateKey();
	const [first] = await loadKey(await keyFile(t, old));
	t.is(first!.length, 32);
	t.is(Buffer.from(first!).toString('hex'), old.trim());
	const both = await loadKey(await keyFile(t, `# rotated\n${'ab'.repeat(32)}  # new\n\n${old}`));
	t.is(both.length, 2);
	t.deepEqual(both[1], first);
});

const refused = test.macro({
	async exec(t, text: string, mode: number, message: RegExp, hint: RegExp) {
		const file = await keyFile(t, text, mode);
		const error = await t.throwsAsync(loadKey(file), {instanceOf: ConfigFailure, message});
		t.regex(error.hint!, hint);
		t.like(await keyFileProblem(file), {message: error.message});
		t.false(text.length > 10 && error.message.includes(text.trim()));
	},
	title: (title = '') => `a key file is refused: ${title}`,
});

test('others can read it', refused, generateKey(), 0o644, /mode 0644/u, /^chmod 600 \//u);
test('the group can write it', refused, generateKey(), 0o620, /mode 0620/u, /^chmod 600 \//u);
test('empty', refused, '# nothing\n', 0o600, /has no key/u, /genkey/u);
test('too short', refused, 'abcdef0123456789\n', 0o600, /line 1 .* is not 64 hexadecimal digits/u, /genkey/u);
test('no hexadecimal', refused, `${'zz'.repeat(32)}\n`, 0o600, /line 1 /u, /genkey/u);
test('the same key twice', refused, `${'ab'.repeat(32)}\n${'ab'.repeat(32)}\n`, 0o600, /are equal/u, /take one out/u);
test('too many', refused, Array.from({length: 9}, () => generateKey()).join(''), 0o600, /more than 8 keys/u, /genkey/u);

test('a missing key file names what makes one', async t => {
	const error = await t.throwsAsync(loadKey('/nonexistent/farm.key'), {instanceOf: ConfigFailure});
	t.regex(error.hint!, /farmctl genkey --output \/nonexistent\/farm\.key/u);
});

test('a file is written once, and replaced whole when told to', async t => {
	const file = path.join(await folder(t), 'deep', 'file');
	await writeOwn(file, 'one', {mode: 0o600, isForced: false});
	t.is((await stat(file)).mode % 0o1000, 0o600);
	await t.throwsAsync(writeOwn(file, 'two', {mode: 0o600, isForced: false}), {instanceOf: UsageFailure});
	t.is(await readText(file), 'one');
	await chmod(file, 0o644);
	await writeOwn(file, 'two', {mode: 0o600, isForced: true});
	t.is(await readText(file), 'two');
	t.is((await stat(file)).mode % 0o1000, 0o600);
	await t.throwsAsync(writeOwn(path.join(file, 'below'), 'x', {mode: 0o600, isForced: true}), {instanceOf: SystemFailure});
});
