import test from 'ava';
import {clockRemarks, placedEvents, timelineOf} from '../../../src/cli/events/farm-events.js';
import {createNews} from '../../../src/cli/events/sources.js';
import type {ClockRecord} from '../../../src/core/clocks/record.js';
import type {KeptEvent} from '../../../src/core/events/kept-event.js';

const record: ClockRecord = {peer: 'web2', peerLife: 2000, life: 1000, ms: 10_000, offsetMs: 500, errorMs: 0.1, wallOffsetMs: 3_600_000, wallMs: 11_000};
const event: KeptEvent = {at: '1970-01-01T01:00:11.000Z', level: 'info', name: 'tried', message: 'tried', life: 2000, ms: 10_500, sequence: 1};

test('a clock that is far off is named, by how it stood last', t => {
	t.deepEqual(clockRemarks([record]), ['the clock of web2 is 1 h ahead of this node\'s, whose times are shown']);
	t.deepEqual(clockRemarks([record, {...record, wallOffsetMs: -5000}]), ['the clock of web2 is 5.0 s behind this node\'s, whose times are shown']);
	t.deepEqual(clockRemarks([record, {...record, wallOffsetMs: 20}]), []);
});

test('a peer\'s event gets the time of this node\'s clock', t => {
	const timeline = timelineOf({now: {life: 1000, ms: 20_000, wallMs: 21_000}, records: [record]}, []);
	t.is(placedEvents({node: 'web2', isSelf: false}, [event], timeline)[0]!.instant.wallMs, 11_000);
	t.is(placedEvents({node: 'web1', isSelf: true}, [{...event, life: 1000}], timeline)[0]!.instant.wallMs, 11_500);
});

test('what is told twice is new once, in each life', t => {
	const isNew = createNews();
	const told = [{life: 1, sequence: 1}, {life: 1, sequence: 2}, {life: 1, sequence: 2}, {life: 2, sequence: 1}, {life: 1, sequence: 3}, {life: 2, sequence: 1}];
	t.deepEqual(told.map(one => isNew(one)), [true, true, false, true, true, false]);
});
