import test from 'ava';
import fc from 'fast-check';
import {measurementOf, measurementsMax, surest, withMeasurement, type ClockMeasurement} from '../../../src/core/clocks/measurement.js';

const ahead = 5000.25;

/** The peer's clock is `ahead`; the question takes `out` and the answer `back`. */
const answered = (out: number, back: number, sentAt = 100) => ({
	sentAt, receivedAt: sentAt + out + back, wallMs: 9000 + out + back, clocks: {life: 7, ms: sentAt + out + ahead, wallMs: 2000 + out},
});

test('whichever way is the slow one, the measurement says how far it may be wrong', t => {
	const ms = fc.double({min: 0, max: 500, noNaN: true});
	fc.assert(fc.property(ms, ms, (out, back) => {
		const {offsetMs, errorMs, wallOffsetMs} = measurementOf(answered(out, back));
		t.true(Math.abs(offsetMs - ahead) <= errorMs + 1e-6);
		t.true(Math.abs(wallOffsetMs - (2000 - 9000)) <= errorMs + 1e-6);
	}));
});

test('the surest of the last ones counts, until it is too old; another life begins anew', t => {
	let measured: readonly ClockMeasurement[] = [];
	measured = withMeasurement(measured, measurementOf(answered(0.1, 0.1)));
	measured = withMeasurement(measured, measurementOf(answered(20, 1, 1100)));
	t.is(Math.round(surest(measured, 1200)!.offsetMs * 100), Math.round(ahead * 100));
	t.true(surest(measured, 1200)!.errorMs > 0.1);
	measured = withMeasurement(measured, measurementOf(answered(5, 5, 200_000)));
	t.true(surest(measured, 200_100)!.ms > 200_000, 'the clocks may have drifted by more since');
	for (let index = 0; index < measurementsMax + 5; index++) {
		measured = withMeasurement(measured, measurementOf(answered(1, 1, index)));
	}

	t.is(measured.length, measurementsMax);
	t.is(withMeasurement(measured, {...measured[0]!, peerLife: 8}).length, 1);
	t.is(surest([], 0), undefined);
});
