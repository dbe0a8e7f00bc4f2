/**
Keeps the filter as it shall be. Whole chains are rewritten in place; whatever is more than that is installed anew, in one transaction, without a slot and
without a lease, and the membership core is told.

A VIP without its filter would be accepted by every node. So a table that was deleted is put back before anything else is looked at, and while the filter
cannot be put back, or someone keeps changing it, `isTrusted` is false and the VIPs must be down.
*/

import {desiredRuleset, keepOwnAddresses, withInterfaces} from '../../core/ruleset/desired.js';
import {diffRulesets, type Difference} from '../../core/ruleset/diff.js';
import type {OwnAddresses, Ruleset, TableFamily} from '../../core/ruleset/model.js';
import {nameDifferences} from '../../core/ruleset/name-differences.js';
import {found, freshPatience, isInsisted, isRefused, lookAgainAt, missed, refused, repaired, waitMs, type Patience} from '../../core/repair/patience.js';
import type {FilterNotice} from '../../edge/filter/port.js';
import {byText, insistenceText, sentenceOf, tookField, type Finding, type RepairParts} from './parts.js';

export type FilterFinding = Finding & {
	/** Whether a VIP may stand above this filter. */
	readonly isTrusted: boolean;
};

export type FilterGuard = {
	notice: (notice: FilterNotice) => void;
	/** Looks, mends, and tells what was mended. */
	look: () => Promise<FilterFinding>;
	/** The filter was made with these own addresses. */
	madeWith: (own: OwnAddresses) => void;
};

/** `own`: with what the filter was installed. */
export const createFilterGuard = (parts: RepairParts, own: OwnAddresses): FilterGuard => new Guard(parts, own);

/** Of the notices since the last repair: what each kind said first, and who it was last. */
type Notices = {readonly tables?: string; readonly live?: string; readonly by: string; readonly at?: number};

/** In their tables are the slots and the lease. */
const statefulFamilies: ReadonlySet<TableFamily> = new Set(['inet', 'ip', 'ip6']);

const noNotices: Notices = {by: ''};

/** `in place`: slots and lease were not touched. */
type Mended = 'in place' | 'anew';

class Guard implements FilterGuard {
	readonly #parts: RepairParts;
	#own: OwnAddresses;
	#patience: Patience = freshPatience;
	#notices = noNotices;
	#refusal = '';
	/** Something was put back without a look at the rest. */
	#isUnseen = false;

	constructor(parts: RepairParts, own: OwnAddresses) {
		this.#parts = parts;
		this.#own = own;
	}

