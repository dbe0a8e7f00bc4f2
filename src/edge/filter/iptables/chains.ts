/**
The farm's chains in the tables of iptables and ip6tables: looked at, made, changed and taken away. Each family's tables are changed by one program, and each
table of it in one transaction; the families at the same time.
*/

import type {SlotTable} from '../../../core/membership/types.js';
import {noSlots, unionSlots} from '../../../core/model/slot-set.js';
import type {Farm} from '../../../core/model/farm.js';
import {groupsMax} from '../../../core/model/group.js';
import type {Chain, CounterName, Statement, Table} from '../../../core/ruleset/model.js';
import {chainPrefix, entryChains, slotsPart, tableNames, type IptablesTableName} from '../../../core/ruleset/iptables/names.js';
import {installText, removeText, rewriteText, slotsText, tableFrom} from '../../../core/ruleset/iptables/restore-text.js';
import {isUntouched, readSaved, type SavedTable} from '../../../core/ruleset/iptables/save-text.js';
import {slotChains, slotsIn, type LiveChain} from '../../../core/ruleset/iptables/slot-chains.js';
import {countingRules} from '../../../core/ruleset/iptables/stages.js';
import type {Family, ProgramResult, Programs} from './programs.js';
import {refusal} from './refusal.js';

export const families: readonly Family[] = ['ip', 'ip6'];

const noneAtAll: SlotTable = {owned: noSlots, retained: noSlots, resettable: noSlots, leaving: noSlots, arriving: noSlots};

/** What the farm has in the tables of one family. */
type Held = ReadonlyMap<IptablesTableName, SavedTable>;

export type ChainsParts = {readonly farm: Pick<Farm, 'name' | 'vips' | 'groups'>; readonly programs: Programs};

export class Chains {
	readonly #programs: Programs;
	readonly #prefix: string;
	/** Of the farm's VIPs, and whatever was installed. */
	#families: readonly Family[];
	/** Of what is installed now. */
	#installed: readonly Family[];
	/** As `#installed`. */
	#groupsCount: number;
	/** Rules as iptables prints them, where that is not how they were written. */
	readonly #printed = new Map<string, string>();

	constructor({farm, programs}: ChainsParts) {
		this.#programs = programs;
		this.#prefix = chainPrefix(farm.name);
		this.#families = families.filter(family => farm.vips.some(vip => vip.family === (family === 'ip' ? 4 : 6)));
		this.#installed = this.#families;
		this.#groupsCount = farm.groups.length;
	}

	/** The tables in which anything of the farm's stands, and the slots of each family; nothing where a chain holds what is no rule of ours. */
	async observeAll(): Promise<{readonly tables: readonly Table[]; readonly slots: ReadonlyArray<SlotTable | undefined>}> {
		const held = await this.#look();
		return {tables: this.#tablesIn(held), slots: this.#slotsIn(held)};
	}

	/** The tables in which anything of the farm's stands. */
	async observe(): Promise<Table[]> {
		return this.#tablesIn(await this.#look());
	}

	#tablesIn(held: ReadonlyMap<Family, Held>): Table[] {
		return [...held].flatMap(([family, tables]) => [...tables.values()].filter(saved => !isUntouched(saved)).map(saved => this.#tableFrom(family, saved)));
	}

	/** Makes exactly these tables' chains, with these slots in them. Rejects with a KernelFailure; a part of the families may be done then. */
	async install(tables: readonly Table[], slots: SlotTable = noneAtAll): Promise<void> {
		const held = await this.#look();
		this.#groupsCount = this.#groupsIn(tables);
		const live = slotChains(this.#prefix, slots, this.#groupsCount);
		const wanted = families.filter(family => tables.some(table => table.family === family));
		this.#installed = wanted;
		this.#families = families.filter(family => wanted.includes(family) || held.has(family));
		await this.#each(this.#families, family => tableNames.map(name => {
			const table = tables.find(candidate => candidate.family === family && candidate.name === name);
			const standing = heldTable(held, family, name);
			return table === undefined ? this.#removal(standing) : installText(table, live, this.#prefix, standing);
		}).join(''), 'install the filter');
		await this.#learn(tables);
	}

