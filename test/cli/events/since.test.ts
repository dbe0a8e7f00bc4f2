import test from 'ava';
import {sinceMsOf} from '../../../src/cli/events/since.js';
import {UsageFailure} from '../../../src/errors.js';

const now = new Date(2026, 10, 23, 8, 30, 0);

test('how long ago', t => {
	t.is(sinceMsOf('10m', now), now.getTime() - 600_000);
	t.is(sinceMsOf('1.5s', now), now.getTime() - 1500);
});

test('a time of this machine, or of its zone', t => {
	t.is(sinceMsOf('2026-01-02T03:04:05.678Z', now), Date.UTC(2026, 0, 2, 3, 4, 5, 678));
	t.is(sinceMsOf('2026-01-02T03:04+02:00', now), Date.UTC(2026, 0, 2, 1, 4));
	t.is(sinceMsOf('2026-01-02 03:04:05', now), new Date(2026, 0, 2, 3, 4, 5).getTime());
	t.is(sinceMsOf('2026-01-02', now), new Date(2026, 0, 2).getTime());
});

test('a time of day is one of the last 24 hours', t => {
	t.is(sinceMsOf('08:15', now), new Date(2026, 10, 23, 8, 15).getTime());
	t.is(sinceMsOf('8:45:10', now), new Date(2026, 10, 22, 8, 45, 10).getTime());
});

for (const text of ['', 'yesterday', '10', '25:00', '12:60', '2026-13-01', '12:00:00Z', '-5m']) {
	test(`'${text}' is no time, and what is one is shown`, t => {
		const error = t.throws(() => sinceMsOf(text, now), {instanceOf: UsageFailure});
		t.regex(error.hint!, /10m.*14:05/u);
	});
}
