import test from 'ava';
import fc from 'fast-check';
import {clockMovedMs, clockRecordsMax, noteClock, parseClocks, renderClocks, type ClockRecord} from '../../../src/core/clocks/record.js';

const record: ClockRecord = {peer: 'web2', peerLife: 2000, life: 1000, ms: 10, offsetMs: 100, errorMs: 0.2, wallOffsetMs: 3, wallMs: 1010};

test('what stays as it was is written once', t => {
	const records = noteClock([], record);
	t.is(noteClock(records, {...record, ms: 5000, offsetMs: 100 + clockMovedMs, errorMs: 0.15}), records);
	t.is(noteClock(records, {...record, peer: 'web3'}).length, 2);
	t.is(noteClock(records, {...record, peerLife: 2001}).length, 2);
	t.is(noteClock(records, {...record, life: 1001}).length, 2);
});

test('a clock that has drifted, or was set, is written again; one that is only known better in place of the last', t => {
	const records = noteClock([], record);
	t.is(noteClock(records, {...record, offsetMs: 103}).length, 2);
	t.is(noteClock(records, {...record, wallOffsetMs: 3_600_000}).length, 2);
	const surer = {...record, ms: 20, errorMs: 0.05};
	t.deepEqual(noteClock(records, surer), [surer]);
});

test('of each peer the newest are kept', t => {
	let records = noteClock([], {...record, peer: 'web3'});
	for (let index = 0; index < clockRecordsMax + 10; index++) {
		records = noteClock(records, {...record, offsetMs: 10 * index});
	}

	t.is(records.length, clockRecordsMax + 1);
	t.is(records.at(-1)!.offsetMs, 10 * (clockRecordsMax + 9));
	t.is(records[0]!.peer, 'web3');
});

test('the file says what was noted, and anything else nothing', t => {
	const records = [record, {...record, peer: 'web3'}];
	t.deepEqual(parseClocks(renderClocks(records)), records);
	t.deepEqual(parseClocks(renderClocks([])), []);
	t.deepEqual(parseClocks(JSON.stringify([record, {...record, ms: null}, 3])), [record]);
	fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => Array.isArray(parseClocks(text))));
});
