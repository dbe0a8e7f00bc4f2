import test from 'ava';
import {monoMs} from '../../../src/core/model/time.js';
import {
	found, freshPatience, isInsisted, isRefused, lookAgainAt, missed, refusalDelayMinMs, refused, repairCalmMs, repairDelayMaxMs, repairDelayMinMs, repaired, repairsMax,
	repairWindowMs, waitMs, type Patience,
} from '../../../src/core/repair/patience.js';

/** Someone takes the thing away `stepMs` after each repair, which comes as soon as it may; the times of the repairs. */
function insistFor(ms: number, stepMs: number): {readonly repairs: number[]; readonly patience: Patience} {
	const repairs: number[] = [];
	let patience = freshPatience;
	for (let now = 0; now <= ms;) {
		patience = missed(patience, monoMs(now));
		const wait = waitMs(patience, monoMs(now));
		if (wait > 0) {
			now += wait;
			continue;
		}

		patience = repaired(patience, monoMs(now));
		repairs.push(now);
		now += stepMs;
	}

	return {repairs, patience};
}

test('a few repairs are made at once', t => {
	const {repairs, patience} = insistFor(50 * (repairsMax - 1), 50);
	t.is(repairs.length, repairsMax);
	t.false(isInsisted(patience));
	t.is(lookAgainAt(patience), undefined);
});

test('who insists is met less and less often, and never given up', t => {
	const {repairs, patience} = insistFor(300_000, 50);
	t.true(isInsisted(patience));
	const waits = repairs.slice(1).map((at, index) => at - repairs[index]!);
	t.deepEqual(waits.slice(0, repairsMax), Array.from({length: repairsMax}, () => 50));
	t.deepEqual(waits.slice(repairsMax, repairsMax + 5), [1, 2, 4, 8, 16].map(times => times * repairDelayMinMs));
	t.is(waits.at(-1), repairDelayMaxMs);
});

test('repairs farther apart than the window are each the first', t => {
	t.false(isInsisted(insistFor(repairWindowMs * 20, (repairWindowMs / repairsMax) + 1).patience));
	t.true(isInsisted(insistFor(repairWindowMs * 20, (repairWindowMs / repairsMax) - 100).patience));
});

test('what stays in place is met as at first', t => {
	const last = 2000;
	const patience = repaired(insistFor(last, 50).patience, monoMs(last));
	t.true(isInsisted(found(patience, monoMs(last + repairCalmMs - 1))));
	t.is(lookAgainAt(found(patience, monoMs(last + 1))), monoMs(last + repairCalmMs));
	const calm = found(patience, monoMs(last + repairCalmMs));
	t.false(isInsisted(calm));
	t.is(waitMs(missed(patience, monoMs(last + repairCalmMs)), monoMs(last + repairCalmMs)), 0, 'also when it is missing again at the first look after the calm');
});

test('what was missing all the time was not in place', t => {
	const {patience} = insistFor(2000, 50);
	const gone = missed(patience, monoMs(2050));
	t.true(isInsisted(missed(gone, monoMs(2050 + (2 * repairCalmMs)))));
});

test('a refusal is tried again soon, then less and less often, and forgotten with the first success', t => {
	let patience = missed(freshPatience, monoMs(0));
	const waits: number[] = [];
	for (let now = 0; waits.length < 14;) {
		patience = refused(patience, monoMs(now));
		waits.push(waitMs(patience, monoMs(now)));
		now += waits.at(-1)!;
	}

	t.deepEqual(waits.slice(0, 3), [refusalDelayMinMs, 2 * refusalDelayMinMs, 4 * refusalDelayMinMs]);
	t.is(waits.at(-1), repairDelayMaxMs);
	t.true(isRefused(patience));
	t.false(isInsisted(patience));
	const back = repaired(patience, monoMs(1e6));
	t.false(isRefused(back));
	t.is(waitMs(back, monoMs(1e6)), 0);
});
