/**
A set of slots as an immutable list of 32-bit words, slot `s` being bit `s % 32` of word `s / 32`.

Plain numbers in a plain array, so that a state that holds one is JSON and two of them can be compared, sent and printed.
Slots of all groups are in one set: slot `s` of group `g` has the number `g × slotStride + s`. A set may be shorter or longer than another; words that
are missing are empty.
*/

/** Slots of a group: lcm(1..10), so that up to ten nodes share exactly evenly. */
export const slotsCount = 2520;

export type SlotSet = readonly number[];

const wordsCount = Math.ceil(slotsCount / 32);

/** From a slot of one group to the same slot of the next: whole words, so that the slots of a group are words of their own. */
export const slotStride = wordsCount * 32;

export const noSlots: SlotSet = Array.from({length: wordsCount}, () => 0);

/** The set that holds each of the given slots. */
export function slotSetOf(slots: Iterable<number>): SlotSet {
	const words = [...noSlots];
	for (const slot of slots) {
		const index = slot >>> 5;
		while (index >= words.length) {
			words.push(0);
		}

		words[index]! |= 1 << (slot & 31);
	}

	return words;
}

/** All of one group. */
export const allSlots: SlotSet = slotSetOf(Array.from({length: slotsCount}, (_, slot) => slot));

const allOfGroups: SlotSet[] = [noSlots, allSlots];

/** All slots of the first so many groups. */
export function allSlotsOf(groupsCount: number): SlotSet {
	allOfGroups[groupsCount] ??= joinGroups(Array.from({length: groupsCount}, () => allSlots));
	return allOfGroups[groupsCount];
}

/** The group that a slot number belongs to, from 0. */
export const groupOfSlot = (slot: number): number => Math.floor(slot / slotStride);

/** The slots of one group, as those of a farm with only this. */
export function slotsOfGroup(set: SlotSet, group: number): SlotSet {
	if (set === noSlots || (group === 0 && set.length === wordsCount)) {
		return set;
	}

	const words = set.slice(group * wordsCount, (group + 1) * wordsCount);
	return words.length === wordsCount ? words : [...words, ...noSlots.slice(words.length)];
}

/** The sets of the groups, each as `slotsOfGroup` gives it, as one. */
export const joinGroups = (sets: readonly SlotSet[]): SlotSet => sets.length === 1 ? sets[0]! : sets.flat();

export const hasSlot = (set: SlotSet, slot: number): boolean => ((set[slot >>> 5]! >>> (slot & 31)) & 1) === 1;

/** The sets of a farm at rest are mostly the same few, and mostly empty: the operations give back what they were given where they can. */
export function unionSlots(a: SlotSet, b: SlotSet): SlotSet {
	if (b === noSlots || a === b) {
		return a;
	}

	if (a === noSlots) {
		return b;
	}

	const [longer, shorter] = a.length < b.length ? [b, a] : [a, b];
	return longer.map((word, index) => word | shorter[index]!);
}

export const minusSlots = (a: SlotSet, b: SlotSet): SlotSet => a === noSlots || b === noSlots ? a : a.map((word, index) => word & ~b[index]!);

export function commonSlots(a: SlotSet, b: SlotSet): SlotSet {
	if (a === noSlots || b === noSlots) {
		return noSlots;
	}

	const [longer, shorter] = a.length < b.length ? [b, a] : [a, b];
	return shorter.map((word, index) => word & longer[index]!);
}

export function equalSlots(a: SlotSet, b: SlotSet): boolean {
	if (a === b) {
		return true;
	}

	const length = Math.max(a.length, b.length);
	for (let index = 0; index < length; index++) {
		if ((a[index]! | 0) !== (b[index]! | 0)) {
			return false;
		}
	}

	return true;
}

export function isEmptySlots(set: SlotSet): boolean {
	if (set === noSlots) {
		return true;
	}

	for (const word of set) {
		if (word !== 0) {
			return false;
		}
	}

	return true;
}

/** Whether no slot is in both. */
export const areDisjointSlots = (a: SlotSet, b: SlotSet): boolean => a === noSlots || b === noSlots || a.every((word, index) => (word & b[index]!) === 0);

/** How many slots the set holds. */
export function countSlots(set: SlotSet): number {
	let count = 0;
	for (let word of set) {
		while (word !== 0) {
			word &= word - 1;
			count++;
		}
	}

	return count;
}

/** The slots of the set, ascending. */
export function listSlots(set: SlotSet): number[] {
	const slots: number[] = [];
	for (const [index, bits] of set.entries()) {
		for (let word = bits; word !== 0; word &= word - 1) {
			slots.push((index * 32) + (31 - Math.clz32(word & -word)));
		}
	}

	return slots;
}
