/**
Keeps the VIPs' addresses and cluster MACs on their interfaces, as far as those are there and up; takes them down while the filter below them is not to be
trusted, and brings them back when it is.
*/

import {diffVips, renderVipStep, type VipStep} from '../../core/vip/diff.js';
import {noVips} from '../../core/vip/state.js';
import {found, freshPatience, isInsisted, isRefused, lookAgainAt, missed, refused, repaired, waitMs, type Patience} from '../../core/repair/patience.js';
import {applyVipSteps} from '../../edge/link/apply.js';
import {readVips} from '../../edge/link/observe.js';
import type {LinkInterface, LinkNotice} from '../../edge/link/port.js';
import {standingVips} from '../live/standing.js';
import {insistenceText, sentenceOf, tookField, type Finding, type RepairParts} from './parts.js';

export type VipGuard = {
	notice: (notice: LinkNotice) => void;
	/** Looks, mends, and tells what was mended. */
	look: (isFilterTrusted: boolean) => Promise<Finding>;
};

export const createVipGuard = (parts: RepairParts): VipGuard => new Guard(parts);

type AddStep =
	| (Extract<VipStep, {readonly address: string}> & {readonly kind: 'add-address'})
	| (Extract<VipStep, {readonly mac: string}> & {readonly kind: 'add-mac'});

type Notices = {at?: number; readonly authors: Map<string, string>};

const noNotices = (): Notices => ({authors: new Map()});

class Guard implements VipGuard {
	readonly #parts: RepairParts;
	/** By the thing's name. */
	readonly #patience = new Map<string, Patience>();
	readonly #refusals = new Map<string, string>();
	/** Since the last look: when the first came, and who took a value away last. */
	#notices = noNotices();
	/** Interfaces that were gone, until all is in place on them again. */
	readonly #bare = new Set<string>();
	/** What cannot be there now, since its interface is not. */
	#impossible: ReadonlySet<string> = new Set();
	/** The interfaces of VIPs as of the last look, by name. */
	#interfaces: ReadonlyMap<string, LinkInterface> | undefined;
	#areDown = false;

	constructor(parts: RepairParts) {
		this.#parts = parts;
	}

	notice(notice: LinkNotice): void {
		this.#notices.at ??= this.#parts.clock.nowFine();
		if (notice.kind === 'address' || notice.kind === 'mac') {
			this.#notices.authors.set(notice.value, notice.by);
		}
	}

	async look(isFilterTrusted: boolean): Promise<Finding> {
		const {link} = this.#parts;
		const standing = this.#parts.standing();
		const interfaces = await this.#lookAtInterfaces();
		if (!isFilterTrusted) {
			await this.#takeDown();
			return {reason: '', lookAgainAt: Infinity};
		}

		const notices = this.#notices;
		this.#notices = noNotices();
		const steps = diffVips(standingVips(standing), await readVips(link, standing.farm)).filter(step => isAddition(step));
		this.#noteFound(steps);
		this.#impossible = new Set(steps.filter(step => !interfaces.get(step.interface)?.isUp).map(step => nameOf(step)));
		for (const step of steps) {
			if (!this.#impossible.has(nameOf(step))) {
				await this.#mend(step, notices); // eslint-disable-line no-await-in-loop -- a MAC stands before the address that needs it
			}
		}

		this.#areDown = false;
		for (const name of this.#bare) {
			if (!steps.some(step => step.interface === name && !this.#isInPlace(step))) {
				this.#bare.delete(name);
			}
		}

		return this.#finding();
	}

	#isInPlace(step: AddStep): boolean {
		return this.#patience.get(nameOf(step))?.inPlaceSince !== undefined && !this.#impossible.has(nameOf(step));
	}

