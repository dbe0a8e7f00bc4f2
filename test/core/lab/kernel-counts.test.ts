import test from 'ava';
import {addCounters, noCounts} from '../../../src/core/lab/kernel-counts.js';

const look = (foreignPackets: number, acceptedPackets: number) => ({foreignPackets, acceptedPackets});

test('counts what was added since the last look', t => {
	const counts = [look(5, 1), look(9, 1)].reduce((sum, next) => addCounters(sum, next), noCounts);
	t.is(counts.filtered, 9);
	t.is(counts.accepted, 1);
});

test('a filter that was installed anew counts on from zero', t => {
	const counts = [look(100, 50), look(3, 60), look(4, 2)].reduce((sum, next) => addCounters(sum, next), noCounts);
	t.is(counts.filtered, 104);
	t.is(counts.accepted, 62);
});
