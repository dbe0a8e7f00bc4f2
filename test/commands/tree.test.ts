import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {renderCommandTree} from '../../src/docgen/command-tree.js';
import {loadVerbs} from '../../src/docgen/verbs.js';
import {root} from '../tidy/sources.js';

const verbs = await loadVerbs(root);

type Result = {readonly stdout: string; readonly stderr: string; readonly status: number};

const farmctl = async (...words: readonly string[]): Promise<Result> => new Promise(resolve => {
	const child = execFile(path.join(root, 'bin/farmctl'), words, (_, stdout, stderr) => {
		resolve({stdout, stderr, status: child.exitCode ?? -1});
	});
});

test('the command tree is the one that scripts rely on', t => {
	t.is(renderCommandTree(verbs), readFileSync(path.join(root, 'test/commands/command-tree.txt'), 'utf8'), `The command tree has changed.
A verb, flag or value that is new is fine: accept it with 'npm run docs' and look at the diff.
One that goes, or a default that changes, breaks scripts: it needs a line in CHANGELOG.md as well.`);
});

test('summaries are one line: what the verb does, without a full stop', t => {
	for (const {words, summary} of verbs) {
		t.regex(summary, /^[a-z][^\n]*[^\n.]$/, words);
	}
});

test('every flag says what it does', t => {
	t.deepEqual(verbs.flatMap(({words, flags}) => flags.filter(({summary}) => summary === '').map(({name}) => `${words} --${name}`)), []);
});

for (const {words, flags, summary} of verbs) {
	test(`farmctl ${words} --help`, async t => {
		const {stdout, stderr, status} = await farmctl(...words.split(' '), '--help');
		t.is(stderr, '');
		t.is(status, 0);
		t.true(stdout.replaceAll(/\s+/g, ' ').startsWith(summary));
		t.deepEqual(flags.filter(({name}) => !stdout.includes(`--${name}`)).map(({name}) => name), []);
	});
}

test('a description of several lines is shown whole', async t => {
	const {stdout} = await farmctl('run', '--help');
	const shown = stdout.replaceAll(/\s+/gu, ' ');
	t.true(shown.includes('DESCRIPTION Serves until SIGTERM or SIGINT,'));
	t.true(shown.includes('SIGHUP takes over'));
});

test('farmctl --help lists the verbs and topics', async t => {
	const [{stdout, status}, help] = await Promise.all([farmctl('--help'), farmctl('help')]);
	t.is(status, 0);
	t.deepEqual(verbs.map(({words}) => words.split(' ', 1)[0]!).filter(word => !new RegExp(`^  ${word} `, 'm').test(stdout)), []);
	t.is(help.stdout, stdout);
});

test('farmctl --version', async t => {
	const {version} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {version: string};
	t.deepEqual(await farmctl('--version'), {stdout: `farmctl ${version}\n`, stderr: '', status: 0});
});

const refuses = test.macro<[string, RegExp]>({
	async exec(t, line, expected) {
		const {stdout, stderr, status} = await farmctl(...line.split(' '));
		t.regex(stderr, expected);
		t.is(stdout, '');
		t.is(status, 2);
	},
	title: (_, line) => `usage: farmctl ${line}`,
});

test(refuses, 'stauts', /'stauts' is not a verb of farmctl\nhint: did you mean: farmctl status\?/);
test(refuses, 'lab fualt', /'lab fualt' is not a verb of farmctl\nhint: did you mean: farmctl lab fault\?/);
test(refuses, 'status --jsn', /'--jsn' is not a flag of farmctl status\nhint: did you mean --json\?/);
test(refuses, '--nonsense', /'--nonsense' is not a flag of farmctl status/);
test(refuses, 'run --log-level loud', /--log-level.*loud|loud.*--log-level/);
test(refuses, 'lab fault explode web1', /explode/);
test(refuses, 'lab exec', /host/i);

test('with --json a wrong line is told on stdout as well', async t => {
	const {stdout, status} = await farmctl('status', '--json', '--jsn');
	t.is((JSON.parse(stdout) as {error: {code: string}}).error.code, 'usage');
	t.is(status, 2);
});