	#noteFound(missing: readonly AddStep[]): void {
		const names = new Set(missing.map(step => nameOf(step)));
		for (const [name, patience] of this.#patience) {
			if (!names.has(name)) {
				this.#note(name, patience, found(patience, this.#parts.clock.now()));
			}
		}
	}

	/** Also tells which have returned. */
	async #lookAtInterfaces(): Promise<ReadonlyMap<string, LinkInterface>> {
		const {link, returned} = this.#parts;
		const {farm} = this.#parts.standing();
		const names = new Set(farm.vips.map(vip => vip.interface));
		const interfaces = new Map((await link.interfaces()).filter(({name}) => names.has(name)).map(item => [item.name, item]));
		const before = this.#interfaces;
		this.#interfaces = interfaces;
		const gone = [...names].filter(name => before === undefined ? !interfaces.has(name) : interfaces.get(name)?.index !== before.get(name)?.index);
		if (gone.length > 0 || before === undefined) {
			await link.forgetGone();
		}

		for (const name of gone) {
			this.#bare.add(name);
		}

		for (const [name, now] of interfaces) {
			const last = before?.get(name);
			if (before !== undefined && hasLink(now) && !(last !== undefined && hasLink(last) && last.index === now.index)) {
				returned(name);
			}
		}

		return interfaces;
	}

	async #takeDown(): Promise<void> {
		const {link, record} = this.#parts;
		const {farm} = this.#parts.standing();
		this.#areDown = true;
		await applyVipSteps(link, diffVips(noVips, await readVips(link, farm)), {
			tell(step) {
				record({level: 'warning', name: 'vip', message: renderVipStep(step)});
			},
		});
	}

	async #mend(step: AddStep, {at, authors}: Notices): Promise<void> {
		const {clock, link, record} = this.#parts;
		const name = nameOf(step);
		if (this.#areDown) {
			await applyVipSteps(link, [step]);
			record({level: 'info', name: 'vip', message: renderVipStep(step)});
			return;
		}

		const before = missed(this.#patience.get(name) ?? freshPatience, clock.now());
		this.#patience.set(name, before);
		if (waitMs(before, clock.now()) > 0) {
			return;
		}

		try {
			await applyVipSteps(link, [step]);
		} catch (error) {
			this.#patience.set(name, refused(before, clock.now()));
			this.#tellRefusal(step, sentenceOf(error));
			return;
		}

		this.#refusals.delete(name);
		const by = authors.get(valueOf(step)) ?? '';
		const who = by === '' ? '' : `, removed it seems by ${by}`;
		record({level: 'warning', name: 'repaired', message: `${name} was gone${who}; put back: ${renderVipStep(step)}`, fields: {part: name, by, ...tookField(at, clock)}});
		this.#note(name, before, repaired(before, clock.now()), {step, by});
	}

	/** Keeps the patience, and tells when someone begins or ends to insist. */
	#note(name: string, before: Patience, after: Patience, repair?: {readonly step: AddStep; readonly by: string}): void {
		this.#patience.set(name, after);
		const {record} = this.#parts;
		if (isInsisted(before) && !isInsisted(after)) {
			record({level: 'info', name: 'repair-calm', message: `${name} is left alone again`, fields: {part: name}});
		} else if (repair !== undefined && !isInsisted(before) && isInsisted(after)) {
			const {step, by} = repair;
			const who = by === '' ? 'someone' : by;
			const message = `${who} keeps removing ${name}; ${insistenceText(after)}; find out who: ${step.kind === 'add-mac' ? `bridge monitor fdb dev ${step.interface}` : 'ip monitor address'}`;
			record({level: 'error', name: 'repair-backoff', message, fields: {part: name, by}});
		}
	}

	#tellRefusal(step: AddStep, message: string): void {
		const name = nameOf(step);
		if (this.#refusals.get(name) === message) {
			return;
		}

		this.#refusals.set(name, message);
		this.#parts.record({level: 'error', name: 'repair-failed', message: `${name} is gone and cannot be put back: ${message}`, fields: {part: name}});
	}

	#finding(): Finding {
		const all = [...this.#patience];
		const insisted = all.filter(([, patience]) => isInsisted(patience)).map(([name]) => `someone keeps removing ${name}`);
		const lacking = all.filter(([, patience]) => isRefused(patience) && !isInsisted(patience))
			.map(([name]) => `${name} cannot be put back: ${this.#refusals.get(name) ?? ''}`);
		const bare = [...this.#bare].map(name => `the VIPs are not yet on ${name} again`);
		const reason = [...insisted, ...lacking, ...bare].join('; ');
		return {reason, lookAgainAt: Math.min(...all.filter(([name]) => !this.#impossible.has(name)).map(([, patience]) => lookAgainAt(patience) ?? Infinity))};
	}
}

const isAddition = (step: VipStep): step is AddStep => step.kind === 'add-address' || step.kind === 'add-mac';

const valueOf = (step: AddStep): string => step.kind === 'add-address' ? step.address : step.mac;

/** As people know the thing, and one of its kind. */
const nameOf = (step: AddStep): string => step.kind === 'add-address' ? `${step.address} on ${step.interface}` : `MAC ${step.mac} on ${step.interface}`;

const hasLink = ({isUp, hasCarrier}: LinkInterface): boolean => isUp && hasCarrier;
