import test from 'ava';
import fc from 'fast-check';
import {
	anyShareErrorMax,
	consecutiveShareErrorMax,
	ownersOf,
	precedes,
	slotsOf,
	weightedShareErrorMax,
	type Member,
} from '../../../src/core/assignment/owners.js';
import {costs} from '../../../src/core/assignment/cost.js';
import {nodeIdMax, rankOfKey} from '../../../src/core/assignment/key.js';
import {keysUpTo} from '../../../src/core/assignment/order.js';
import {sequence} from '../../../src/core/assignment/sequence.js';
import {fnv1a64} from '../../../src/core/hash/fnv.js';
import {
	allSlots,
	countSlots,
	equalSlots,
	noSlots,
	slotsCount,
	unionSlots,
} from '../../../src/core/model/slot-set.js';

const equalMembers = (ids: readonly number[], weight = 1): Member[] => ids.map(id => ({id, weight}));
const idsUpTo = (count: number): number[] => Array.from({length: count}, (_, index) => index + 1);

function countsOf(members: readonly Member[]): Map<number, number> {
	const counts = new Map(members.map(({id}) => [id, 0]));
	for (const owner of ownersOf(members)) {
		counts.set(owner, (counts.get(owner) ?? 0) + 1);
	}

	return counts;
}

/** How far the worst member is from its proportional share, in slots. */
function errorOf(members: readonly Member[]): number {
	const counts = countsOf(members);
	const total = members.reduce((sum, {weight}) => sum + weight, 0);
	return Math.max(...members.map(({id, weight}) => Math.abs(counts.get(id)! - (slotsCount * weight / total))));
}

/** Members with any ids up to the bound and weights 1 to 1000. */
function randomMembers(random: (below: number) => number, idMax: number): Member[] {
	const count = 1 + random(Math.min(idMax, 12));
	const ids = new Set(Array.from({length: count}, () => 1 + random(idMax)));
	const weightMax = [1, 4, 10, 1000][random(4)]!;
	return [...ids].map(id => ({id, weight: 1 + random(weightMax)}));
}

const member = fc.record({id: fc.integer({min: 1, max: nodeIdMax}), weight: fc.integer({min: 0, max: 1000})});
const farm = fc.uniqueArray(member, {selector: ({id}) => id, maxLength: 14});

/** Sorts everybody, by exact fractions; the clever one keeps the best and uses doubles. */
function dumbOwner(slot: number, members: readonly Member[]): number {
	const keys = keysUpTo(nodeIdMax);
	const keyOf = ({id}: Member) => keys[(id * slotsCount) + slot]!;
	const able = members.filter(({weight}) => weight > 0).toSorted((a, b) => {
		const left = BigInt(costs[rankOfKey(keyOf(a))]!) * BigInt(b.weight);
		const right = BigInt(costs[rankOfKey(keyOf(b))]!) * BigInt(a.weight);
		return left === right ? keyOf(a) - keyOf(b) : (left < right ? -1 : 1);
	});
	return able[0]?.id ?? 0;
}

test('every subset of ids 1 to 10 with equal weights shares exactly evenly', t => {
	for (let subset = 1; subset < 1024; subset++) {
		const ids = idsUpTo(10).filter(id => Math.floor(subset / (2 ** (id - 1))) % 2 === 1);
		const counts = countsOf(equalMembers(ids, 1 + (subset % 1000)));
		t.deepEqual(counts, new Map(ids.map(id => [id, slotsCount / ids.length])));
	}
});

test('a return and a growth cost the same: a new id takes exactly its share, evenly from the others', t => {
	for (let count = 1; count < 10; count++) {
		const before = ownersOf(equalMembers(idsUpTo(count)));
		const after = ownersOf(equalMembers(idsUpTo(count + 1)));
		const moved = before.filter((owner, slot) => owner !== after[slot]);
		t.is(moved.length, slotsCount / (count + 1));
		for (const id of idsUpTo(count)) {
			t.is(moved.filter(owner => owner === id).length, slotsCount / (count * (count + 1)));
		}
	}
});

