import test from 'ava';
import fc from 'fast-check';
import {lossExpectedMin, lossPercent, lossWindow, toldSent} from '../../../src/core/networks/loss.js';
import {emptyPath, type Path} from '../../../src/core/networks/path.js';
import {hearing, upTo} from './arrival.js';

const begun = toldSent(emptyPath, {incarnation: 1, sent: 0});
const counted = (path: Path, sent: number, incarnation = 1): Path => toldSent(path, {incarnation, sent});

test('all arrive: no loss; too few known: no answer', t => {
	t.is(lossPercent(emptyPath), undefined);
	t.is(lossPercent(counted(hearing(upTo(lossExpectedMin - 2), {path: begun}), lossExpectedMin - 2)), undefined);
	t.is(lossPercent(counted(hearing(upTo(50), {path: begun}), 50)), 0);
});

test('gaps in the numbers are no loss: those heartbeats were for others', t => {
	t.is(lossPercent(counted(hearing(upTo(100).filter(sequence => sequence % 2 === 0), {path: begun}), 50)), 0);
});

test('every tenth is missing', t => {
	const path = counted(hearing(upTo(100).filter(sequence => sequence % 10 !== 0), {path: begun}), 100);
	t.true(Math.abs(lossPercent(path)! - 10) < 0.01);
});

test('copies count once, and overtaken ones count', t => {
	const twice = upTo(60).flatMap(sequence => [sequence, sequence]);
	t.is(hearing(twice).received, 60);
	t.is(hearing([3, 1, 2, 1, 3, 40, 39, 40, 10, 9]).received, 6, '9 is too far behind 40 to be told from a copy');
	fc.assert(fc.property(fc.array(fc.integer({min: 0, max: 30}), {maxLength: 100}), sequences => hearing([1000, ...sequences.map(ahead => 1000 + ahead)]).received
		=== new Set([1000, ...sequences.map(ahead => 1000 + ahead)]).size));
});

test('a heartbeat that a count overtook makes up for it', t => {
	const early = counted(hearing(upTo(99), {path: begun}), 100);
	t.true(lossPercent(early)! > 0.9);
	t.true(lossPercent(counted(hearing(upTo(120, 100), {path: early}), 120))! < 0.1);
});

test('an outage is seen when a count comes through, and fades', t => {
	const before = counted(hearing(upTo(100), {path: begun}), 100);
	const after = counted(hearing([301], {path: before}), 301);
	t.true(lossPercent(after)! > 85);
	const later = counted(hearing(upTo(301 + lossWindow, 302), {path: after}), 301 + lossWindow);
	t.true(lossPercent(later)! > 25 && lossPercent(later)! < 45);
	t.true(lossPercent(counted(hearing(upTo(301 + (6 * lossWindow), 302 + lossWindow), {path: later}), 301 + (6 * lossWindow)))! < 1);
});

test('a new life of the peer is not the loss of the old one', t => {
	const before = counted(hearing(upTo(100), {path: begun}), 100);
	const reborn = counted(hearing(upTo(30), {path: counted(before, 3, 2), incarnation: 2}), 33, 2);
	t.true(lossPercent(reborn)! < 1e-6);
	t.is(counted(reborn, 4000, 1), reborn, 'the old life has no more to say');
});

test('a count that goes back begins anew', t => {
	const before = counted(hearing(upTo(100), {path: begun}), 100);
	t.is(lossPercent(counted(hearing(upTo(120, 101), {path: counted(before, 5)}), 25)), 0);
	t.is(counted(before, 5).expected, before.expected);
});

test('a lost network loses all', t => {
	t.is(lossPercent({...emptyPath, isLost: true}), 100);
});

test('always a share', t => {
	fc.assert(fc.property(fc.array(fc.record({sent: fc.nat(2000), sequences: fc.array(fc.nat(2000), {maxLength: 20}), incarnation: fc.nat(2)})), reports => {
		let path = emptyPath;
		for (const {sent, sequences, incarnation} of reports) {
			path = counted(hearing(sequences, {path, incarnation}), sent, incarnation);
			const percent = lossPercent(path);
			if (percent !== undefined && !(percent >= 0 && percent <= 100)) {
				return false;
			}
		}

		return true;
	}));
	t.pass();
});
