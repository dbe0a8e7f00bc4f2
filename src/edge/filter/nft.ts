/**
The filter in the kernel's nf_tables, by netlink alone. One socket for life: tables made as `owned` belong to it, and nobody else can change them.
Decides nothing about the farm; what the rules are is `desiredRuleset`'s.
*/

import {noSlots, type SlotSet} from '../../core/model/slot-set.js';
import type {Farm} from '../../core/model/farm.js';
import type {SlotTable} from '../../core/membership/types.js';
import {tableName, type Gate, type Ruleset, type TableFamily} from '../../core/ruleset/model.js';
import {diffRulesets, type Difference} from '../../core/ruleset/diff.js';
import {desiredRuleset} from '../../core/ruleset/desired.js';
import {leaseSet, slotSetsIn, vipsMap, type SlotSets} from '../../core/ruleset/names.js';
import {type KernelFailure} from '../../errors.js';
import {NetlinkConnection, protocols, type BatchOutcome} from '../netlink/connection.js';
import type {NetlinkRequest} from '../netlink/message.js';
import {closeMessages, joinMessages, openMessages, renewMessages, type LeaseKeys} from './elements.js';
import {findTables, observeCounters, observeRuleset} from './observe.js';
import {watchTables, type Watch} from './notices.js';
import type {Filter, FilterCounters, FilterNotice, LeaseOutcome} from './port.js';
import {refusal} from './refusal.js';
import {emptySlotMessages, observeSlots, retainMessages, SlotKeeper} from './slot-keeper.js';
import {encodeReshape} from './reshape-codec.js';
import {encodeRewrite, encodeRuleset, encodeTableRemoval, type RulesetRequest} from './ruleset-codec.js';
import {batchFrame, tableFlags} from './wire.js';

export type NftFilterOptions = {
	readonly farm: Farm;
	/** `owned`: nobody but this process can change them, where the kernel (6.9) knows how. `plain`: such as the nft program makes. */
	readonly tables: 'owned' | 'plain';
};

/** What a kernel answers that does not know owned tables that persist: EOPNOTSUPP, by the name that Node gives it, or EINVAL. */
const unknownFlagErrors = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EINVAL']);

/** The filter of this farm in the kernel of the current network namespace. */
export const createNftFilter = (options: NftFilterOptions): Filter => new NftFilter(options);

/** Some sixty elements: what less of them cost is not worth the questions. */
const bulkBytesMin = 4096;

type Installation = {readonly ruleset: Ruleset; readonly removals: readonly RulesetRequest[]; readonly retained: SlotSet};

class NftFilter implements Filter {
	readonly #connection = new NetlinkConnection(protocols.netfilter);
	/** For dumps of the ruleset, so that no verdict queues behind them. */
	readonly #looks = new NetlinkConnection(protocols.netfilter);
	readonly #watches: Watch[] = [];
	readonly #table: string;
	/** Of the ruleset that was installed last, at first of the farm. */
	#leases: readonly LeaseKeys[];
	/** As `#leases`: the sets of each group. */
	#groups: readonly SlotSets[];
	#tableFlagBits: number;
	readonly #slots: SlotKeeper;

	constructor({farm, tables}: NftFilterOptions) {
		this.#table = tableName(farm.name);
		this.#slots = new SlotKeeper(this.#table, () => this.#groups, async requests => this.#send(requests));
		this.#tableFlagBits = tables === 'owned' ? tableFlags.owner + tableFlags.persist : 0;
		const ruleset = desiredRuleset(farm, {});
		this.#leases = leasesOf(ruleset);
		this.#groups = slotSetsIn(ruleset);
	}

	isReady(): boolean {
		return this.#connection.isReady;
	}

	async ready(): Promise<void> {
		return this.#connection.ready();
	}

	async install(ruleset: Ruleset, retained: SlotSet = noSlots): Promise<void> {
		const removals = await this.#removals();
		const error = await this.#attemptInstall({ruleset, removals, retained});
		if (error !== undefined) {
			throw error;
		}
	}

	async #attemptInstall(installation: Installation): Promise<KernelFailure | undefined> {
		const {ruleset, removals, retained} = installation;
		const requests: Array<NetlinkRequest & Partial<RulesetRequest>> = [
			...removals, ...encodeRuleset(ruleset, this.#tableFlagBits), ...retainMessages(this.#table, slotSetsIn(ruleset), retained),
		];
		const outcome = await this.#send(requests);
		const [error] = outcome.errors;
		if (error === undefined) {
			this.#slots.emptied(retained);
			this.#leases = leasesOf(ruleset);
			this.#groups = slotSetsIn(ruleset);
			return undefined;
		}

		this.#slots.forget();
		if (this.#tableFlagBits !== 0 && error.index === removals.length && unknownFlagErrors.has(error.errno)) {
			this.#tableFlagBits = 0;
			return this.#attemptInstall(installation);
		}

		return refusal('install the filter', error.errno, requests[error.index]);
	}

