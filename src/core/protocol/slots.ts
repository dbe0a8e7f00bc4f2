/**
Sets of slots as bytes: for each group a kind byte and what that kind needs.

	kind & 7   0 none   1 all   2 gaps: a varint count and the varint gap before each   3 bits: bit `n % 8` of byte `n / 8`   4 as the group before
	kind >> 3  k: gaps and bits are not of slots but of buckets of 2^k slots, and the varint number of slots follows

Where the exact sets do not fit, the groups that take most are told in buckets, of which each is there that holds a slot: a set then says more than is
true, never less.
*/

import {
	allSlots,
	countSlots,
	equalSlots,
	joinGroups,
	listSlots,
	noSlots,
	slotSetOf,
	slotsCount,
	slotsOfGroup,
	type SlotSet,
} from '../model/slot-set.js';
import {readUint, readVarint, type Reader} from './reader.js';
import {putVarint} from './writer.js';

const kinds = {none: 0, all: 1, gaps: 2, bits: 3, same: 4} as const;
const kindsPerShift = 8;

/** Two buckets a group. */
const shiftMax = 11;

const bucketsCount = (shift: number): number => Math.ceil(slotsCount / (2 ** shift));
const bitsBytes = (shift: number): number => Math.ceil(bucketsCount(shift) / 8);

/** What was held at the last heartbeat is mostly held at the next. */
const wholeSets = new WeakMap<SlotSet, {readonly groupsCount: number; readonly bytes: Uint8Array}>();

/** At most so many bytes, as long as that leaves four for each group. */
export function encodeSlots(set: SlotSet, groupsCount: number, bytesMax: number): Uint8Array {
	const known = wholeSets.get(set);
	const bytes = known?.groupsCount === groupsCount ? known.bytes : joined(encodeGroups(set, groupsCount, Infinity));
	wholeSets.set(set, {groupsCount, bytes});
	return bytes.length <= bytesMax ? bytes : joined(encodeGroups(set, groupsCount, bytesMax));
}

const joined = (groups: readonly Uint8Array[]): Uint8Array => groups.length === 1 ? groups[0]! : Uint8Array.from(groups.flatMap(bytes => [...bytes]));

/** As exact as fits: the longest is made coarser until all do. */
function encodeGroups(set: SlotSet, groupsCount: number, bytesMax: number): readonly Uint8Array[] {
	const sets = Array.from({length: groupsCount}, (_, group) => slotsOfGroup(set, group));
	const groups = sets.map((slots, group) => ({slots, shift: 0, bytes: encodeGroup(slots, sets[group - 1], 0)}));
	while (groups.reduce((sum, {bytes}) => sum + bytes.length, 0) > bytesMax) {
		const [longest] = groups.toSorted((a, b) => b.bytes.length - a.bytes.length);
		if (longest!.shift === shiftMax) {
			break;
		}

		longest!.shift++;
		longest!.bytes = encodeGroup(longest!.slots, undefined, longest!.shift);
	}

	return groups.map(({bytes}) => bytes);
}

function encodeGroup(slots: SlotSet, before: SlotSet | undefined, shift: number): Uint8Array {
	const count = countSlots(slots);
	if (count === 0 || count === slotsCount) {
		return Uint8Array.of(count === 0 ? kinds.none : kinds.all);
	}

	if (before !== undefined && equalSlots(before, slots)) {
		return Uint8Array.of(kinds.same);
	}

	const buckets = shift === 0 ? slots : slotSetOf(listSlots(slots).map(slot => Math.floor(slot / (2 ** shift))));
	const bytes = [shift * kindsPerShift];
	putBuckets(bytes, buckets, bitsBytes(shift));
	if (shift > 0) {
		putVarint(bytes, count);
	}

	return Uint8Array.from(bytes);
}

/** Completes the kind, which is the first byte. */
function putBuckets(bytes: number[], buckets: SlotSet, bitsLength: number): void {
	const count = countSlots(buckets);
	const gaps = count < bitsLength ? encodeGaps(buckets, count) : undefined;
	if (gaps !== undefined && gaps.length < bitsLength) {
		bytes[0]! += kinds.gaps;
		bytes.push(...gaps);
		return;
	}

	bytes[0]! += kinds.bits;
	for (let index = 0; index < bitsLength; index++) {
		bytes.push((buckets[index >>> 2]! >>> ((index & 3) * 8)) & 0xFF);
	}
}

