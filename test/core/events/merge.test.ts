import test from 'ava';
import fc from 'fast-check';
import {mergeEvents} from '../../../src/core/events/merge.js';

const placed = (node: string, times: readonly number[]) => times.map((wallMs, event) => ({node, event, instant: {wallMs, errorMs: 0}}));
const told = (lists: Parameters<typeof mergeEvents<number>>[0]): string[] => mergeEvents(lists).map(({node, instant}) => `${node} ${instant.wallMs}`);

test('by time, and each node in its own order', t => {
	t.deepEqual(told([placed('a', [1, 4, 9]), [], placed('b', [2, 3, 10])]), ['a 1', 'b 2', 'b 3', 'a 4', 'a 9', 'b 10']);
	t.deepEqual(told([placed('a', [5, 1]), placed('b', [2, 6])]), ['b 2', 'a 5', 'a 1', 'b 6'], 'a clock that was set back does not reorder what its node says');
	t.deepEqual(told([]), []);
});

test('lists in order become one in order, and nothing is lost', t => {
	const times = fc.array(fc.nat(100), {maxLength: 20}).map(list => list.toSorted((a, b) => a - b));
	fc.assert(fc.property(fc.array(times, {maxLength: 5}), lists => {
		const merged = mergeEvents(lists.map((list, index) => placed(String(index), list))).map(({instant}) => instant.wallMs);
		t.deepEqual(merged, lists.flat().toSorted((a, b) => a - b));
	}));
});
