import test from 'ava';
import {deliveryOf, handoversOf, notDelivered, twiceDelivered} from '../bench/changes/datagrams.js';
import {orphansIn} from '../bench/changes/orphans.js';
import {isStream, messageBytes, messageOf} from '../bench/traffic/messages.js';
import {brokenBy, changeTable} from '../bench/changes/table.js';
import type {ChangeResult} from '../bench/changes/play.js';
import {tcp} from '../kernel/support/frame.js';

/** Two flows that take turns, a datagram each millisecond; from the number 100 on. */
const delivered = (came: Readonly<Record<string, readonly number[]>>): ReturnType<typeof deliveryOf> => deliveryOf(
	{first: 100, flowsCount: 2, sentMs: Float64Array.from({length: 12}, (_, index) => index)},
	new Map(Object.entries(came).map(([node, numbers]) => [node, Uint32Array.from(numbers)])),
);

test('flows that move together narrow their gap down, and what nobody got is its least length', t => {
	const delivery = delivered({web1: [100, 101, 102, 103], web2: [107, 108, 109, 110, 111]});
	t.is(notDelivered(delivery), 3);
	t.is(twiceDelivered(delivery), 0);
	t.deepEqual(handoversOf(delivery), [{from: 'web1', to: 'web2', beginMs: 3, endMs: 7, flows: [0, 1], lostMs: 2}]);
});

test('flows that move at other times, or between other nodes, are told apart', t => {
	const delivery = delivered({web1: [100, 102, 101, 103, 105, 107], web2: [104, 106, 108, 110], web3: [109, 111]});
	t.deepEqual(handoversOf(delivery).map(({from, to, beginMs, endMs, lostMs}) => [from, to, beginMs, endMs, lostMs]), [['web1', 'web2', 2, 4, 0], ['web1', 'web3', 7, 9, 0]]);
});

test('a datagram that two nodes got is twice, and one that the same got twice as well', t => {
	t.is(twiceDelivered(delivered({web1: [100, 101, 102], web2: [102, 103]})), 1);
	t.is(twiceDelivered(delivered({web1: [100, 100, 101]})), 1);
});

test('a byte of another connection or another moment is seen', t => {
	const bytes = Buffer.concat([0, 1, 2].map(number => Buffer.from(messageOf(7, number))));
	t.true(isStream(7, 0, bytes, bytes.length));
	t.true(isStream(7, 5, bytes.subarray(5), 20));
	t.true(isStream(7, messageBytes, bytes.subarray(messageBytes), messageBytes));
	t.false(isStream(7, messageBytes, bytes, messageBytes));
	t.false(isStream(8, 0, bytes, messageBytes));
	t.false(isStream(7, 4, bytes.subarray(5), 20));
});

type Spoken = {readonly from: 'client' | 'dead' | 'heir'; readonly port: number; readonly flags: number; readonly atMs: number; readonly data?: string};

const frameOf = ({from, port, flags, atMs, data = ''}: Spoken) => {
	const isClient = from === 'client';
	return {
		atMs, sourceMac: from, targetMac: '', summary: '', source: isClient ? 'c' : 'vip', target: isClient ? 'vip' : 'c',
		tcp: {sourcePort: isClient ? port : 7, targetPort: isClient ? 7 : port, sequence: 0, acknowledge: 0, flags, data: Buffer.from(data)},
	};
};

const life: readonly Spoken[] = [
	{from: 'dead', port: 1, flags: tcp.syn + tcp.ack, atMs: 1},
	...[1, 2, 3].flatMap(port => [2, 3].map(atMs => ({from: 'dead' as const, port, flags: tcp.ack, atMs, data: 'x'}))),
	{from: 'dead', port: 4, flags: tcp.ack, atMs: 3, data: 'x'},
	{from: 'client', port: 3, flags: tcp.fin + tcp.ack, atMs: 4},
	{from: 'client', port: 1, flags: tcp.ack, atMs: 50},
];

test('an orphan\'s packets count from the take-over on, and who was never told is counted', t => {
	const {orphans, unaware} = orphansIn([
		...life,
		{from: 'heir', port: 9, flags: tcp.syn + tcp.ack, atMs: 300},
		{from: 'client', port: 1, flags: tcp.ack, atMs: 310},
		{from: 'client', port: 1, flags: tcp.ack, atMs: 320},
		{from: 'heir', port: 1, flags: tcp.reset, atMs: 321},
		{from: 'client', port: 2, flags: tcp.ack, atMs: 330},
		{from: 'heir', port: 9, flags: tcp.ack, atMs: 1000},
	].map(spoken => frameOf(spoken as Spoken)), {deadMac: 'dead', diedAt: 10});
	t.deepEqual(orphans, [{packets: 2, answerMs: 1, sinceTakeoverMs: 21, sinceDeathMs: 311}]);
	t.is(unaware, 1);
});

const result: ChangeResult = {
	kind: 'drain', broken: [], stalled: 0, failed: [], served: 10, messages: 100, syns: 20, caught: 1, twiceAnswered: 0, refused: 0, datagrams: 50, twiceDelivered: 0, notDelivered: 2,
	handovers: [{from: 'web1', to: 'web2', beginMs: 3, endMs: 4.5, flows: [0], lostMs: 1}], tookMs: 100, latenessMs: 1, longestEchoMs: 2, told: [], lapses: 0,
};

test('all that a client could notice is told', t => {
	t.deepEqual(brokenBy(result), []);
	t.is(brokenBy({...result, broken: ['a'], failed: ['b'], twiceAnswered: 1, refused: 1, twiceDelivered: 1}).length, 5);
	t.regex(changeTable([result, {...result, broken: ['a']}]), /^\| drain \| 2 \| 1 \(0\) \| 0 \| 0 of 40 \| 0 of 100 \| 1\.50 ms \(1\.50 ms\) \| 2 of 40 \|$/m);
});
