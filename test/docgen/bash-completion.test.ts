import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import {root} from '../tidy/sources.js';

const file = path.join(root, 'completions/farmctl.bash');

/** What bash offers for the last word. */
const complete = (words: readonly string[], cwd = root): string[] => execFileSync('bash', ['-c', `
	source "$1"; shift
	COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
	_farmctl
	printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', file, ...words], {encoding: 'utf8', cwd}).trim().split('\n');

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

test('files are offered where a file is asked for, spaces and all', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-completion-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	writeFileSync(path.join(folder, 'my farm.yaml'), '');
	t.deepEqual(complete(['farmctl', 'run', '-c', 'my'], folder), ['my farm.yaml']);
	t.deepEqual(complete(['farmctl', 'config', 'check', 'my'], folder), ['my farm.yaml']);
});
