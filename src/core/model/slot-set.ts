/**
A set of slots as an immutable list of 32-bit words, slot `s` being bit `s % 32` of word `s / 32`.

Plain numbers in a plain array, so that a state that holds one is JSON and two of them can be compared, sent and printed.
All sets of one farm have the same number of words.
*/

/** Slots of a group: lcm(1..10), so that up to ten nodes share exactly evenly. */
export const slotsCount = 2520;

export type SlotSet = readonly number[];

const wordsCount = Math.ceil(slotsCount / 32);

export const noSlots: SlotSet = Array.from({length: wordsCount}, () => 0);

/** The set that holds each of the given slots. */
export function slotSetOf(slots: Iterable<number>): SlotSet {
	const words = [...noSlots];
	for (const slot of slots) {
		words[slot >>> 5]! |= 1 << (slot & 31);
	}

	return words;
}

export const allSlots: SlotSet = slotSetOf(Array.from({length: slotsCount}, (_, slot) => slot));

export const hasSlot = (set: SlotSet, slot: number): boolean => ((set[slot >>> 5]! >>> (slot & 31)) & 1) === 1;

/** The sets of a farm at rest are mostly the same few, and mostly empty: the operations give back what they were given where they can. */
export function unionSlots(a: SlotSet, b: SlotSet): SlotSet {
	if (b === noSlots || a === b) {
		return a;
	}

	return a === noSlots ? b : a.map((word, index) => word | b[index]!);
}

export const minusSlots = (a: SlotSet, b: SlotSet): SlotSet => a === noSlots || b === noSlots ? a : a.map((word, index) => word & ~b[index]!);

export const commonSlots = (a: SlotSet, b: SlotSet): SlotSet => a === noSlots || b === noSlots ? noSlots : a.map((word, index) => word & b[index]!);

export function equalSlots(a: SlotSet, b: SlotSet): boolean {
	if (a === b) {
		return true;
	}

	for (let index = 0; index < wordsCount; index++) {
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
export function areDisjointSlots(a: SlotSet, b: SlotSet): boolean {
	if (a === noSlots || b === noSlots) {
		return true;
	}

	for (let index = 0; index < wordsCount; index++) {
		if ((a[index]! & b[index]!) !== 0) {
			return false;
		}
	}

	return true;
}

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
