/** The slots of a node as the rules of the chains that hold them, and back. The same rules serve both families. */

import type {SlotTable} from '../../membership/types.js';
import {groupsMax} from '../../model/group.js';
import {allSlots, equalSlots, joinGroups, minusSlots, noSlots, slotsOfGroup, unionSlots, type SlotSet} from '../../model/slot-set.js';
import {gates} from '../model.js';
import {markPrograms, setOf} from './mark-program.js';
import {resettablePart, slotsPart, type IptablesTableName} from './names.js';

/** One chain that holds slots, by its name without the farm's prefix, with its rules as iptables-save prints them. */
export type LiveChain = {readonly table: IptablesTableName; readonly part: string; readonly rules: readonly string[]};

/** The parts of a slot table that decide on new connections, each a chain of its name. */
const places = ['owned', 'retained', ...gates] as const;

/** The chains that hold these slots of the first so many groups; `prefix` is that of the farm's chains. */
export const slotChains = (prefix: string, slots: SlotTable, groupsCount: number): LiveChain[] => Array.from({length: groupsCount}, (_, group) => group).flatMap(group => {
	const ofGroup = (place: keyof SlotTable, chain: string): string[] => goTo(slotsOfGroup(slots[place], group), `${prefix}${chain}`);
	return [
		{table: 'raw', part: slotsPart(group), rules: [...places.flatMap(place => ofGroup(place, place)), `-g ${prefix}foreign`]},
		{table: 'mangle', part: resettablePart(group), rules: [...ofGroup('resettable', 'answer'), `-g ${prefix}unknown`]},
	];
});

/** A set of all slots needs no program. */
const goTo = (set: SlotSet, chain: string): string[] => equalSlots(set, allSlots)
	? [`-g ${chain}`]
	: markPrograms(set).map(program => `-m bpf --bytecode "${program}" -g ${chain}`);

const slotRule = /^(?:-m bpf --bytecode "(?<program>[^"]*)" )?-g (?<chain>\S+)$/u;

/**
The slots that the chains hold, whoever wrote them: of each rule what no rule before it has taken. Nothing where a rule is of another kind.
A chain that is missing holds none.
*/
export function slotsIn(prefix: string, chains: readonly LiveChain[]): SlotTable | undefined {
	const read = (partOf: (group: number) => string): Array<ReadonlyMap<string, SlotSet> | undefined> => Array.from({length: groupsMax}, (_, group) =>
		readChain(prefix, chains.find(({part}) => part === partOf(group))?.rules ?? []));
	const [slots, resettable] = [read(slotsPart), read(resettablePart)];
	const at = (groups: typeof slots, place: string): SlotSet => trimmed(joinGroups(groups.map(group => group?.get(place) ?? noSlots)));
	return [...slots, ...resettable].includes(undefined) ? undefined : {
		owned: at(slots, 'owned'), retained: at(slots, 'retained'), leaving: at(slots, 'leaving'), arriving: at(slots, 'arriving'), resettable: at(resettable, 'answer'),
	};
}

/** Without empty groups at the end. */
function trimmed(slots: SlotSet): SlotSet {
	const last = slots.findLastIndex(word => word !== 0);
	return slots.slice(0, Math.max(1, Math.ceil((last + 1) / noSlots.length)) * noSlots.length);
}

/** The slots that go to each chain, by its name without the prefix. */
function readChain(prefix: string, rules: readonly string[]): ReadonlyMap<string, SlotSet> | undefined {
	const found = new Map<string, SlotSet>();
	let taken = noSlots;
	for (const rule of rules) {
		const {program, chain} = slotRule.exec(rule)?.groups ?? {};
		const set = program === undefined ? allSlots : setOf(program);
		if (chain?.startsWith(prefix) !== true || set === undefined) {
			return undefined;
		}

		const part = chain.slice(prefix.length);
		found.set(part, unionSlots(found.get(part) ?? noSlots, minusSlots(set, taken)));
		taken = unionSlots(taken, set);
	}

	return found;
}
