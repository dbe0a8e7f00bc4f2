import test from 'ava';
import {groupKnownMs, hearsGroup, isReachedByGroup, toldGroup} from '../../../src/core/networks/group.js';
import {emptyPath} from '../../../src/core/networks/path.js';
import {detectionMs, hearing, upTo} from './arrival.js';

test('a peer is reached by the group while it says so', t => {
	t.false(isReachedByGroup(emptyPath, 0));
	const told = toldGroup(emptyPath, true, 1000);
	t.true(isReachedByGroup(told, 1000 + groupKnownMs - 1));
	t.false(isReachedByGroup(told, 1000 + groupKnownMs));
	t.false(isReachedByGroup(toldGroup(told, false, 1500), 1500));
});

test('this node says so while copies to the group arrive', t => {
	const path = hearing(upTo(10), {isGroup: true});
	t.true(hearsGroup(path, detectionMs, 500));
	t.false(hearsGroup(path, detectionMs, 500 + detectionMs));
	t.false(hearsGroup(hearing(upTo(30, 11), {path, from: 500}), detectionMs, 1500), 'its own copies do not count');
});

test('a new life of the peer must say so anew', t => {
	t.false(isReachedByGroup(hearing([1], {path: toldGroup(hearing([1]), true, 100), incarnation: 2}), 100));
});
