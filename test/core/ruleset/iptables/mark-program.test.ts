import test from 'ava';
import fc from 'fast-check';
import {instructionsMax, markPrograms, setOf} from '../../../../src/core/ruleset/iptables/mark-program.js';
import {allSlots, equalSlots, hasSlot, noSlots, slotSetOf, slotsCount, unionSlots, type SlotSet} from '../../../../src/core/model/slot-set.js';

type Machine = {a: number; x: number};

/** A classic BPF machine with the instructions of linux/bpf_common.h that load a mark, compute and compare. */
const effects: Readonly<Record<number, (machine: Machine, value: number, mark: number) => void>> = {
	0x20(machine, value, mark) {
		machine.a = value === 0xFF_FF_F0_14 ? mark : 0;
	},
	0x00(machine, value) {
		machine.a = value;
	},
	0x54(machine, value) {
		machine.a = (machine.a & value) >>> 0;
	},
	0x74(machine, value) {
		machine.a >>>= value;
	},
	0x6C(machine) {
		machine.a = (machine.a << machine.x) >>> 0;
	},
	0x07(machine) {
		machine.x = machine.a;
	},
	0x87(machine) {
		machine.a = machine.x;
	},
};

function passes(text: string, mark: number): boolean {
	const [length, ...program] = text.split(',');
	const machine: Machine = {a: 0, x: 0};
	for (let index = 0; index < Number(length); index++) {
		const [code, whenTrue, whenFalse, value] = program[index]!.split(' ').map(Number) as [number, number, number, number];
		if (code === 0x06) {
			return value !== 0;
		}

		if (code === 0x15 || code === 0x45) {
			index += (code === 0x15 ? machine.a === value : (machine.a & value) !== 0) ? whenTrue : whenFalse;
		} else {
			effects[code]!(machine, value, mark);
		}
	}

	throw new Error('the program runs off its end');
}

const sets = fc.oneof(
	fc.array(fc.nat(slotsCount - 1)).map(slots => slotSetOf(slots)),
	fc.tuple(fc.nat(slotsCount - 1), fc.nat(slotsCount - 1)).map(([from, length]) => slotSetOf(Array.from({length: Math.min(length, slotsCount - from)}, (_, index) => from + index))),
	fc.constant(allSlots),
);

test('the programs let pass the marks of the set and no others', t => {
	fc.assert(fc.property(sets, fc.array(fc.oneof(fc.nat(slotsCount - 1), fc.nat(0xFF_FF_FF_FF)), {minLength: 100, maxLength: 100}), (set, marks) => {
		const programs = markPrograms(set);
		for (const mark of marks) {
			if (programs.some(program => passes(program, mark)) !== (mark < slotsCount && hasSlot(set, mark))) {
				return false;
			}
		}

		return true;
	}), {numRuns: 300});
	t.pass();
});

test('the kernel takes every program, and five hold any set', t => {
	const even = slotSetOf(Array.from({length: slotsCount / 2}, (_, index) => index * 2));
	for (const set of [even, allSlots, slotSetOf([2519])]) {
		t.true(markPrograms(set).every(program => Number(program.split(',', 1)[0]) <= instructionsMax));
	}

	t.is(markPrograms(even).length, 5);
	t.deepEqual(markPrograms(noSlots), []);
});

test('programs are read back', t => {
	fc.assert(fc.property(sets, set => {
		const read = markPrograms(set).map(program => setOf(program));
		return !read.includes(undefined) && equalSlots(read.reduce<SlotSet>((all, part) => unionSlots(all, part!), noSlots), set);
	}));
	t.pass();
});

test('what is no program of ours is not read, whatever it is', t => {
	const [program] = markPrograms(slotSetOf([1, 2, 40]));
	t.is(setOf(program!.replace('21 0 2 1', '21 0 2 99')), undefined, 'a word beyond the last');
	t.is(setOf(program!.replace('84 0 0 31', '84 0 0 15')), undefined, 'another computation');
	t.is(setOf('4,32 0 0 4294963220,21 0 1 5,6 0 0 65535,6 0 0 0'), undefined);
	fc.assert(fc.property(fc.string(), text => setOf(text) === undefined));
});
