import test from 'ava';
import {parse} from '@oclif/core/parser';
import Run from '../../commands/run.js';
import {plainRun} from '../../src/cli/plain-run.js';
import {root} from '../tidy/sources.js';

const framework = async (...argv: readonly string[]) => {
	const {flags} = await parse([...argv], {flags: {...Run.baseFlags, ...Run.flags}, strict: true});
	return flags;
};

const plain = (...argv: readonly string[]) => plainRun(['run', ...argv], root, {})?.flags;

for (const argv of [
	[],
	['--config', './farm.yaml', '--node', 'web1', '--run-dir=/run/x'],
	['-c', 'a.yaml', '--log-level', 'debug', '--log-format=json'],
]) {
	test(`means what the framework takes it for: run ${argv.join(' ')}`, async t => {
		t.like(plain(...argv), await framework(...argv));
	});
}

for (const argv of [
	['--nod', 'web1'], ['--log-level', 'loud'], ['--node'], ['--node', '--config'], ['--node='], ['web1'], ['--json'], ['--help'],
	['--node', 'web1', '--node', 'web2'],
]) {
	test(`is left to the framework: run ${argv.join(' ')}`, t => {
		t.is(plain(...argv), undefined);
	});
}

test('other verbs are the framework\'s', t => {
	t.is(plainRun(['status'], root, {}), undefined);
	t.is(plainRun([], root, {}), undefined);
});

test('a variable stands in for a flag that is not given, an empty one does not', t => {
	t.is(plainRun(['run'], root, {FARMCTL_CONFIG: 'x.yaml'})?.flags.config, 'x.yaml');
	t.is(plainRun(['run', '-c', 'y.yaml'], root, {FARMCTL_CONFIG: 'x.yaml'})?.flags.config, 'y.yaml');
	t.is(plainRun(['run'], root, {FARMCTL_CONFIG: ''})?.flags.config, plain()?.config);
});
