import test from 'ava';
import {displayWidth, pad, printable, truncate} from '../../../src/core/status/display-width.js';

const widths: ReadonlyArray<readonly [string, number]> = [
	['', 0], ['web1', 4], ['é', 1], ['e\u{301}', 1], ['日本', 4], ['한', 2], ['ﾊ', 1], ['😀', 2], ['👩‍👩‍👧', 2], ['█░', 2], ['…', 1], ['ﬀ', 1], ['❤\u{FE0F}', 2],
];

for (const [text, width] of widths) {
	test(`${JSON.stringify(text)} takes ${width} cells`, t => {
		t.is(displayWidth(text), width);
	});
}

test('text is cut at a character that fits, with an ellipsis', t => {
	t.is(truncate('heartbeat', 9), 'heartbeat');
	t.is(truncate('heartbeat', 5), 'hear…');
	t.is(truncate('日本語', 4), '日…');
	t.is(truncate('heartbeat', 0), '');
});

test('padding counts cells, not characters', t => {
	t.is(pad('日本', 6), '日本  ');
	t.is(pad('7', 3, 'right'), '  7');
	t.is(pad('long', 2), 'long');
});

test('what could steer a terminal is taken out', t => {
	t.is(printable('\u{1B}[2Jweb\u{7}\n\u{202E}x'), '\u{FFFD}[2Jweb\u{FFFD}x');
	t.is(printable('web1 日本'), 'web1 日本');
});