	notice({kind, what, by}: FilterNotice): void {
		const known = this.#notices;
		this.#notices = {
			...known,
			...(kind === 'tables' || kind === 'live') && {[kind]: known[kind] ?? what},
			by: by === '' ? known.by : by,
			at: known.at ?? this.#parts.clock.nowFine(),
		};
	}

	madeWith(own: OwnAddresses): void {
		this.#own = own;
	}

	async look(): Promise<FilterFinding> {
		const {clock, record} = this.#parts;
		const wasInsisted = isInsisted(this.#patience);
		this.#emptyTouched();
		const differences = await this.#differences();
		if (differences.length > 0 || this.#notices.live !== undefined) {
			this.#patience = missed(this.#patience, clock.now());
			if (waitMs(this.#patience, clock.now()) === 0) {
				await this.#mend(differences);
			}
		} else {
			this.#notices = noNotices;
			this.#patience = found(this.#patience, clock.now());
		}

		if (wasInsisted && !isInsisted(this.#patience)) {
			record({level: 'info', name: 'repair-calm', message: 'the filter is left alone again', fields: {part: 'filter'}});
		}

		return this.#finding();
	}

	/** Before anything is looked at: a slot that someone else put there may be another node's. */
	#emptyTouched(): void {
		const {live, tables, by} = this.#notices;
		if (live !== undefined && tables === undefined && waitMs(this.#patience, this.#parts.clock.now()) === 0) {
			this.#parts.kernelLost(`${live}${byText(by)}`);
		}
	}

	#finding(): FilterFinding {
		const patience = this.#patience;
		const refusal = isRefused(patience) ? `the filter cannot be put back: ${this.#refusal}` : '';
		return {
			isTrusted: !isInsisted(patience) && patience.inPlaceSince !== undefined,
			reason: isInsisted(patience) ? 'someone keeps changing the filter' : refusal,
			lookAgainAt: this.#isUnseen ? this.#parts.clock.now() : lookAgainAt(patience) ?? Infinity,
		};
	}

	/** After a deleted table nothing is observed: every millisecond counts. */
	async #differences(): Promise<readonly Difference[]> {
		const {filter} = this.#parts;
		if (this.#notices.tables !== undefined) {
			return diffRulesets(undefined, this.#desired(new Set()));
		}

		this.#isUnseen = false;
		const present = await this.#present();
		await this.#adoptOwnAddresses(present);
		const observed = await filter.observe();
		return diffRulesets(observed && withInterfaces(observed, present), this.#desired(present));
	}

	async #present(): Promise<ReadonlySet<string>> {
		const interfaces = await this.#parts.link.interfaces();
		return new Set(interfaces.map(({name}) => name));
	}

	#desired(present: ReadonlySet<string>): Ruleset {
		const {farm, kept} = this.#parts.standing();
		return withInterfaces(desiredRuleset(farm, this.#own, kept), present);
	}

	async #mend(differences: readonly Difference[]): Promise<void> {
		const {clock} = this.#parts;
		const before = this.#patience;
		const notices = this.#notices;
		this.#notices = noNotices;
		try {
			const how = notices.tables === undefined ? await this.#change(differences) : await this.#restore();
			this.#patience = repaired(before, clock.now());
			this.#refusal = '';
			this.#tellRepair(notices.tables ?? (differences.length > 0 ? nameDifferences(differences) : notices.live!), notices, how);
			this.#tellInsistence(before, notices.by);
		} catch (error) {
			this.#notices = {...notices, ...this.#notices};
			this.#patience = refused(before, clock.now());
			this.#tellRefusal(sentenceOf(error));
		}
	}

	/** Nothing is to be done where elements alone were touched. */
	async #change(differences: readonly Difference[]): Promise<Mended> {
		if (differences.length === 0 || await this.#parts.filter.rewrite(differences)) {
			return 'in place';
		}

		return this.#install();
	}

	/** Of a deleted table nothing has to be taken away before it is made; whether the rest is as it should be, the next look tells. */
	async #restore(): Promise<Mended> {
		const {filter, exclusively} = this.#parts;
		const families = await exclusively(async () => filter.restore(this.#desired(await this.#present())));
		this.#isUnseen = true;
		return families.some(family => statefulFamilies.has(family)) ? 'anew' : 'in place';
	}

	async #install(): Promise<Mended> {
		const {filter, exclusively} = this.#parts;
		await exclusively(async () => filter.install(this.#desired(await this.#present())));
		return 'anew';
	}

	#tellRepair(what: string, {live, by, at}: Notices, how: Mended): void {
		const inPlace = live === undefined ? 'put back in place' : 'slots and lease were emptied';
		const message = `${what}${byText(by)}: ${how === 'in place' ? inPlace : 'the filter was installed anew'}`;
		this.#parts.record({level: 'warning', name: 'repaired', message, fields: {part: 'filter', what, by, ...tookField(at, this.#parts.clock)}});
		if (how === 'anew') {
			this.#parts.kernelLost(`${what}${byText(by)}`);
		}
	}

	#tellInsistence(before: Patience, by: string): void {
		if (isInsisted(before) || !isInsisted(this.#patience)) {
			return;
		}

		const message = `${by === '' ? 'someone' : by} keeps changing the filter; ${insistenceText(this.#patience)}; the VIPs are down meanwhile; find out who: nft monitor`;
		this.#parts.record({level: 'error', name: 'repair-backoff', message, fields: {part: 'filter', by}});
	}

	#tellRefusal(message: string): void {
		if (message === this.#refusal) {
			return;
		}

		this.#refusal = message;
		this.#parts.record({level: 'error', name: 'repair-failed', message: `the filter cannot be put back, and the VIPs are down until it can: ${message}`, fields: {part: 'filter'}});
	}

	/** When the filter is not as it was, what is rewritten here fails, and is written by the repair that follows. */
	async #adoptOwnAddresses(present: ReadonlySet<string>): Promise<void> {
		const {filter, link, record} = this.#parts;
		const {farm, kept} = this.#parts.standing();
		const own = keepOwnAddresses(farm, this.#own, (await link.addresses()).filter(item => present.has(item.interface)));
		const changes = diffRulesets(desiredRuleset(farm, this.#own, kept), desiredRuleset(farm, own, kept));
		if (changes.length === 0) {
			return;
		}

		this.#own = own;
		if (!await filter.rewrite(changes).catch(() => false)) {
			return;
		}

		const what = Object.entries(own).map(([vip, address]) => `${address ?? 'nobody'} for ${vip}`).join(', ');
		record({level: 'info', name: 'own-address', message: `this node's own addresses changed; it asks its neighbours as ${what}`});
	}
}
