import test from 'ava';
import fc from 'fast-check';
import {parseDuration, renderDuration} from '../../../src/core/config/duration.js';
import {renderProblems} from '../../../src/core/config/problem.js';
import {editDistance, suggest} from '../../../src/core/config/suggest.js';

test('durations', t => {
	t.is(parseDuration('300ms'), 300);
	t.is(parseDuration('1.5s'), 1500);
	t.is(parseDuration('0.25s'), 250);
	t.is(parseDuration('10m'), 600_000);
	t.is(parseDuration('1h'), 3_600_000);
	for (const text of ['', '5', 's', '-1s', '1 s', '0.5ms', '1d', '1e3s', '.5s', '1.s', '1.2345s', '9999999999s']) {
		t.is(parseDuration(text), undefined, `'${text}'`);
	}

	t.is(renderDuration(0), '0ms');
	t.is(renderDuration(90_000), '90s');
	t.is(renderDuration(7_200_000), '2h');
	fc.assert(fc.property(fc.integer({min: 0, max: 1_000_000_000}), ms => parseDuration(renderDuration(ms)) === ms));
});

test('suggestions', t => {
	t.is(editDistance('kitten', 'sitting'), 3);
	t.is(suggest('wieght', ['id', 'addresses', 'weight']), 'weight');
	t.is(suggest('key_file', ['key-file', 'farm']), 'key-file');
	t.is(suggest('zzz', ['id', 'weight']), undefined);
	t.is(suggest('xy', ['id', 'weight']), undefined);
});

test('a problem is shown with its line, a caret under it, and what to write', t => {
	const text = 'farm: web\r\n\tnodes: x\u{1B}[2J\n';
	t.is(renderProblems('farm.yaml', text, [
		{
			path: 'nodes', line: 2, column: 9, message: 'second',
		},
		{
			path: 'farm', line: 1, column: 7, message: 'first', hint: 'write it',
		},
		{
			path: '', line: 9, column: 1, message: 'nowhere',
		},
	]), `farm.yaml:1:7: first
  farm: web
        ^
  hint: write it
farm.yaml:2:9: second
  \tnodes: x\u{FFFD}[2J
  \t       ^
farm.yaml:9:1: nowhere`);
});

test('of a long line the part around the place is shown', t => {
	const shown = renderProblems('f', `${'a'.repeat(5000)}X${'b'.repeat(5000)}`, [{
		path: '', line: 1, column: 5001, message: 'm',
	}]).split('\n');
	t.true(shown[1]!.length < 200);
	t.is(shown[1]![shown[2]!.indexOf('^')], 'X');
});