	/** How many groups have chains for their slots. */
	#groupsIn(tables: readonly Table[]): number {
		const parts = new Set(tables.flatMap(({chains}) => chains).map(({name}) => name.slice(this.#prefix.length)));
		return Array.from({length: groupsMax}, (_, group) => slotsPart(group)).filter(part => parts.has(part)).length;
	}

	/** Makes the chains of these, and touches no others; a jump that is there stays where it is. */
	async rewrite(changes: ReadonlyArray<{readonly family: Family; readonly name: IptablesTableName; readonly chains: readonly Chain[]}>): Promise<void> {
		const held = await this.#look();
		const touched = families.filter(family => changes.some(change => change.family === family));
		await this.#each(touched, family => changes.filter(change => change.family === family)
			.map(change => rewriteText(change, change.chains, heldTable(held, family, change.name))).join(''), 'mend the filter');
	}

	async remove(): Promise<void> {
		const held = await this.#look();
		await this.#each([...held.keys()], family => tableNames.map(name => this.#removal(heldTable(held, family, name))).join(''), 'remove the filter');
	}

	/** Writes those of the chains of slots that differ from what `before` made of them; all of them where that is unknown. */
	async setSlots(before: SlotTable | undefined, after: SlotTable): Promise<void> {
		const old = before === undefined ? [] : slotChains(this.#prefix, before, this.#groupsCount);
		const changed = slotChains(this.#prefix, after, this.#groupsCount).filter(chain => !old.some(other => isSameChain(other, chain)));
		const text = slotsText(changed, this.#prefix);
		await this.#each(this.#installed, () => text, 'change the slots');
	}

	#slotsIn(held: ReadonlyMap<Family, Held>): Array<SlotTable | undefined> {
		return this.#installed.map(family => slotsIn(this.#prefix, this.#liveChains(held.get(family))));
	}

	/** What either family accepts; nothing where a chain holds what is no rule of ours. */
	async observeSlots(): Promise<SlotTable | undefined> {
		const found = this.#slotsIn(await this.#look());
		return found.includes(undefined) ? undefined : found.reduce<SlotTable>((all, slots) => joined(all, slots!), noneAtAll);
	}

	/** Packets by counter, of both families. */
	async packets(): Promise<Readonly<Record<Exclude<CounterName, 'leaseless'>, number>>> {
		const held = await this.#look();
		const sum = (counter: keyof typeof countingRules): number => countingRules[counter]
			.flatMap(({table, part, index}) => [...held.values()].map(tables => tables.get(table)?.chains.get(`${this.#prefix}${part}`)?.[index]?.packets ?? 0))
			.reduce((all, packets) => all + packets, 0);
		return {accepted: sum('accepted'), foreign: sum('foreign'), unnamed: sum('unnamed'), unknown: sum('unknown')};
	}

	/** Of the families that the farm has a VIP of, those tables that hold nothing of the farm's. */
	async missing(tables: readonly Table[]): Promise<Table[]> {
		const held = await this.#look();
		return tables.filter(({family, name}) => isUntouched(heldTable(held, family as Family, name as IptablesTableName)));
	}

	#tableFrom(family: Family, saved: SavedTable): Table {
		return tableFrom(family, saved, this.#jump(saved.name), text => this.#printed.get(text) ?? text);
	}

	#jump(name: IptablesTableName): string {
		return `-j ${this.#prefix}${entryChains[name]}`;
	}

	#removal(held: SavedTable): string {
		return isUntouched(held) ? '' : removeText(held, this.#jump(held.name));
	}

	#liveChains(held: Held | undefined): LiveChain[] {
		return [...held?.values() ?? []].flatMap(({name, chains}) => [...chains].map(([chain, rules]) => ({
			table: name, part: chain.slice(this.#prefix.length), rules: rules.map(({text}) => text),
		})));
	}

	/** Of every family that the farm has or may have something in. A program that is missing for a family without VIPs is none of our business. */
	async #look(): Promise<ReadonlyMap<Family, Held>> {
		const found = await Promise.all(this.#families.map(async family => [family, await this.#lookAt(family)] as const));
		return new Map(found);
	}

	async #lookAt(family: Family): Promise<Held> {
		const tables = await Promise.all(tableNames.map(async name => {
			const result = await this.#programs.save(family, name);
			if (result.hasFailed) {
				throw refusal('list the chains', result);
			}

			return [name, readSaved(result.text, name, this.#prefix)] as const;
		}));
		return new Map(tables);
	}

	/** What iptables prints for what was just written, by its place: another version of it may have other words. */
	async #learn(tables: readonly Table[]): Promise<void> {
		const held = await this.#look();
		for (const {family, name, chains} of tables) {
			const saved = heldTable(held, family as Family, name as IptablesTableName);
			for (const {name: chain, rules} of chains) {
				const printed = saved.chains.get(chain) ?? [];
				for (const [index, rule] of (printed.length === rules.length ? rules : []).entries()) {
					this.#note(rule[0], printed[index]!.text);
				}
			}
		}
	}

	#note(statement: Statement | undefined, printed: string): void {
		if (statement?.kind === 'iptables' && statement.text !== printed) {
			this.#printed.set(printed, statement.text);
		}
	}

	async #each(touched: readonly Family[], textFor: (family: Family) => string, what: string): Promise<void> {
		const results = await Promise.all(touched.map(async (family): Promise<ProgramResult | undefined> => {
			const text = textFor(family);
			return text === '' ? undefined : this.#programs.restore(family, text);
		}));
		const failed = results.find(result => result?.hasFailed);
		if (failed !== undefined) {
			throw refusal(what, failed);
		}
	}
}

const isSameChain = (a: LiveChain, b: LiveChain): boolean => a.table === b.table && a.part === b.part && a.rules.join('\n') === b.rules.join('\n');

const heldTable = (held: ReadonlyMap<Family, Held>, family: Family, name: IptablesTableName): SavedTable =>
	held.get(family)?.get(name) ?? {name, chains: new Map(), jumps: 0};

const joined = (a: SlotTable, b: SlotTable): SlotTable => ({
	owned: unionSlots(a.owned, b.owned), retained: unionSlots(a.retained, b.retained), resettable: unionSlots(a.resettable, b.resettable),
	leaving: unionSlots(a.leaving, b.leaving), arriving: unionSlots(a.arriving, b.arriving),
});
