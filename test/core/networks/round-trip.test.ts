import test from 'ava';
import {emptyPath} from '../../../src/core/networks/path.js';
import {measuredRtt} from '../../../src/core/networks/round-trip.js';

const measured = (...rtts: readonly number[]) => rtts.reduce((path, rttMs) => measuredRtt(path, rttMs), emptyPath);

test('the first measurement is taken as it is', t => {
	t.is(emptyPath.rttMs, undefined);
	t.is(measured(0.25).rttMs, 0.25);
	t.is(measured(0.25).jitterMs, 0);
});

test('later ones are smoothed: an eighth of the difference, a sixteenth of the variation', t => {
	const {rttMs, jitterMs} = measured(8, 16, 8);
	t.is(rttMs, 9 - (1 / 8));
	t.is(jitterMs, 0.5 + ((8 - 0.5) / 16));
});

test('a steady way has no jitter, whatever it was before', t => {
	const path = measured(1, 9, ...Array.from({length: 200}, () => 2));
	t.true(Math.abs(path.rttMs! - 2) < 0.01);
	t.true(path.jitterMs < 0.01);
});
