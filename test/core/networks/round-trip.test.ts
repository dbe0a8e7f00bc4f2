import test from 'ava';
import {emptyPath} from '../../../src/core/networks/path.js';
import {measuredRtt} from '../../../src/core/networks/round-trip.js';

/** After a first answer, which does not count. */
const measured = (...rtts: readonly number[]) => rtts.reduce((path, rttMs) => measuredRtt(path, rttMs), measuredRtt(emptyPath, 500));

test('the first answer does not count, the second is taken as it is', t => {
	t.is(measured().rttMs, undefined);
	t.is(measured(0.25).rttMs, 0.25);
	t.is(measured(0.25).jitterMs, 0);
});

test('the next ones are averaged, each variation counts a sixteenth', t => {
	const {rttMs, jitterMs} = measured(8, 16, 9);
	t.is(rttMs, 11);
	t.is(jitterMs, 0.5 + ((7 - 0.5) / 16));
});

test('after many each counts an eighth', t => {
	const steady = measured(...Array.from({length: 100}, () => 8));
	t.is(steady.rttMs, 8);
	t.is(measuredRtt(steady, 16).rttMs, 9);
});

test('a steady way has no jitter, whatever it was before', t => {
	const path = measured(1, 9, ...Array.from({length: 200}, () => 2));
	t.true(Math.abs(path.rttMs! - 2) < 0.01);
	t.true(path.jitterMs < 0.01);
});
