/**
Puts back what someone else removes or changes: the filter, and the addresses and MACs above it, for as long as the filter is to be trusted.

One look at a time. A notice asks for a look at once; notices that come during one ask for one more, and two looks are never closer than `lookPauseMs`, so
that a storm of notices costs little. Now and then it looks at the VIPs without being asked, for what the kernel says nothing about; not at the filter, of
which it says everything: reading 64 VIPs' rules takes a tenth of a second, in which the lease cannot be renewed.
*/

import {setTimeout as delay} from 'node:timers/promises';
import type {Vip} from '../../core/model/farm.js';
import type {OwnAddresses} from '../../core/ruleset/model.js';
import {createFilterGuard, type FilterFinding} from './filter-guard.js';
import {sentenceOf, type RepairParts} from './parts.js';
import {createVipGuard} from './vip-guard.js';

/** Between the ends of one look and the start of the next. */
export const lookPauseMs = 20;

/** After the last notice of an interface or an own address. */
const settleMs = 200;

/** From one look to the next when nothing happens; the kernel says nothing of a multicast address that is taken off an interface. */
export const auditIntervalMs = 10_000;

/** After the start: what happened between the installation and the first notice; when the farm has been joined, for the first look takes longest. */
const firstLookMs = 1000;

/** After a look that failed. */
const failedLookMs = 1000;

export type Repairing = {
	/** Resolves when nothing is under way any more. */
	readonly stop: () => Promise<void>;
	/** Does the work while nobody looks or mends; then looks, with the own addresses that the filter is made with now. Rejects as the work does. */
	readonly during: <T extends {readonly own: OwnAddresses}>(work: () => Promise<T>) => Promise<T>;
};

/** Watches from now on, `own` being what the filter was installed with. */
export function startRepair(parts: RepairParts, own: OwnAddresses): Repairing {
	const repair = new Repair(parts, own);
	repair.watch();
	return {
		stop: async () => repair.stop(),
		during: async work => repair.during(work),
	};
}

class Repair {
	readonly #parts: RepairParts;
	readonly #filterGuard;
	readonly #vipGuard;
	#isDue = false;
	/** Something was done to the filter, or nobody knows whether. */
	#isFilterSuspect = true;
	/** Nobody touched it, but what it shall be, or what it hangs on, may have changed. */
	#isFilterDue = true;
	#filter: FilterFinding = {isTrusted: true, reason: '', lookAgainAt: Infinity};
	#running: Promise<void> | undefined;
	/** Of the look that is under way. */
	#looking: Promise<number> = Promise.resolve(0);
	/** While something else is done to what it looks at. */
	#blocked: Promise<void> | undefined;
	#timer: NodeJS.Timeout | undefined;
	#filterTimer: NodeJS.Timeout | undefined;
	readonly #stopping = new AbortController();
	#reason = '';
	#failure = '';

	constructor(parts: RepairParts, own: OwnAddresses) {
		this.#parts = parts;
		this.#filterGuard = createFilterGuard(parts, own);
		this.#vipGuard = createVipGuard(parts);
	}

	watch(): void {
		const {filter, link, standing} = this.#parts;
		const isOfVips = (isOf: (vip: Vip) => boolean): boolean => standing().farm.vips.some(vip => isOf(vip));
		filter.watch(notice => {
			this.#filterGuard.notice(notice);
			this.#isFilterSuspect = true;
			this.#wake();
		});
		link.watch(notice => {
			const isForeign = (notice.kind === 'interface' && !isOfVips(vip => vip.interface === notice.interface))
				|| (notice.kind === 'mac' && !isOfVips(({mac}) => mac === notice.value));
			if (isForeign) {
				return;
			}

			this.#vipGuard.notice(notice);
			if (notice.kind !== 'mac' && !(notice.kind === 'address' && isOfVips(({address}) => address === notice.value))) {
				this.#askForFilter();
			}

			this.#wake();
		});
		this.#wakeIn(firstLookMs);
	}

