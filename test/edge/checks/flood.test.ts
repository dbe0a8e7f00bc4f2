import test from 'ava';
import {createFloodGuard, skipsPerSecondMax} from '../../../src/edge/checks/flood.js';
import {skippedLine} from '../../../src/edge/program/lines.js';

test('so much in a second is a flood, and stays one', t => {
	const isFlood = createFloodGuard();
	for (let count = 0; count < skipsPerSecondMax; count++) {
		t.false(isFlood(skippedLine, 0.5 * count));
		t.false(isFlood('a line', 0.5 * count));
	}

	t.true(isFlood(skippedLine, 999));
	t.true(isFlood('a line', 5000));
});

test('as much in a longer time is none', t => {
	const isFlood = createFloodGuard();
	for (let count = 0; count < 10 * skipsPerSecondMax; count++) {
		t.false(isFlood(skippedLine, 20 * count));
	}
});
