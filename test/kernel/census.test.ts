/** The judge of the faults, on frames made by hand: it must see what it is there to see. */

import test from 'ava';
import {censusOf, outageMs, spanMs, twiceAnswered, type Syn} from './support/census.js';
import {decodeFrame, tcp, tcpFrame, type Frame} from './support/frame.js';

const clientMac = '02:00:00:00:00:01';
const vipMac = '02:00:00:00:00:64';
const client = '10.0.0.1';
const vip = '10.0.0.100';

const at = (atMs: number, frame: Buffer): Frame & {atMs: number} => ({...decodeFrame(frame), atMs});

const syn = (atMs: number, sequence: number) => at(atMs, tcpFrame({sourceMac: clientMac, targetMac: vipMac, source: client, target: vip}, {sourcePort: 5000, targetPort: 80, sequence, flags: tcp.syn}));

const reply = (atMs: number, node: number, sequence: number, flags: number) => at(atMs, tcpFrame(
	{sourceMac: `02:00:00:00:00:1${node}`, targetMac: clientMac, source: vip, target: client},
	{sourcePort: 80, targetPort: 5000, sequence: 7, acknowledge: (sequence + 1) >>> 0, flags},
));

const answer = (atMs: number, node: number, sequence: number) => reply(atMs, node, sequence, tcp.syn | tcp.ack);

test('a SYN belongs to the nodes that answered it, each counted once', t => {
	const syns = censusOf([syn(0, 1), answer(1, 1, 1), answer(2, 1, 1), syn(3, 2), answer(4, 1, 2), answer(5, 2, 2), syn(6, 3)]);
	t.deepEqual(syns.map(({by}) => by.length), [1, 2, 0]);
	t.deepEqual(twiceAnswered(syns).map(({atMs}) => atMs), [3]);
});

test('a SYN that is sent again counts once; an answer to an unknown one not at all; the largest sequence wraps', t => {
	t.deepEqual(censusOf([syn(0, 1), syn(9, 1), answer(10, 1, 1), answer(11, 1, 99)]).map(({atMs, by}) => [atMs, by.length]), [[0, 1]]);
	t.deepEqual(censusOf([syn(0, 0xFF_FF_FF_FF), answer(1, 1, 0xFF_FF_FF_FF)]).map(({by}) => by.length), [1]);
});

test('a reset in place of an answer is a refusal, one of a connection is not', t => {
	const refused = censusOf([syn(0, 1), reply(1, 1, 1, tcp.reset | tcp.ack)]);
	t.deepEqual(refused.map(({by, refusedBy}) => [by.length, refusedBy.length]), [[0, 1]]);
	t.deepEqual(censusOf([syn(0, 1), reply(1, 1, 1, tcp.reset)])[0]!.refusedBy, []);
});

const series = (...answered: ReadonlyArray<readonly [atMs: number, isAnswered: boolean]>): Syn[] =>
	answered.map(([atMs, isAnswered]) => ({client, atMs, sent: 1, by: isAnswered ? ['a'] : [], refusedBy: []}));

test('an outage is the longest time between two answers with an unanswered SYN between them', t => {
	t.is(outageMs(series([0, true], [10, false], [30, true], [40, false], [100, true])), 70);
});

test('a client that says nothing has no outage, one that is never answered a boundless one', t => {
	t.is(outageMs(series([0, true], [500, true])), 0);
	t.is(outageMs(series([0, true], [10, false])), 10);
	t.is(outageMs(series([0, false], [10, false])), Infinity);
	t.is(outageMs(series([0, false], [10, true])), 0);
	t.is(outageMs([]), Infinity);
	t.is(spanMs(series([5, true], [9, true])), 4);
	t.is(spanMs([]), 0);
});
