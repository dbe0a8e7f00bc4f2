import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {root} from '../tidy/sources.js';

const file = path.join(root, 'completions/farmctl.bash');

/** What bash offers for the last word. */
const complete = (words: readonly string[], cwd = root, env = process.env): string[] => execFileSync('bash', ['-c', `
	source "$1"; shift
	COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
	_farmctl
	printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', file, ...words], {encoding: 'utf8', cwd, env}).trim().split('\n');

const offers = test.macro<[string, string]>({
	exec(t, line, expected) {
		t.deepEqual(complete(line.split(' ')), expected.split(' '));
	},
	title: (_, line) => `bash completes: ${line}|`,
});

test(offers, 'farmctl sta', 'status');
test(offers, 'farmctl help gen', 'genkey');
test(offers, 'farmctl config ', 'check confirm history init rollback schema show');
test(offers, 'farmctl config che', 'check');
test(offers, 'farmctl status --j', '--json');
test(offers, 'farmctl status --config farm.yaml --j', '--json');
test(offers, 'farmctl status --config = farm.yaml --j', '--json');
test(offers, 'farmctl run --log-level war', 'warning');
test(offers, 'farmctl run --log-level = war', 'warning');
test(offers, 'farmctl run --log-level =', 'debug info warning error');
test(offers, 'farmctl lab up --nodes 5 --mo', '--mode');
test(offers, 'farmctl lab fault h', 'heal');
test(offers, 'farmctl lab fault --na', '--name');

test('no value is guessed where any could be right', t => {
	t.deepEqual(complete(['farmctl', 'run', '--node', '']), ['']);
});

test('names of checks and nodes are those that the daemon knows, and nothing that bash would run', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-completion-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	const results = [{at: '2026-01-02T03:04:05.000Z', outcome: 'up'}];
	const list = JSON.stringify({farm: 'web', checks: [{name: 'page', results}, {name: 'db', results}, {name: '$(touch ran)', results}]});
	const nodes = ['web1', 'web2'].map(name => JSON.stringify({name, id: 1, groups: [{name: 'default'}]})).join('\n');
	writeFileSync(path.join(folder, 'farmctl'), `#!/bin/sh\ncase $1 in checkers) cat <<'END'\n${list}\nEND\n;; node) cat <<'END'\n${nodes}\nEND\nesac\n`, {mode: 0o755});
	const completed = (...words: readonly string[]): string[] => complete(['farmctl', ...words], folder, {...process.env, PATH: `${folder}:${process.env.PATH}`});
	t.deepEqual(completed('checkers', 'disable', ''), ['page', 'db']);
	t.deepEqual(completed('checkers', 'run', 'd'), ['db']);
	t.deepEqual(completed('node', 'drain', ''), ['web1', 'web2']);
	t.false(existsSync(path.join(folder, 'ran')));
});

test('files are offered where a file is asked for, spaces and all', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-completion-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	writeFileSync(path.join(folder, 'my farm.yaml'), '');
	t.deepEqual(complete(['farmctl', 'run', '-c', 'my'], folder), ['my farm.yaml']);
	t.deepEqual(complete(['farmctl', 'config', 'check', 'my'], folder), ['my farm.yaml']);
});
