import test from 'ava';
import type {CheckOutcome} from '../../../src/core/model/check-result.js';
import {runRows} from '../../../src/core/status/result-rows.js';

const result = (second: number, outcome: CheckOutcome, reason: string, tookMs = 1) => ({
	at: `2026-01-02T03:04:0${second}.000Z`, outcome, reason, tookMs,
});

test('results in a row that say the same are one row, with the longest time that one took', t => {
	const rows = runRows([
		result(0, 'up', 'status 200 in 3 ms'), result(1, 'up', 'status 200 in 4 ms', 9), result(2, 'down', 'status 500'), result(3, 'down', 'refused'), result(4, 'timeout', 'refused'), result(5, 'up', 'status 200'),
	]);
	t.deepEqual(rows.map(({time, until, outcome, count, took, reason}) => [time.slice(6, 8), until.slice(6, 8), outcome, count, took, reason]), [
		['00', '01', 'up', '2', '9 ms', 'status 200 in 4 ms'],
		['02', '02', 'down', '1', '1 ms', 'status 500'],
		['03', '03', 'down', '1', '1 ms', 'refused'],
		['04', '04', 'timeout', '1', '1 ms', 'refused'],
		['05', '05', 'up', '1', '1 ms', 'status 200'],
	]);
	t.deepEqual(runRows([]), []);
});