	async during<T extends {readonly own: OwnAddresses}>(work: () => Promise<T>): Promise<T> {
		const before = this.#blocked;
		const {promise, resolve: release} = Promise.withResolvers<void>();
		this.#blocked = promise;
		await before;
		try {
			await this.#looking;
			const done = await work();
			this.#filterGuard.madeWith(done.own);
			return done;
		} finally {
			release();
			this.#blocked = this.#blocked === promise ? undefined : this.#blocked;
			this.#isFilterDue = true;
			this.#wake();
		}
	}

	async stop(): Promise<void> {
		this.#stopping.abort();
		clearTimeout(this.#timer);
		clearTimeout(this.#filterTimer);
		await this.#running;
	}

	#wake(): void {
		this.#isDue = true;
		if (!this.#stopping.signal.aborted) {
			this.#running ??= this.#run();
		}
	}

	async #run(): Promise<void> {
		clearTimeout(this.#timer);
		let restMs = auditIntervalMs;
		while (this.#isDue && !this.#stopping.signal.aborted) {
			this.#isDue = false;
			if (this.#blocked !== undefined) {
				await this.#blocked; // eslint-disable-line no-await-in-loop -- see below
			}

			this.#looking = this.#attempt();
			restMs = await this.#looking; // eslint-disable-line no-await-in-loop -- one look at a time is the point
			await this.#pause(); // eslint-disable-line no-await-in-loop -- see above
		}

		this.#running = undefined;
		if (!this.#stopping.signal.aborted) {
			this.#wakeIn(Math.min(Math.max(restMs, lookPauseMs), auditIntervalMs));
		}
	}

	/** What the filter shall be follows from interfaces and addresses, which come and go in flocks: when they have settled. */
	#askForFilter(): void {
		clearTimeout(this.#filterTimer);
		this.#filterTimer = setTimeout(() => {
			this.#isFilterDue = true;
			this.#wake();
		}, settleMs);
	}

	#wakeIn(ms: number): void {
		this.#timer = setTimeout(() => {
			this.#isFilterDue ||= this.#parts.clock.now() >= this.#filter.lookAgainAt;
			this.#wake();
		}, ms);
	}

	async #pause(): Promise<void> {
		await delay(lookPauseMs, undefined, {signal: this.#stopping.signal}).catch(() => undefined);
	}

	/** Milliseconds to the next look. */
	async #attempt(): Promise<number> {
		try {
			const restMs = await this.#look();
			this.#failure = '';
			return restMs;
		} catch (error) {
			this.#isFilterSuspect = true;
			this.#tellFailure(sentenceOf(error));
			return failedLookMs;
		}
	}

	/** A VIP does not wait for a look at a filter that nobody touched. */
	async #look(): Promise<number> {
		if (this.#isFilterSuspect || !this.#filter.isTrusted) {
			await this.#lookAtFilter();
		}

		const vips = await this.#vipGuard.look(this.#filter.isTrusted);
		if (this.#isFilterDue) {
			await this.#lookAtFilter();
		}

		this.#hinder([this.#filter.reason, vips.reason].filter(reason => reason !== '').join('; '));
		return Math.min(this.#filter.lookAgainAt, vips.lookAgainAt) - this.#parts.clock.now();
	}

	async #lookAtFilter(): Promise<void> {
		this.#isFilterSuspect = false;
		this.#isFilterDue = false;
		const wasTrusted = this.#filter.isTrusted;
		this.#filter = await this.#filterGuard.look();
		if (this.#filter.reason !== '') {
			this.#hinder(this.#filter.reason);
		}

		// The VIPs follow at once.
		this.#isDue ||= wasTrusted !== this.#filter.isTrusted;
	}

	#hinder(reason: string): void {
		if (reason === this.#reason) {
			return;
		}

		this.#reason = reason;
		this.#parts.hinder(reason);
	}

	#tellFailure(message: string): void {
		if (message === this.#failure) {
			return;
		}

		this.#failure = message;
		this.#parts.record({level: 'error', name: 'repair-failed', message: `cannot see whether all is in place: ${message}`});
	}
}