function encodeGaps(buckets: SlotSet, count: number): number[] {
	const bytes: number[] = [];
	putVarint(bytes, count);
	let next = 0;
	for (const slot of listSlots(buckets)) {
		putVarint(bytes, slot - next);
		next = slot + 1;
	}

	return bytes;
}

export type ReadSlots = {
	readonly slots: SlotSet;
	/** One a group, where a group is told in buckets. */
	readonly counts: readonly number[] | undefined;
};

export function readSlots(reader: Reader, groupsCount: number): ReadSlots {
	const first = readGroup(reader, undefined);
	if (groupsCount === 1) {
		return {slots: first.slots, counts: first.count === undefined ? undefined : [first.count]};
	}

	const groups = [first];
	while (groups.length < groupsCount) {
		groups.push(readGroup(reader, groups.at(-1)));
	}

	return {
		slots: joinGroups(groups.map(({slots}) => slots)),
		counts: groups.every(({count}) => count === undefined) ? undefined : groups.map(({slots, count}) => count ?? countSlots(slots)),
	};
}

type ReadGroup = {readonly slots: SlotSet; readonly count: number | undefined};

function readGroup(reader: Reader, before: ReadGroup | undefined): ReadGroup {
	const first = readUint(reader, 1);
	const [kind, shift] = [first % kindsPerShift, Math.floor(first / kindsPerShift)];
	switch (kind) {
		case kinds.none: {
			reader.isMalformed ||= shift > 0;
			return {slots: noSlots, count: undefined};
		}

		case kinds.all: {
			reader.isMalformed ||= shift > 0;
			return {slots: allSlots, count: undefined};
		}

		case kinds.same: {
			reader.isMalformed ||= shift > 0 || before === undefined;
			return before ?? {slots: noSlots, count: undefined};
		}

		case kinds.gaps:
		case kinds.bits: {
			return readBuckets(reader, kind, shift);
		}

		default: {
			reader.isMalformed = true;
			return {slots: noSlots, count: undefined};
		}
	}
}

function readBuckets(reader: Reader, kind: 2 | 3, shift: number): ReadGroup {
	if (shift > shiftMax) {
		reader.isMalformed = true;
		return {slots: noSlots, count: undefined};
	}

	const buckets = kind === kinds.gaps ? readGaps(reader, bucketsCount(shift)) : readBits(reader, shift);
	return shift === 0 ? {slots: buckets, count: undefined} : {slots: widened(buckets, shift), count: readVarint(reader, slotsCount)};
}

/** Every slot of the buckets. */
const widened = (buckets: SlotSet, shift: number): SlotSet =>
	slotSetOf(listSlots(buckets).flatMap(bucket => Array.from({length: Math.min(2 ** shift, slotsCount - (bucket * (2 ** shift)))}, (_, index) => (bucket * (2 ** shift)) + index)));

function readGaps(reader: Reader, bound: number): SlotSet {
	const count = readVarint(reader, bound);
	const words = [...noSlots];
	let next = 0;
	for (let index = 0; index < count && !reader.isShort; index++) {
		const slot = next + readVarint(reader, bound);
		if (slot >= bound) {
			reader.isMalformed = true;
			return noSlots;
		}

		words[slot >>> 5]! |= 1 << (slot & 31);
		next = slot + 1;
	}

	return words;
}

function readBits(reader: Reader, shift: number): SlotSet {
	const length = bitsBytes(shift);
	const words = [...noSlots];
	const {bytes, offset} = reader;
	reader.offset += length;
	reader.isShort ||= reader.offset > bytes.length;
	for (let index = 0; index < length && !reader.isShort; index++) {
		words[index >>> 2]! |= bytes[offset + index]! << ((index & 3) * 8);
	}

	reader.isMalformed ||= shift > 0 && !reader.isShort && listSlots(words).some(bucket => bucket >= bucketsCount(shift));
	return words;
}
