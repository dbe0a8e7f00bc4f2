import {spawnSync} from 'node:child_process';
import {
	mkdtempSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {Ajv2020} from 'ajv/dist/2020.js';
import test, {type ExecutionContext} from 'ava';

const program = fileURLToPath(new URL('../../../bin/farmctl', import.meta.url));
const fixture = fileURLToPath(new URL('../../../test/fixtures/config/two-nodes.yaml', import.meta.url));

function farmctl(args: readonly string[], input = ''): {stdout: string; stderr: string; status: number | null} {
	const {FARMCTL_CONFIG, ...env} = process.env;
	return spawnSync(program, args, {input, encoding: 'utf8', env: {...env, NO_COLOR: '1'}});
}

function folder(t: ExecutionContext): string {
	const made = mkdtempSync(path.join(tmpdir(), 'farmctl-config-'));
	t.teardown(() => {
		rmSync(made, {recursive: true});
	});
	return made;
}

test('init, genkey, check: a first configuration is right as soon as there is a key', t => {
	const file = path.join(folder(t), 'farm.yaml');
	const init = farmctl(['config', 'init', '--config', file]);
	t.like(init, {status: 0, stdout: ''});
	t.true(init.stderr.includes(`farmctl config check ${file}`));
	const text = readFileSync(file, 'utf8').replace('key-file: /etc/farmctl/farm.key', 'key-file: farm.key');
	writeFileSync(file, text);

	const missing = farmctl(['config', 'check', file]);
	t.like(missing, {status: 3, stdout: ''});
	t.regex(missing.stderr, /there is no key file .*\n.*key-file: farm\.key\n\s+\^\n\s+hint: on one node: farmctl genkey --output /u);

	const key = path.join(path.dirname(file), 'farm.key');
	t.is(farmctl(['genkey', '--output', key]).status, 0);
	t.is(statSync(key).mode % 0o1000, 0o600);
	const right = farmctl(['config', 'check', file]);
	t.like(right, {status: 0, stderr: ''});
	t.regex(right.stdout, /: right \(farm web: nodes 2, VIPs 1, rules 1\)\n$/u);
});

test('init leaves what is there as it is', t => {
	const file = path.join(folder(t), 'farm.yaml');
	writeFileSync(file, 'mine');
	t.like(farmctl(['config', 'init', '--config', file]), {status: 2, stdout: ''});
	t.is(readFileSync(file, 'utf8'), 'mine');
	t.is(farmctl(['config', 'init', '--config', file, '--force']).status, 0);
	t.is(readFileSync(file, 'utf8'), farmctl(['config', 'init', '--stdout']).stdout);
});

test('check tells all problems of stdin, on stderr', t => {
	const {status, stdout, stderr} = farmctl(['config', 'check', '-', '--skip-key'], 'farm: web\nnodez: {}\nfinish: 3\n');
	t.is(status, 3);
	t.is(stdout, '');
	t.true(stderr.includes('(stdin):2:1: unknown key \'nodez\'\n  nodez: {}\n  ^\n  hint: did you mean \'nodes\'?'), stderr);
	t.true(stderr.includes('(stdin):3:9: finish: expected a duration'), stderr);
});

test('check --json tells them as data', t => {
	const {status, stdout} = farmctl(['config', 'check', '-', '--skip-key', '--json'], 'farm: web\n');
	t.is(status, 3);
	const {error} = JSON.parse(stdout) as {error: {code: string; problems: Array<{line: number; message: string}>}};
	t.is(error.code, 'config');
	t.deepEqual(error.problems.map(({line}) => line), [1, 1, 1]);
});

test('what works at a price is a warning and no failure', t => {
	const text = readFileSync(fixture, 'utf8').replace('300ms', '30ms, interval: 5ms');
	const {status, stderr, stdout} = farmctl(['config', 'check', '-', '--skip-key'], text);
	t.is(status, 0);
	t.regex(stderr, /^warning: \(stdin\):6:24: /u);
	t.regex(stdout, /right/u);
});

test('show prints a configuration that says the same', t => {
	const shown = farmctl(['config', 'show', '--config', fixture]);
	t.like(shown, {status: 0, stderr: ''});
	t.is(farmctl(['config', 'check', '-', '--skip-key'], shown.stdout).status, 0);
	const again = path.join(folder(t), 'again.yaml');
	writeFileSync(again, shown.stdout);
	const json = (file: string): unknown => JSON.parse(farmctl(['config', 'show', '--json', '--config', file]).stdout);
	t.deepEqual(json(again), json(fixture));
});

test('a missing configuration is a problem of the configuration', t => {
	const {status, stderr} = farmctl(['config', 'show', '--config', '/nonexistent/farm.yaml']);
	t.is(status, 3);
	t.regex(stderr, /hint: farmctl config init/u);
});

test('schema is a JSON Schema', t => {
	const {status, stdout} = farmctl(['config', 'schema']);
	t.is(status, 0);
	// A command begins with a program and has any number of arguments, which the strictest reading holds to be a mistake.
	t.notThrows(() => new Ajv2020({strict: true, strictTuples: false}).compile(JSON.parse(stdout) as object));
});
