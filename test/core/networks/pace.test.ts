import test from 'ava';
import {networksMax, nodesMax} from '../../../src/core/config/keys.js';
import {probeIntervalMs, probePace} from '../../../src/core/networks/pace.js';

/** At about 25 µs each, far less than a heartbeat waits for a timer. */
const probesAtOnceMax = 6;

test('every way has its probe in time, and never many at once', t => {
	for (let ways = 0; ways <= (nodesMax - 1) * networksMax; ways++) {
		const {tickMs, probesPerTick} = probePace(ways);
		t.true(probesPerTick <= probesAtOnceMax);
		t.true(ways === 0 || Math.ceil(ways / probesPerTick) * tickMs <= probeIntervalMs * 1.001, `${ways} ways`);
	}
});

test('few ways are spread over the whole interval', t => {
	t.deepEqual(probePace(4), {tickMs: 250, probesPerTick: 1});
});