	async restore(ruleset: Ruleset): Promise<readonly TableFamily[]> {
		const found = await findTables(this.#connection, this.#table);
		const tables = ruleset.tables.filter(({family}) => !found.some(table => table.family === family));
		const families = tables.map(({family}) => family);
		if (families.includes('inet')) {
			this.#slots.forget();
			this.#leases = leasesOf(ruleset);
			this.#groups = slotSetsIn(ruleset);
		}

		if (tables.length > 0) {
			const requests = encodeRuleset({tables}, this.#tableFlagBits);
			await this.#change('put a table back', requests);
		}

		return families;
	}

	async rewrite(differences: readonly Difference[]): Promise<boolean> {
		const requests = encodeRewrite(differences);
		if (requests !== undefined) {
			await this.#change('mend the filter', requests);
		}

		return requests !== undefined;
	}

	async reshape(from: Ruleset, to: Ruleset, leaseMs: number | undefined): Promise<void> {
		const [groups, leases] = [slotSetsIn(to), leasesOf(to)];
		const areGroupsSame = JSON.stringify(groups) === JSON.stringify(this.#groups);
		const requests = [
			...encodeReshape(diffRulesets(from, to), this.#tableFlagBits),
			...areGroupsSame ? [] : this.#slots.messagesFor(groups),
			...leaseMs === undefined ? [] : joinMessages(this.#table, this.#leases, leases, Math.floor(leaseMs)),
		];
		if (requests.length > 0) {
			await this.#change('change the filter', requests);
		}

		this.#leases = leases;
		this.#groups = groups;
	}

	async observe(): Promise<Ruleset | undefined> {
		return observeRuleset(this.#looks, this.#table);
	}

	watch(listener: (notice: FilterNotice) => void): void {
		this.#watches.push(watchTables({table: this.#table, ownPort: this.#connection.port, listener}, this.#looks));
	}

	async remove(): Promise<void> {
		const removals = await this.#removals();
		this.#slots.forget();
		if (removals.length === 0) {
			return;
		}

		await this.#change('remove the filter', removals);
	}

	async #removals(): Promise<RulesetRequest[]> {
		const found = await findTables(this.#connection, this.#table);
		return found.map(table => encodeTableRemoval(table));
	}

	async setSlots(slots: SlotTable): Promise<void> {
		return this.#slots.set(slots);
	}

	async passGate(gate: Gate): Promise<void> {
		return this.#slots.pass(gate);
	}

	async observeSlots(): Promise<SlotTable> {
		return observeSlots(this.#looks, this.#table, this.#groups);
	}

	async openLease(ms: number | undefined): Promise<void> {
		const whole = ms === undefined ? undefined : Math.floor(ms);
		if (whole === undefined || whole > 0) {
			await this.#change('open the lease', openMessages(this.#table, this.#leases, whole));
		}
	}

	async renewLease(ms: number): Promise<LeaseOutcome> {
		const whole = Math.floor(ms);
		if (whole <= 0) {
			await this.closeLease();
			return 'lapsed';
		}

		const {errors} = await this.#send(renewMessages(this.#table, this.#leases, whole));
		const [error] = errors;
		if (error === undefined) {
			return 'done';
		}

		// Deletes stand at even places: when an add fails too, what is missing is more than the lease.
		if (errors.every(({errno, index}) => errno === 'ENOENT' && index % 2 === 0)) {
			return 'lapsed';
		}

		throw refusal('renew the lease', error.errno);
	}

	async closeLease(): Promise<void> {
		await this.#change('close the lease', closeMessages(this.#table, this.#leases));
	}

	async clear(retained: SlotSet = noSlots): Promise<void> {
		this.#slots.forget();
		await this.#change('empty the filter', [
			...closeMessages(this.#table, this.#leases),
			...emptySlotMessages(this.#table, this.#groups),
			...retainMessages(this.#table, this.#groups, retained),
		]);
		this.#slots.emptied(retained);
	}

	async counters(): Promise<FilterCounters> {
		const packets = await observeCounters(this.#connection, this.#table);
		const of = (name: string): number => packets.get(name) ?? 0;
		return {
			foreignPackets: of('foreign'),
			leaselessPackets: of('leaseless'),
			unnamedPackets: of('unnamed'),
			acceptedPackets: of('accepted'),
			unknownPackets: of('unknown'),
		};
	}

	close(): void {
		for (const watch of this.#watches) {
			watch.close();
		}

		this.#connection.close();
		this.#looks.close();
	}

	async #change(what: string, requests: ReadonlyArray<NetlinkRequest & Partial<RulesetRequest>>): Promise<void> {
		const {errors: [error]} = await this.#send(requests);
		if (error !== undefined) {
			throw refusal(what, error.errno, requests[error.index]);
		}
	}

	async #send(requests: readonly NetlinkRequest[]): Promise<BatchOutcome> {
		const send = async (): Promise<BatchOutcome> => this.#connection.batch(requests, batchFrame);
		const [watch] = this.#watches;
		return watch !== undefined && this.#watches.length === 1 && this.isReady() && isBulk(requests) ? watch.unheard(send) : send();
	}
}

/** Whether notices of a transaction would be many. */
const isBulk = (requests: readonly NetlinkRequest[]): boolean => requests.reduce((sum, {payload}) => sum + payload.length, 0) > bulkBytesMin;

/** The VIPs that a ruleset knows, by the set that holds their leases. */
const leasesOf = (ruleset: Ruleset): LeaseKeys[] => ([4, 6] as const).flatMap(family => {
	const map = ruleset.tables.flatMap(({sets}) => sets).find(({name}) => name === vipsMap(family));
	return map === undefined || map.elements === 'live' ? [] : [{set: leaseSet(family), addresses: map.elements.map(({key}) => key)}];
});

