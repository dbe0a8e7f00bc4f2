import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';

const program = fileURLToPath(new URL('../../../bin/farmctl', import.meta.url));
const genkey = (...args: string[]) => spawnSync(program, ['genkey', ...args], {encoding: 'utf8'});

test('prints a new key each time', t => {
	const [first, second] = [genkey(), genkey()];
	t.is(first.status, 0);
	t.regex(first.stdout, /^[\da-f]{64}\n$/u);
	t.not(first.stdout, second.stdout);
});

test('writes a key once, and says no secret', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-genkey-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	const file = path.join(folder, 'farm.key');
	const made = genkey('--output', file);
	const key = readFileSync(file, 'utf8');
	t.is(made.status, 0);
	t.is(made.stdout, '');
	t.false(made.stderr.includes(key.trim()));
	t.is(genkey('--output', file).status, 2);
	t.is(readFileSync(file, 'utf8'), key);
	t.is(genkey('--output', file, '--force').status, 0);
	t.not(readFileSync(file, 'utf8'), key);
});

test('--force without a file is a mistake', t => {
	t.is(genkey('--force').status, 2);
});
