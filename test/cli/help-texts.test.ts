import test from 'ava';
import {helpAskedFor} from '../../src/cli/help-texts.js';
import {root} from '../tidy/sources.js';

const asked = (...argv: readonly string[]): string | undefined => helpAskedFor(argv, root)?.split('\n', 1)[0];

test('help is asked for before or after the verb, by word or by flag', t => {
	const summary = asked('status', '--help')!;
	t.truthy(summary);
	for (const argv of [['status', '-h'], ['help', 'status'], ['--help', 'status'], ['status', '--json', '--help']]) {
		t.is(asked(...argv), summary, argv.join(' '));
	}
});

test('a topic and farmctl itself have their own', t => {
	t.truthy(asked('--help'));
	t.is(asked('help'), asked('--help'));
	t.not(asked('lab', '--help'), asked('--help'));
	t.not(asked('lab', 'up', '--help'), asked('lab', '--help'));
});

test('a word that is no second word of the verb is its argument', t => {
	t.is(asked('events', 'anything', '--help'), asked('events', '--help'));
});

test('what stands behind -- is for another program, and what asks for no help gets none', t => {
	t.is(asked('lab', 'exec', 'web1', '--', 'ls', '--help'), undefined);
	t.is(asked('status'), undefined);
	t.is(asked(), undefined);
});

test('help on what does not exist is left to the error', t => {
	t.is(asked('nonsense', '--help'), undefined);
});
