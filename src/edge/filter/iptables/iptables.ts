/**
The filter with iptables and ip6tables: who owns a client is decided in chains of theirs, and what they have no words for stands in a table of nf_tables
ahead of them: the lease, what ARP and neighbour discovery answer, and the packet type (core/ruleset/desired.ts).

So the lease is opened, renewed and ended as with the nft back end, by netlink and without a program. While anything of the chains is not as it should be,
the lease is closed, and nothing comes as far as they are.
*/

import type {SlotTable} from '../../../core/membership/types.js';
import type {Farm} from '../../../core/model/farm.js';
import {isEmptySlots, noSlots, type SlotSet} from '../../../core/model/slot-set.js';
import type {Difference} from '../../../core/ruleset/diff.js';
import {isIptablesTable} from '../../../core/ruleset/iptables/restore-text.js';
import {vipsOf} from '../../../core/ruleset/iptables/stages.js';
import {isLivePart, type IptablesTableName} from '../../../core/ruleset/iptables/names.js';
import type {Chain, Gate, Ruleset, Table, TableFamily} from '../../../core/ruleset/model.js';
import {KernelFailure} from '../../../errors.js';
import {createNftFilter} from '../nft.js';
import type {Filter, FilterCounters, FilterNotice, LeaseOutcome} from '../port.js';
import {createAddressLists, type AddressLists} from './address-lists.js';
import {Chains} from './chains.js';
import {createPrograms, type Family, type Programs} from './programs.js';
import {programsApart} from './programs-apart.js';
import {emptySlots, SlotChainsKeeper} from './slot-chains-keeper.js';
import {watchChains} from './watch.js';

export type IptablesFilterOptions = {
	readonly farm: Farm;
	/** As of the nft back end; of the table that holds the lease. */
	readonly tables: 'owned' | 'plain';
	readonly programs?: Programs;
	readonly lists?: AddressLists;
};

/** The filter of this farm in the kernel of the current network namespace. Throws a SystemFailure where the environment names no variant of iptables. */
export const createIptablesFilter = (options: IptablesFilterOptions): Filter => new IptablesFilter(options);

class IptablesFilter implements Filter {
	/** What stands in nf_tables. */
	readonly #ahead: Filter;
	readonly #chains: Chains;
	readonly #stops: Array<() => void> = [];
	readonly #slots: SlotChainsKeeper;
	readonly #programs: Programs;
	#installed: readonly Table[] = [];
	/** Grows when a change of ours begins and when it ends: a look that had one in between says nothing. */
	#changes = 0;

	constructor({farm, tables, programs = createPrograms(programsApart()), lists = createAddressLists()}: IptablesFilterOptions) {
		this.#ahead = createNftFilter({farm, tables});
		this.#programs = programs;
		this.#chains = new Chains({farm, programs});
		this.#slots = new SlotChainsKeeper({farm, vips: () => vipsIn(this.#installed, farm), chains: this.#chains, lists});
	}

	isReady(): boolean {
		return this.#ahead.isReady();
	}

	async ready(): Promise<void> {
		return this.#ahead.ready();
	}

	/** Two transactions at least: nf_tables first, which closes the lease. What was refused leaves it closed; where nothing was before, nothing is. */
	async install(ruleset: Ruleset, retained: SlotSet = noSlots): Promise<void> {
		const {ahead, chains} = split(ruleset);
		const isFirst = await this.#ahead.observe() === undefined;
		await this.#ahead.install({tables: ahead});
		try {
			await this.#change(async () => this.#chains.install(chains));
		} catch (error) {
			await (isFirst ? this.remove() : Promise.resolve()).catch(() => undefined);
			throw error;
		}

		this.#installed = chains;
		this.#slots.emptied();
		if (!isEmptySlots(retained)) {
			await this.setSlots({...emptySlots, retained});
		}
	}

