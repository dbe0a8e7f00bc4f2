/**
The slot table in the kernel and its gates, as the last transaction left them, so that a change sends only what differs. What is remembered is wrong when
someone else wrote: then, and after a failure, everything is written anew.
*/

import {isEmptySlots, noSlots, slotSetOf, slotStride, type SlotSet} from '../../core/model/slot-set.js';
import {passGates} from '../../core/membership/gates.js';
import type {SlotTable} from '../../core/membership/types.js';
import {gates, type Gate, type SetElement} from '../../core/ruleset/model.js';
import type {SlotSets} from '../../core/ruleset/names.js';
import type {BatchOutcome, NetlinkConnection} from '../netlink/connection.js';
import type {NetlinkRequest} from '../netlink/message.js';
import {emptySet, openGate, shutGate, slotMessages} from './elements.js';
import {observeElements} from './observe.js';
import {refusal} from './refusal.js';

const emptySlots: SlotTable = {owned: noSlots, retained: noSlots, resettable: noSlots, leaving: noSlots, arriving: noSlots};

/** The messages after which no slot is in the kernel, whatever was. */
export const emptySlotMessages = (table: string, groups: readonly SlotSets[]): NetlinkRequest[] =>
	[...groups.flatMap(({slots, resettable}) => [slots, resettable]), ...gates].map(set => emptySet(table, set));

/** The messages that make these slots retained where none is in the kernel. */
export const retainMessages = (table: string, groups: readonly SlotSets[], retained: SlotSet): NetlinkRequest[] => slotMessages(table, groups, emptySlots, {...emptySlots, retained});

export class SlotKeeper {
	readonly #table: string;
	readonly #groups: () => readonly SlotSets[];
	readonly #send: (requests: readonly NetlinkRequest[]) => Promise<BatchOutcome>;
	/** Undefined when not known. */
	#slots: SlotTable | undefined;
	/** As `#slots`. */
	#openGates: ReadonlySet<Gate> = new Set();

	/** `groups`: the sets of each in the ruleset that was installed last. */
	constructor(table: string, groups: () => readonly SlotSets[], send: (requests: readonly NetlinkRequest[]) => Promise<BatchOutcome>) {
		this.#table = table;
		this.#groups = groups;
		this.#send = send;
	}

	/** Another transaction has left no slot in the kernel but these, retained. */
	emptied(retained: SlotSet): void {
		this.#slots = {...emptySlots, retained};
		this.#openGates = new Set();
	}

	/** Nobody knows what is in the kernel. */
	forget(): void {
		this.#slots = undefined;
	}

	/** The messages that put the slots where they belong when the sets of groups are these. Throws a KernelFailure when nobody knows what the slots are. */
	messagesFor(groups: readonly SlotSets[]): NetlinkRequest[] {
		if (this.#slots === undefined) {
			throw refusal('move the slots to other sets', 'EAGAIN');
		}

		return slotMessages(this.#table, groups, undefined, this.#slots);
	}

	/** Makes the slot table so, in one transaction. Rejects with a KernelFailure. */
	async set(slots: SlotTable): Promise<void> {
		const before = this.#slots;
		const isDone = await this.#attempt(before, slots, before === undefined);
		if (!isDone) {
			await this.#attempt(undefined, slots, true);
		}
	}

	/** Passes the gate, behind which the last `set` put slots. Rejects with a KernelFailure. */
	async pass(gate: Gate): Promise<void> {
		const isOpen = this.#openGates.has(gate);
		if (this.#slots === undefined || isEmptySlots(this.#slots[gate]) || isOpen === (gate === 'arriving')) {
			throw refusal(`pass the gate ${gate}`, 'ESTALE');
		}

		this.#openGates = new Set(gates.filter(other => other === gate ? !isOpen : this.#openGates.has(other)));
		const {errors: [error]} = await this.#send([isOpen ? shutGate(this.#table, gate) : openGate(this.#table, gate)]);
		if (error === undefined) {
			return;
		}

		this.forget();
		throw refusal(`pass the gate ${gate}`, error.errno);
	}

	async #attempt(before: SlotTable | undefined, slots: SlotTable, isLast: boolean): Promise<boolean> {
		const requests = [...this.#gateMessages(before, slots), ...slotMessages(this.#table, this.#groups(), before, slots)];
		this.#slots = slots;
		if (requests.length === 0) {
			return true;
		}

		const {errors: [error]} = await this.#send(requests);
		if (error === undefined) {
			return true;
		}

		this.forget();
		if (isLast) {
			throw refusal('change the slots', error.errno);
		}

		return false;
	}

	/** The gates that slots stand behind from now on: `leaving` open, `arriving` shut. */
	#gateMessages(before: SlotTable | undefined, after: SlotTable): NetlinkRequest[] {
		const isKnown = before !== undefined;
		const emptied = isKnown ? [] : gates.map(gate => emptySet(this.#table, gate));
		const standing = isKnown ? this.#openGates : new Set<Gate>();
		const opened = isEmptySlots(after.leaving) || standing.has('leaving') ? [] : [openGate(this.#table, 'leaving')];
		const shut = isEmptySlots(after.arriving) || !standing.has('arriving') ? [] : [shutGate(this.#table, 'arriving')];
		this.#openGates = new Set(gates.filter(gate => gate === 'leaving' ? opened.length > 0 || standing.has(gate) : shut.length === 0 && standing.has(gate)));
		return [...emptied, ...opened, ...shut];
	}
}

/** The slot table that the kernel holds, with the slots behind a passed gate where it leads. `groups`: the sets of each. */
export async function observeSlots(connection: NetlinkConnection, table: string, groups: readonly SlotSets[]): Promise<SlotTable> {
	const elementsOf = async (set: string): Promise<readonly SetElement[]> => observeElements(connection, {family: 'inet', name: table}, set);
	const [[leavingGate, arrivingGate], found] = await Promise.all([
		Promise.all(gates.map(async gate => elementsOf(gate))),
		Promise.all(groups.map(async sets => ({slots: await elementsOf(sets.slots), resettable: await elementsOf(sets.resettable)}))),
	]);
	const going = (chain: string): SlotSet => slotSetOf(found.flatMap(({slots}, group) =>
		slots.filter(({verdict}) => verdict?.kind === 'goto' && verdict.chain === chain).map(element => slotFrom(element, group))));
	return passGates({
		owned: going('owned'),
		retained: going('retained'),
		resettable: slotSetOf(found.flatMap(({resettable}, group) => resettable.map(element => slotFrom(element, group)))),
		leaving: going('leaving'),
		arriving: going('arriving'),
	}, {leaving: leavingGate!.length === 0, arriving: arrivingGate!.length > 0});
}

const slotFrom = ({key}: SetElement, group: number): number => (group * slotStride) + Buffer.from(key).readUInt32LE(0);
