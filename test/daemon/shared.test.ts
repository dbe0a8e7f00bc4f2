import test from 'ava';
import {monoMs} from '../../src/core/model/time.js';
import {shared} from '../../src/daemon/shared.js';

test('who asks within a moment is given the same, who asks later a new one', async t => {
	let now = 0;
	let count = 0;
	const read = shared(async () => ++count, {now: () => monoMs(now)}, 20);
	t.deepEqual(await Promise.all([read(), read(), read()]), [1, 1, 1]);
	now = 20;
	t.is(await read(), 1);
	now = 21;
	t.is(await read(), 2);
});

test('a failure is for those who waited for it', async t => {
	let count = 0;
	const read = shared(async () => {
		count++;
		if (count === 1) {
			throw new Error('not yet');
		}

		return count;
	}, {now: () => monoMs(0)}, 20);
	const both = await Promise.allSettled([read(), read()]);
	t.deepEqual(both.map(({status}) => status), ['rejected', 'rejected']);
	t.is(await read(), 2);
});
