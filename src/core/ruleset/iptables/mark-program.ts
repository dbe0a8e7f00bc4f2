/**
Sets of marks as programs of the classic BPF (Documentation/networking/filter.rst) for iptables' `-m bpf --bytecode`, and back.

	ld mark | and 31 | tax | ld #1 | lsh x | tax        x = the mark's bit in its word
	ld mark | rsh 5                                     a = the number of the word
	jeq #WORD, pass                                     a word of which all marks are in the set
	jeq #WORD, next, after | txa | jset #BITS, pass, reject
	ret #0 | ret #65535

A program has at most 64 instructions (XT_BPF_MAX_NUM_INSTR), so a set takes as many as its words need, one behind the other.
*/

import {noSlots, type SlotSet} from '../../model/slot-set.js';

/** 32 marks, of which those of the set bits are in the set. */
type Word = {readonly word: number; readonly bits: number};

type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, value: number];

export const instructionsMax = 64;

/** SKF_AD_OFF + SKF_AD_MARK: loads the packet's mark. */
const markOffset = 4_294_963_220;

const codes = {
	loadAbsolute: 0x20, loadImmediate: 0x00, and: 0x54, shiftRight: 0x74, shiftLeftByX: 0x6C, toX: 0x07, fromX: 0x87, ifEqual: 0x15, ifBits: 0x45, end: 0x06,
} as const;

const passAll = 65_535;

const plain = (code: number, value = 0): Instruction => [code, 0, 0, value];

const head: readonly Instruction[] = [
	plain(codes.loadAbsolute, markOffset), plain(codes.and, 31), plain(codes.toX), plain(codes.loadImmediate, 1), plain(codes.shiftLeftByX), plain(codes.toX),
	plain(codes.loadAbsolute, markOffset), plain(codes.shiftRight, 5),
];

const tail: readonly Instruction[] = [plain(codes.end, 0), plain(codes.end, passAll)];

/** Instructions of a word that is not whole. */
const wordLength = 3;

const wordsMax = Math.floor((instructionsMax - head.length - tail.length) / wordLength);

const allBits = 0xFF_FF_FF_FF;

/** The programs, as iptables writes them, that together let pass exactly the marks of the set; none for the empty set. */
export function markPrograms(set: SlotSet): string[] {
	const words = set.map((bits, word) => ({word, bits: bits >>> 0})).filter(({bits}) => bits !== 0);
	const chunks = Array.from({length: Math.ceil(words.length / wordsMax)}, (_, index) => words.slice(index * wordsMax, (index + 1) * wordsMax));
	return chunks.map(chunk => renderProgram(programOf(chunk)));
}

function programOf(words: readonly Word[]): Instruction[] {
	const sizes = words.map(({bits}) => bits === allBits ? 1 : wordLength);
	const length = sizes.reduce((sum, size) => sum + size, 0);
	let rest = length;
	const body = words.flatMap(({word, bits}, index): Instruction[] => {
		rest -= sizes[index]!;
		return bits === allBits
			? [[codes.ifEqual, rest + 1, 0, word]]
			: [[codes.ifEqual, 0, wordLength - 1, word], plain(codes.fromX), [codes.ifBits, rest + 1, rest, bits]];
	});
	return [...head, ...body, ...tail];
}

const renderProgram = (program: readonly Instruction[]): string => `${program.length},${program.map(([code, whenTrue, whenFalse, value]) => `${code} ${whenTrue} ${whenFalse} ${value}`).join(',')}`;

/** The set of which this is one of the programs; nothing where it is none of those that `markPrograms` makes. */
export function setOf(text: string): SlotSet | undefined {
	const set = [...noSlots];
	const words = wordsIn(text.split(',').slice(1).map(part => part.trim().split(/\s+/u).map(Number)));
	for (const {word, bits} of words) {
		if (!Number.isSafeInteger(word) || word < 0 || word >= set.length) {
			return undefined;
		}

		set[word] = bits | 0;
	}

	return renderProgram(programOf(words)) === text.trim() ? set : undefined;
}

/** What the instructions between head and tail would mean if they were ours. */
function wordsIn(program: ReadonlyArray<readonly number[]>): Word[] {
	const words: Word[] = [];
	for (let index = head.length; index < program.length - tail.length;) {
		const [, whenTrue = 0, , word = 0] = program[index]!;
		const isWhole = whenTrue !== 0;
		words.push({word, bits: isWhole ? allBits : program[index + wordLength - 1]?.[3] ?? 0});
		index += isWhole ? 1 : wordLength;
	}

	return words;
}
