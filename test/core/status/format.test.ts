import test from 'ava';
import {formatCount, formatDuration, formatShare} from '../../../src/core/status/format.js';

const durations: ReadonlyArray<readonly [number, string]> = [
	[-5, '0 ms'], [0, '0 ms'], [12.9, '12 ms'], [999.9, '999 ms'], [1000, '1.0 s'], [4290, '4.2 s'], [9999, '9.9 s'], [10_000, '10 s'], [59_999, '59 s'],
	[60_000, '1 min'], [185_000, '3 min 5 s'], [3_600_000, '1 h'], [7_500_000, '2 h 5 min'], [90_000_000, '1 d 1 h'],
];

for (const [ms, text] of durations) {
	test(`${ms} ms reads ${text}`, t => {
		t.is(formatDuration(ms), text);
	});
}

const counts: ReadonlyArray<readonly [number, string]> = [
	[0, '0'], [0.6, '1'], [9999, '9999'], [12_345, '12.3k'], [999_949, '999.9k'], [999_950, '1.0M'], [4_500_000, '4.5M'], [2_000_000_000, '2.0G'],
];

for (const [count, text] of counts) {
	test(`${count} reads ${text}`, t => {
		t.is(formatCount(count), text);
	});
}

test('a share has one decimal', t => {
	t.is(formatShare(1 / 3), '33.3%');
	t.is(formatShare(1), '100.0%');
});
