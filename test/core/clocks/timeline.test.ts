import test from 'ava';
import {noteClock, type ClockRecord} from '../../../src/core/clocks/record.js';
import {createTimeline} from '../../../src/core/clocks/timeline.js';
import {mergeEvents} from '../../../src/core/events/merge.js';

/** This node's life 1000 began at 1000 by its wall; the peer's life 2000 is 500 ms ahead of it. */
const record: ClockRecord = {peer: 'web2', peerLife: 2000, life: 1000, ms: 10_000, offsetMs: 500, errorMs: 0.1, wallOffsetMs: 90_000, wallMs: 11_000};
const now = {life: 1000, ms: 100_000, wallMs: 101_000};

test('an event of a peer is when its life says, not what its wall said', t => {
	const timeline = createTimeline([record], [now]);
	const {wallMs, errorMs} = timeline.peer('web2', {life: 2000, ms: 10_600, wallMs: 99});
	t.is(wallMs, 1000 + 10_100);
	t.true(errorMs! > 0 && errorMs! < 1);
	t.deepEqual(timeline.own({life: 1000, ms: 10_100, wallMs: 5}), {wallMs: 11_100, errorMs: 0});
});

test('a clock that drifts: along the line between what was written down', t => {
	const later = {...record, ms: 110_000, offsetMs: 504, wallMs: 111_000};
	const timeline = createTimeline([record, later], [{...now, ms: 200_000, wallMs: 201_000}]);
	const {wallMs} = timeline.peer('web2', {life: 2000, ms: 60_502, wallMs: 0});
	t.true(Math.abs(wallMs - 61_000) < 0.001, `${wallMs}`);
	t.is(timeline.peer('web2', {life: 2000, ms: 5500, wallMs: 0}).wallMs, 6000, 'before the first: by the first');
	t.is(timeline.peer('web2', {life: 2000, ms: 120_504, wallMs: 0}).wallMs, 121_000, 'after the last: by the last');
});

test('a clock that jumped, as of a machine that slept: by the nearer', t => {
	const later = {...record, ms: 110_000, offsetMs: 500 - 60_000, wallMs: 111_000};
	const timeline = createTimeline([record, later], [now]);
	t.is(timeline.peer('web2', {life: 2000, ms: 11_500, wallMs: 0}).wallMs, 12_000);
	t.is(timeline.peer('web2', {life: 2000, ms: 50_000, wallMs: 0}).wallMs, 110_500);
});

test('this node\'s wall was set: its earlier events are told by the new setting, and the peer\'s beside them', t => {
	// An hour back at 50 000 ms of its life.
	const timeline = createTimeline([record], [{life: 1000, ms: 1, wallMs: 1001}, {...now, wallMs: now.wallMs - 3_600_000}]);
	t.is(timeline.own({life: 1000, ms: 10_100, wallMs: 11_100}).wallMs, 11_100 - 3_600_000);
	t.is(timeline.peer('web2', {life: 2000, ms: 10_600, wallMs: 0}).wallMs, 11_100 - 3_600_000);
});

test('a life that nobody measured: by what is known of the walls', t => {
	const timeline = createTimeline([record], [now]);
	t.deepEqual(timeline.peer('web2', {life: 3000, ms: 0, wallMs: 500_000}), {wallMs: 410_000, errorMs: undefined});
	t.deepEqual(timeline.peer('web3', {life: 3000, ms: 0, wallMs: 500_000}), {wallMs: 500_000, errorMs: undefined});
	t.deepEqual(timeline.own({life: 5, ms: 0, wallMs: 77}), {wallMs: 77, errorMs: 0});
});

test('three nodes whose walls are hours apart and whose clocks drift: one order', t => {
	// What truly happens, every 7 ms on the next node, for three hours told in jumps.
	const nodes = [
		{name: 'web1', life: 1000, aheadMs: 0, wallMs: 1_000_000, drift: 0},
		{name: 'web2', life: 2000, aheadMs: 77_000, wallMs: 90_000_000, drift: 8e-5},
		{name: 'web3', life: 3000, aheadMs: -3000, wallMs: 5, drift: -6e-5},
	];
	const clockOf = ({aheadMs, drift}: typeof nodes[number], truth: number): number => (truth * (1 + drift)) + aheadMs;
	let records: readonly ClockRecord[] = [];
	for (let truth = 10_000; truth < 3 * 3_600_000; truth += 1000) {
		for (const {name, life, ...rest} of nodes.slice(1)) {
			const ms = clockOf(nodes[0]!, truth);
			records = noteClock(records, {
				peer: name, peerLife: life, life: 1000, ms, offsetMs: clockOf({name, life, ...rest}, truth) - ms, errorMs: 0.1, wallOffsetMs: rest.wallMs - 1_000_000, wallMs: 1_000_000 + ms,
			});
		}
	}

	t.true(records.length < 1000);
	const timeline = createTimeline(records, [{life: 1000, ms: 3 * 3_600_000, wallMs: 1_000_000 + (3 * 3_600_000)}]);
	const happened = Array.from({length: 3000}, (_, index) => ({index, truth: 3_600_000 + (index * 7) + (index > 1500 ? 3_600_000 : 0), node: nodes[index % 3]!}));
	const lists = nodes.map((node, at) => happened.filter(one => one.node === node).map(({index, truth}) => {
		const stamped = {life: node.life, ms: clockOf(node, truth), wallMs: node.wallMs + truth};
		return {node: node.name, event: index, instant: at === 0 ? timeline.own(stamped) : timeline.peer(node.name, stamped)};
	}));
	const merged = mergeEvents(lists);
	t.deepEqual(merged.map(({event}) => event), happened.map(({index}) => index));
});
