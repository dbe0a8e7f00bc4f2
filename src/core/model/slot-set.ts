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

export const unionSlots = (a: SlotSet, b: SlotSet): SlotSet => a.map((word, index) => word | b[index]!);

export const minusSlots = (a: SlotSet, b: SlotSet): SlotSet => a.map((word, index) => word & ~b[index]!);

export const commonSlots = (a: SlotSet, b: SlotSet): SlotSet => a.map((word, index) => word & b[index]!);

export const equalSlots = (a: SlotSet, b: SlotSet): boolean => a.every((word, index) => (word | 0) === (b[index]! | 0));

export const isEmptySlots = (set: SlotSet): boolean => set.every(word => word === 0);

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
