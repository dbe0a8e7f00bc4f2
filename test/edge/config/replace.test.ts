import {chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {replaceText} from '../../../src/edge/config/replace.js';
import {SystemFailure} from '../../../src/errors.js';

const mode = 0o640;

async function file(t: ExecutionContext): Promise<{readonly folder: string; readonly name: string}> {
	const folder = await mkdtemp(path.join(tmpdir(), 'farmctl-replace-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const name = path.join(folder, 'farm.yaml');
	await writeFile(name, 'old');
	await chmod(name, mode);
	return {folder, name};
}

test('the text is another, the mode is not, and nothing is left beside', async t => {
	const {folder, name} = await file(t);
	await replaceText(name, 'new');
	t.is(await readFile(name, 'utf8'), 'new');
	t.is((await stat(name)).mode % 0o1000, mode);
	t.deepEqual(await readdir(folder), ['farm.yaml']);
});

test('a link stays a link', async t => {
	const {folder, name} = await file(t);
	const link = path.join(folder, 'link.yaml');
	await symlink('farm.yaml', link);
	await replaceText(link, 'new');
	t.is(await readFile(name, 'utf8'), 'new');
	t.deepEqual((await readdir(folder)).toSorted(), ['farm.yaml', 'link.yaml']);
});

test('what is not there is not made', async t => {
	const {folder} = await file(t);
	await t.throwsAsync(replaceText(path.join(folder, 'other.yaml'), 'new'), {instanceOf: SystemFailure, message: /ENOENT/});
	t.deepEqual(await readdir(folder), ['farm.yaml']);
});
