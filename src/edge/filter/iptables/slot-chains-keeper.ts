/**
The slots in the chains and their gates, as the last change left them, so that a change writes only the chains that differ. The rules of the slots and the
gates are not changed in one transaction, so the order keeps what is accepted within what is meant: a gate is turned only while nothing stands behind it.

In a user namespace the kernel lets nobody write the lists. There nothing is put behind a gate, and to pass one is to write the chains: some ten times as slow.
*/

import {nonePassed, passGates, type Passed} from '../../../core/membership/gates.js';
import type {SlotTable} from '../../../core/membership/types.js';
import {equalSlots, isEmptySlots, noSlots, unionSlots} from '../../../core/model/slot-set.js';
import {gates, type Gate} from '../../../core/ruleset/model.js';
import {gateList} from '../../../core/ruleset/iptables/names.js';
import {KernelFailure} from '../../../errors.js';
import type {AddressLists} from './address-lists.js';
import type {Chains} from './chains.js';

export const emptySlots: SlotTable = {owned: noSlots, retained: noSlots, resettable: noSlots, leaving: noSlots, arriving: noSlots};

export type SlotChainsKeeperParts = {
	readonly farm: {readonly name: string};
	/** Addresses of the VIPs. */
	readonly vips: () => readonly string[];
	readonly chains: Pick<Chains, 'setSlots' | 'observeSlots'>;
	readonly lists: AddressLists;
};

/** How a gate stands while slots wait behind it. */
const standsOpen: Readonly<Record<Gate, boolean>> = {leaving: true, arriving: false};

export class SlotChainsKeeper {
	readonly #parts: SlotChainsKeeperParts;
	/** As written; undefined when not known. */
	#slots: SlotTable | undefined;
	/** Those of which it is known. */
	readonly #open = new Map<Gate, boolean>();
	/** What stands behind gates that are not there; undefined where they are. */
	#gateless: {readonly slots: SlotTable; readonly passed: Passed} | undefined;

	constructor(parts: SlotChainsKeeperParts) {
		this.#parts = parts;
	}

	/** What the chains and gates hold; as `slots`. */
	get written(): SlotTable | undefined {
		return this.#slots && passGates(this.#slots, {leaving: this.#open.get('leaving') === false, arriving: this.#open.get('arriving') === true});
	}

	/** What was asked for. Undefined when not known, or while it changes. Slots behind a gate that was passed are where it leads. */
	get slots(): SlotTable | undefined {
		return this.#gateless === undefined || this.#slots === undefined ? this.written : passGates(this.#gateless.slots, this.#gateless.passed);
	}

	/** Someone has left no slot in the chains. */
	emptied(): void {
		this.#slots = emptySlots;
		this.#open.clear();
		this.#gateless = undefined;
	}

	/** Nobody knows what is in the kernel. */
	forget(): void {
		this.#slots = undefined;
		this.#open.clear();
		this.#gateless = undefined;
	}

	/** Makes the slots so. Rejects with a KernelFailure. */
	async set(slots: SlotTable): Promise<void> {
		const turning = gates.filter(gate => !isEmptySlots(slots[gate]) && this.#open.get(gate) !== standsOpen[gate]);
		if (turning.some(gate => this.#slots === undefined || !isEmptySlots(this.#slots[gate]))) {
			await this.#write(ungated(slots));
		}

		const areTurned = turning.every(gate => this.#canTurn(gate));
		await this.#write(areTurned ? slots : ungated(slots));
		this.#gateless = areTurned ? undefined : {slots, passed: nonePassed};
	}

	/** Passes the gate, behind which the last `set` put slots, within the call. Rejects with a KernelFailure. */
	async pass(gate: Gate): Promise<void> {
		if (this.#gateless !== undefined) {
			return this.#passWithoutGate(gate, this.#gateless);
		}

		if (this.#slots === undefined || isEmptySlots(this.#slots[gate]) || this.#open.get(gate) !== standsOpen[gate]) {
			throw nothingBehind(gate);
		}

		this.#turn(gate, !standsOpen[gate]);
	}

	async #passWithoutGate(gate: Gate, {slots, passed}: {readonly slots: SlotTable; readonly passed: Passed}): Promise<void> {
		if (passed[gate] || isEmptySlots(slots[gate])) {
			throw nothingBehind(gate);
		}

		const next = {...passed, [gate]: true};
		await this.#write(ungated(passGates(slots, next)));
		this.#gateless = {slots, passed: next};
	}

	/** What the kernel holds; nothing where rules of somebody else stand among the slots'. */
	async observe(): Promise<SlotTable | undefined> {
		const slots = await this.#parts.chains.observeSlots();
		const isAsWritten = this.#gateless !== undefined && this.#slots !== undefined && slots !== undefined && areSameSlots(slots, this.#slots);
		return isAsWritten ? this.slots : slots && this.throughGates(slots);
	}

	/** With the slots behind a passed gate where it leads; a gate that nothing is behind is not looked at. */
	throughGates(slots: SlotTable): SlotTable {
		const isOpen = (gate: Gate): boolean => this.#parts.lists.hasAny(this.#list(gate));
		const isPassed = (gate: Gate): boolean => !isEmptySlots(slots[gate]) && isOpen(gate) !== standsOpen[gate];
		return passGates(slots, {leaving: isPassed('leaving'), arriving: isPassed('arriving')});
	}

	async #write(slots: SlotTable): Promise<void> {
		const before = this.#slots;
		this.#slots = undefined;
		await this.#parts.chains.setSlots(before, slots);
		this.#slots = slots;
	}

	/** Whether the gate stands now as it must while slots wait behind it. Throws the failure of a list that is not there. */
	#canTurn(gate: Gate): boolean {
		try {
			this.#turn(gate, standsOpen[gate]);
			return true;
		} catch (error) {
			if (error instanceof KernelFailure && unwritableErrors.has(error.errno)) {
				return false;
			}

			throw error;
		}
	}

	#turn(gate: Gate, isOpen: boolean): void {
		this.#open.delete(gate);
		if (isOpen) {
			this.#parts.lists.add(this.#list(gate), this.#parts.vips());
		} else {
			this.#parts.lists.empty(this.#list(gate));
		}

		this.#open.set(gate, isOpen);
	}

	#list(gate: Gate): string {
		return gateList(this.#parts.farm.name, gate);
	}
}

const parts = ['owned', 'retained', 'resettable', 'leaving', 'arriving'] as const;

export const areSameSlots = (a: SlotTable, b: SlotTable): boolean => parts.every(part => equalSlots(a[part], b[part]));

const unwritableErrors: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);

const nothingBehind = (gate: Gate): KernelFailure => new KernelFailure(`the gate ${gate} cannot be passed: nothing waits behind it`, {errno: 'ESTALE'});

/** The same slots with nothing behind a gate. */
const ungated = (slots: SlotTable): SlotTable => ({
	...slots, owned: unionSlots(slots.owned, slots.leaving), retained: unionSlots(slots.retained, slots.arriving), leaving: noSlots, arriving: noSlots,
});