test('ids 1 to n with equal weights, for every n', t => {
	for (let count = 1; count <= nodeIdMax; count++) {
		t.true(errorOf(equalMembers(idsUpTo(count))) < consecutiveShareErrorMax, String(count));
	}
});

test('ids 1 to 10 with unequal weights are near their shares', t => {
	const random = sequence(11);
	for (let round = 0; round < 3000; round++) {
		const members = randomMembers(random, 10);
		t.true(errorOf(members) <= weightedShareErrorMax, JSON.stringify(members));
	}
});

test('any ids and weights are near their shares', t => {
	const random = sequence(12);
	for (let round = 0; round < 3000; round++) {
		const members = randomMembers(random, nodeIdMax);
		t.true(errorOf(members) <= anyShareErrorMax, JSON.stringify(members));
	}
});

test('the dumb reference agrees', t => {
	const random = sequence(13);
	for (let round = 0; round < 1000; round++) {
		const members = randomMembers(random, random(2) === 0 ? 10 : nodeIdMax);
		const owners = ownersOf(members);
		for (let look = 0; look < 20; look++) {
			const slot = random(slotsCount);
			t.is(owners[slot], dumbOwner(slot, members), `slot ${slot}, ${JSON.stringify(members)}`);
		}
	}
});

test('so it does where nodes serve with thousandths of their weights', t => {
	const random = sequence(14);
	for (let round = 0; round < 500; round++) {
		const members = randomMembers(random, random(2) === 0 ? 10 : nodeIdMax).map(({id, weight}) => ({id, weight: weight * (random(2) === 0 ? 1000 : 1 + random(1000))}));
		const owners = ownersOf(members);
		for (let look = 0; look < 20; look++) {
			const slot = random(slotsCount);
			t.is(owners[slot], dumbOwner(slot, members), `slot ${slot}, ${JSON.stringify(members)}`);
		}
	}
});

/** Found by the continued fractions of all ratios of two costs: their products with these weights differ by less than doubles can tell. */
const nearlyEqual = [
	{ranks: [114, 98], weights: [876_101, 750_666]},
	{ranks: [488, 248], weights: [910_966, 438_471]},
	{ranks: [578, 362], weights: [860_813, 512_373]},
] as const;

test('where costs and weights nearly cancel out the exact order holds', t => {
	const keys = keysUpTo(nodeIdMax);
	const idOf = (slot: number, rank: number): number => idsUpTo(nodeIdMax).find(id => rankOfKey(keys[(id * slotsCount) + slot]!) === rank) ?? 0;
	const pairs = nearlyEqual.flatMap(({ranks, weights}) => Array.from({length: slotsCount}, (_, slot) => {
		const [a, b] = [0, 1].map(index => ({id: idOf(slot, ranks[index]!), weight: weights[index]!}));
		return {slot, a: a!, b: b!};
	})).filter(({a, b}) => a.id > 0 && b.id > 0);
	t.true(pairs.length > 0);
	for (const {slot, a, b} of pairs) {
		t.is(precedes(slot, a, b), dumbOwner(slot, [a, b]) === a.id, `slot ${slot}`);
	}
});

test('ratios alone decide: weights that are all so many times larger own the same', t => {
	fc.assert(fc.property(farm, fc.integer({min: 1, max: 1000}), (members, times) => {
		t.deepEqual(ownersOf(members.map(({id, weight}) => ({id, weight: weight * times}))), ownersOf(members));
	}));
});

test('a node whose part grows takes slots from the others, and nothing else moves', t => {
	fc.assert(fc.property(farm.filter(members => members.length > 0), fc.integer({min: 1, max: 999}), fc.integer({min: 1, max: 999}), (members, part, more) => {
		const withPart = (thousandths: number) => ownersOf(members.map(({id, weight}, index) => ({id, weight: weight * (index === 0 ? thousandths : 1000)})));
		const [before, after] = [withPart(part), withPart(Math.min(1000, part + more))];
		t.true(after.every((owner, slot) => owner === before[slot] || owner === members[0]!.id));
	}));
});

