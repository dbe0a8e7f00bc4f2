import test from 'ava';
import {monoMs} from '../../../src/core/model/time.js';
import {createOutput, outputBurst, outputPerSecond} from '../../../src/daemon/application/output.js';

test('a service that prints without end does not fill the log, and how much is missing is told', t => {
	let now = 0;
	const told: string[] = [];
	const output = createOutput(() => monoMs(now), (service, line) => {
		told.push(`${service} ${line}`);
	});
	for (let line = 0; line < 10 * outputBurst; line++) {
		output('app', String(line));
	}

	t.is(told.length, outputBurst);
	output('other', 'is heard meanwhile');
	t.is(told.at(-1), 'other is heard meanwhile');
	now += 1000;
	for (let line = 0; line < 10 * outputBurst; line++) {
		output('app', String(line));
	}

	t.is(told.length, outputBurst + 1 + 1 + outputPerSecond);
	t.is(told[outputBurst + 1], `app [${9 * outputBurst} lines left out: more than ${outputPerSecond} a second]`);
});
