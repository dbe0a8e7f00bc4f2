/** A filter in memory that behaves as the kernel's does, for everything that is tested without one. Time is the caller's: a lease ends when it says so. */

import {isEmptySlots, noSlots, type SlotSet} from '../../core/model/slot-set.js';
import {nonePassed, passGates} from '../../core/membership/gates.js';
import type {SlotTable} from '../../core/membership/types.js';
import {applyDifferences, type Difference} from '../../core/ruleset/diff.js';
import type {Gate, Ruleset, TableFamily} from '../../core/ruleset/model.js';
import {KernelFailure} from '../../errors.js';
import type {Filter, FilterCounters, FilterNotice, LeaseOutcome} from './port.js';

const noPackets: FilterCounters = {foreignPackets: 0, leaselessPackets: 0, unnamedPackets: 0, acceptedPackets: 0, unknownPackets: 0};

const emptySlots: SlotTable = {owned: noSlots, retained: noSlots, resettable: noSlots, leaving: noSlots, arriving: noSlots};

export type FakeFilter = Filter & {
	/** Whether a packet for a VIP would get past the lease now. */
	readonly hasLease: () => boolean;
	/** The next change is refused with this errno and changes nothing. */
	readonly refuseNext: (errno: string) => void;
	/** Someone else's hand: this is what stands there from now on, and the watchers are told of it. */
	readonly meddle: (kind: FilterNotice['kind'], ruleset: Ruleset | undefined, what?: string) => void;
	/** What `counters` answers from now on. */
	readonly report: (facts: {readonly counters: Partial<FilterCounters>}) => void;
};

/** `now` in milliseconds. */
export const createFakeFilter = ({now}: {readonly now: () => number}): FakeFilter => new MemoryFilter(now);

class MemoryFilter implements FakeFilter {
	readonly #now: () => number;
	#ruleset: Ruleset | undefined;
	#slots: SlotTable = emptySlots;
	#passed = nonePassed;
	/** Infinity for a lease without an end. */
	#leaseEnd: number | undefined;
	#refusal: string | undefined;
	readonly #listeners: Array<(notice: FilterNotice) => void> = [];
	#counters: FilterCounters = noPackets;

	constructor(now: () => number) {
		this.#now = now;
	}

	hasLease(): boolean {
		return this.#leaseEnd !== undefined && this.#now() < this.#leaseEnd;
	}

	refuseNext(errno: string): void {
		this.#refusal = errno;
	}

	report({counters}: {readonly counters: Partial<FilterCounters>}): void {
		this.#counters = {...this.#counters, ...counters};
	}

	isReady(): boolean {
		return true;
	}

	async ready(): Promise<void> {
		await Promise.resolve();
	}

	async install(ruleset: Ruleset, retained: SlotSet = noSlots): Promise<void> {
		this.#refuse('install the filter');
		this.#ruleset = ruleset;
		this.#slots = {...emptySlots, retained};
		this.#passed = nonePassed;
		this.#leaseEnd = undefined;
		this.#counters = noPackets;
	}

	async restore(ruleset: Ruleset): Promise<readonly TableFamily[]> {
		this.#refuse('put a table back');
		const standing = this.#ruleset?.tables ?? [];
		const missing = ruleset.tables.filter(({family, name}) => !standing.some(table => table.family === family && table.name === name));
		this.#ruleset = {tables: [...standing, ...missing]};
		const families = [...new Set(missing.map(({family}) => family))];
		if (families.some(family => family !== 'arp' && family !== 'netdev')) {
			this.#slots = emptySlots;
			this.#leaseEnd = undefined;
		}

		return families;
	}

	async rewrite(differences: readonly Difference[]): Promise<boolean> {
		if (differences.some(difference => difference.kind !== 'chain' || difference.after === undefined)) {
			return false;
		}

		this.#change('mend the filter');
		this.#ruleset = applyDifferences(this.#ruleset, differences);
		return true;
	}

	async reshape(_from: Ruleset, to: Ruleset): Promise<void> {
		this.#change('change the filter');
		this.#ruleset = to;
	}

	watch(listener: (notice: FilterNotice) => void): void {
		this.#listeners.push(listener);
	}

	meddle(kind: FilterNotice['kind'], ruleset: Ruleset | undefined, what = ''): void {
		this.#ruleset = ruleset;
		if (ruleset === undefined) {
			this.#slots = emptySlots;
			this.#leaseEnd = undefined;
		}

		for (const listener of this.#listeners) {
			listener({kind, what, by: 'someone (pid 4711)'});
		}
	}

	async observe(): Promise<Ruleset | undefined> {
		return this.#ruleset;
	}

	async remove(): Promise<void> {
		this.#refuse('remove the filter');
		this.#ruleset = undefined;
		this.#slots = emptySlots;
		this.#leaseEnd = undefined;
		this.#counters = noPackets;
	}

	async setSlots(slots: SlotTable): Promise<void> {
		this.#change('change the slots');
		this.#slots = slots;
		this.#passed = nonePassed;
	}

	async passGate(gate: Gate): Promise<void> {
		this.#change(`pass the gate ${gate}`);
		if (this.#passed[gate] || isEmptySlots(this.#slots[gate])) {
			throw refusal(`pass the gate ${gate}`, 'ESTALE');
		}

		this.#passed = {...this.#passed, [gate]: true};
	}

	async observeSlots(): Promise<SlotTable> {
		this.#demandRuleset('list the slots');
		return passGates(this.#slots, this.#passed);
	}

	async openLease(ms: number | undefined): Promise<void> {
		this.#change('open the lease');
		if (this.hasLease()) {
			throw refusal('open the lease', 'EEXIST');
		}

		this.#leaseEnd = this.#now() + (ms === undefined ? Infinity : Math.floor(ms));
	}

	async renewLease(ms: number): Promise<LeaseOutcome> {
		this.#change('renew the lease');
		if (!this.hasLease()) {
			return 'lapsed';
		}

		this.#leaseEnd = this.#now() + Math.floor(ms);
		return ms < 1 ? 'lapsed' : 'done';
	}

	async closeLease(): Promise<void> {
		this.#change('close the lease');
		this.#leaseEnd = undefined;
	}

	async clear(retained: SlotSet = noSlots): Promise<void> {
		this.#change('empty the filter');
		this.#leaseEnd = undefined;
		this.#slots = {...emptySlots, retained};
		this.#passed = nonePassed;
	}

	async counters(): Promise<FilterCounters> {
		return this.#counters;
	}

	close(): void {
		this.#refusal = undefined;
	}

	#change(what: string): void {
		this.#refuse(what);
		this.#demandRuleset(what);
	}

	#demandRuleset(what: string): void {
		if (this.#ruleset === undefined) {
			throw refusal(what, 'ENOENT');
		}
	}

	#refuse(what: string): void {
		const errno = this.#refusal;
		this.#refusal = undefined;
		if (errno !== undefined) {
			throw refusal(what, errno);
		}
	}
}

const refusal = (what: string, errno: string): KernelFailure => new KernelFailure(`the kernel refused to ${what}: ${errno}`, {errno});