test('the result is the same on every machine and in every release: farms of one name must agree across an upgrade', t => {
	t.is(fnv1a64(Uint8Array.from(ownersOf(equalMembers(idsUpTo(3))))), 'de16e203d831a899');
	t.is(fnv1a64(Uint8Array.from(ownersOf(idsUpTo(10).map(id => ({id, weight: id * 7}))))), '248ed9c9c918dc78');
	t.is(fnv1a64(Uint8Array.from(ownersOf(equalMembers(idsUpTo(nodeIdMax))))), '605d6832230e84f7');
});

test('the order of members does not matter', t => {
	fc.assert(fc.property(farm, members => {
		t.deepEqual(ownersOf(members.toReversed()), ownersOf(members));
	}));
});

test('all weights equal, whatever the value, is the same as weight 1', t => {
	fc.assert(fc.property(farm, fc.integer({min: 1, max: 1000}), (members, weight) => {
		const ids = members.map(({id}) => id);
		t.deepEqual(ownersOf(equalMembers(ids, weight)), ownersOf(equalMembers(ids)));
	}));
});

test('a leaver moves only its own slots, and a return takes exactly those back', t => {
	fc.assert(fc.property(farm.filter(members => members.length > 0), members => {
		const [leaver, ...others] = members as [Member, ...Member[]];
		const before = ownersOf(members);
		const after = ownersOf(others);
		t.true(before.every((owner, slot) => owner === leaver.id || owner === after[slot]));
		t.false(after.includes(leaver.id));
	}));
});

test('a weight that grows only gains slots for its node, and moves no other', t => {
	fc.assert(fc.property(farm.filter(members => members.length > 0), fc.integer({min: 1, max: 1000}), (members, more) => {
		const [grower, ...others] = members as [Member, ...Member[]];
		const before = ownersOf(members);
		const after = ownersOf([{id: grower.id, weight: Math.min(1000, grower.weight + more)}, ...others]);
		t.true(after.every((owner, slot) => owner === before[slot] || owner === grower.id));
	}));
});

test('the slots of all members are all slots, once each, when anyone has weight', t => {
	fc.assert(fc.property(farm, members => {
		const owners = ownersOf(members);
		const sets = members.map(({id}) => slotsOf(owners, id));
		const isServed = members.some(({weight}) => weight > 0);
		t.true(equalSlots(sets.reduce((a, b) => unionSlots(a, b), noSlots), isServed ? allSlots : noSlots));
		t.is(sets.reduce((sum, set) => sum + countSlots(set), 0), isServed ? slotsCount : 0);
	}));
});

test('precedes tells who of two would own a slot, and the owner precedes everybody', t => {
	fc.assert(fc.property(farm, fc.nat({max: slotsCount - 1}), (members, slot) => {
		const owner = members.find(({id}) => id === ownersOf(members)[slot]);
		for (const other of members) {
			t.is(owner !== undefined && other !== owner, owner !== undefined && other !== owner && precedes(slot, owner, other));
			t.false(precedes(slot, other, other));
			t.is(ownersOf([other, ...owner ? [owner] : []])[slot], owner?.id ?? 0);
		}
	}));
});

test('weight 0 owns nothing, even alone, and precedes nobody', t => {
	t.true(ownersOf([{id: 3, weight: 0}]).every(owner => owner === 0));
	t.true(ownersOf([]).every(owner => owner === 0));
	t.false(precedes(0, {id: 1, weight: 0}, {id: 2, weight: 0}));
	t.false(precedes(0, {id: 1, weight: 0}, {id: 2, weight: 1}));
	t.true(precedes(0, {id: 2, weight: 1}, {id: 1, weight: 0}));
});