	async restore(ruleset: Ruleset): Promise<readonly TableFamily[]> {
		const {ahead, chains} = split(ruleset);
		const missing = await this.#chains.missing(chains);
		const families = missing.map(({family}) => family);
		if (missing.length > 0) {
			await this.#change(async () => this.#chains.install(chains));
			this.#installed = chains;
			this.#slots.emptied();
		}

		return [...await this.#ahead.restore({tables: ahead}), ...new Set(families)];
	}

	async rewrite(differences: readonly Difference[]): Promise<boolean> {
		const ours = differences.filter(({table}) => isIptablesTable(table));
		const changes = ours.map(difference => difference.kind === 'chain' && difference.after !== undefined && !isLive(difference.after) ? chainOf(difference, difference.after) : undefined);
		if (changes.includes(undefined)) {
			return false;
		}

		const ahead = differences.filter(({table}) => !isIptablesTable(table));
		if (ahead.length > 0 && !await this.#ahead.rewrite(ahead)) {
			return false;
		}

		if (changes.length > 0) {
			await this.#change(async () => this.#chains.rewrite(grouped(changes.map(change => change!))));
		}

		return true;
	}

	/** What iptables holds is written whole, with the slots in it, in one transaction for each table and family; what it refused is as it was ahead too. */
	async reshape(from: Ruleset, to: Ruleset, leaseMs: number | undefined): Promise<void> {
		const [before, after] = [split(from), split(to)];
		const {slots} = this.#slots;
		if (slots === undefined) {
			throw new KernelFailure('nobody knows which slots the chains hold', {errno: 'EAGAIN', hint: 'try again in a moment'});
		}

		await this.#ahead.reshape({tables: before.ahead}, {tables: after.ahead}, leaseMs);
		try {
			await this.#change(async () => {
				await this.#chains.install(after.chains, slots);
				this.#installed = after.chains;
				// Slots behind a gate stand where it leads now.
				await this.#slots.set(slots);
			});
		} catch (error) {
			await this.#ahead.reshape({tables: after.ahead}, {tables: before.ahead}, leaseMs);
			throw error;
		}
	}

	async observe(): Promise<Ruleset | undefined> {
		const [ahead, chains] = await Promise.all([this.#ahead.observe(), this.#chains.observe()]);
		return ahead === undefined && chains.length === 0 ? undefined : {tables: [...ahead?.tables ?? [], ...chains]};
	}

	/** The chains first: what is left without them is a closed lease. */
	async remove(): Promise<void> {
		this.#slots.forget();
		this.#installed = [];
		if (await this.#ahead.observe() !== undefined) {
			await this.#ahead.closeLease().catch(() => undefined);
		}

		await this.#change(async () => this.#chains.remove());
		await this.#ahead.remove();
	}

	async setSlots(slots: SlotTable): Promise<void> {
		await this.#change(async () => this.#slots.set(slots));
	}

	async passGate(gate: Gate): Promise<void> {
		await this.#change(async () => this.#slots.pass(gate));
	}

	async observeSlots(): Promise<SlotTable> {
		const slots = await this.#slots.observe();
		if (slots === undefined) {
			throw new KernelFailure('the chains of slots hold rules of somebody else', {errno: 'EINVAL', hint: 'farmctl rules show'});
		}

		return slots;
	}

	async openLease(ms: number | undefined): Promise<void> {
		return this.#ahead.openLease(ms);
	}

	async renewLease(ms: number): Promise<LeaseOutcome> {
		return this.#ahead.renewLease(ms);
	}

	async closeLease(): Promise<void> {
		return this.#ahead.closeLease();
	}

	/** The lease first: without it, what slots there are matters no more. */
	async clear(retained: SlotSet = noSlots): Promise<void> {
		await this.#ahead.closeLease();
		this.#slots.forget();
		await this.setSlots({...emptySlots, retained});
	}

	async counters(): Promise<FilterCounters> {
		const [{leaselessPackets}, packets] = await Promise.all([this.#ahead.counters(), this.#chains.packets()]);
		return {leaselessPackets, foreignPackets: packets.foreign, unnamedPackets: packets.unnamed, acceptedPackets: packets.accepted, unknownPackets: packets.unknown};
	}

	watch(listener: (notice: FilterNotice) => void): void {
		this.#ahead.watch(listener);
		this.#stops.push(watchChains({
			observe: async () => {
				const {tables, slots} = await this.#chains.observeAll();
				return {tables, slots: slots.map(table => table && this.#slots.throughGates(table))};
			},
			expected: () => ({tables: this.#installed, slots: this.#slots.written, changes: this.#changes}),
			listener,
		}));
	}

	close(): void {
		for (const stop of this.#stops) {
			stop();
		}

		this.#programs.close();
		this.#ahead.close();
	}

	async #change(work: () => Promise<void>): Promise<void> {
		this.#changes += 1;
		try {
			await work();
		} finally {
			this.#changes += 1;
		}
	}
}

/** The VIPs that the chains were written for last. */
const vipsIn = (tables: readonly Table[], farm: Farm): string[] => tables.length === 0 ? farm.vips.map(({address}) => address) : vipsOf(tables);

function split({tables}: Ruleset): {readonly ahead: readonly Table[]; readonly chains: readonly Table[]} {
	return {ahead: tables.filter(table => !isIptablesTable(table)), chains: tables.filter(table => isIptablesTable(table))};
}

type Change = {readonly family: Family; readonly name: IptablesTableName; readonly chains: readonly Chain[]};

/** A chain that holds slots is no chain to rewrite: what it held would be gone. */
const isLive = ({name}: Chain): boolean => isLivePart(name.slice(name.lastIndexOf('/') + 1));

const chainOf = ({table}: Difference, chain: Chain): Change => ({family: table.family as Family, name: table.name as IptablesTableName, chains: [chain]});

const grouped = (changes: readonly Change[]): Change[] => [...Map.groupBy(changes, ({family, name}) => `${family} ${name}`).values()]
	.map(group => ({...group[0]!, chains: group.flatMap(({chains}) => chains)}));
