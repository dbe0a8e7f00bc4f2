import test from 'ava';
import type {KernelChange} from '../../../src/core/membership/types.js';
import {configOf, createSingle} from './single.js';

const awayMs = 30_000;

/** A node that is alone and leaves, and what it asks of the lease from then on. The lease of its absence is answered like this, one answer after the other. */
function leaving(...outcomes: ReadonlyArray<'done' | 'lapsed'>): {readonly asked: readonly string[]; readonly hasFinished: boolean} {
	const single = createSingle(configOf(1));
	single.give({kind: 'start'});
	single.pass(2000);
	const asked: string[] = [];
	const left = [...outcomes];
	single.answer = (change: KernelChange) => {
		if (change.kind !== 'lease' || change.endAt < single.now() + awayMs) {
			return 'done';
		}

		asked.push(change.verb);
		return left.shift() ?? 'done';
	};

	single.give({kind: 'stop', awayMs});
	const effects = single.pass(2000);
	return {asked, hasFinished: [...single.effects, ...effects].some(({kind}) => kind === 'finished')};
}

test('a node that leaves makes the lease long, once', t => {
	t.deepEqual(leaving(), {asked: ['renew'], hasFinished: true});
});

test('a lease that ran out before a node left is opened for its connections', t => {
	t.deepEqual(leaving('lapsed'), {asked: ['renew', 'open'], hasFinished: true});
	t.deepEqual(leaving('lapsed', 'lapsed'), {asked: ['renew', 'open', 'open'], hasFinished: true});
});
