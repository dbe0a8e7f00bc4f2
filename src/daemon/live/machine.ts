/**
What a configuration puts on this machine besides its membership: heartbeat sockets, addresses and MACs, the filter, witnesses. `become` changes all of it
while the node serves, or nothing: what fails on the way takes everything back to what was.

The order keeps two promises: no address of a VIP stands above a filter that does not know it, and whatever is taken away goes before what it needs.
*/

import {desiredRuleset, keepOwnAddresses, withInterfaces} from '../../core/ruleset/desired.js';
import type {OwnAddresses, Ruleset} from '../../core/ruleset/model.js';
import {diffVips, renderVipStep, type VipStep} from '../../core/vip/diff.js';
import type {FarmEvent} from '../../core/model/event.js';
import type {Filter} from '../../edge/filter/port.js';
import {applyVipSteps} from '../../edge/link/apply.js';
import {readVips} from '../../edge/link/observe.js';
import type {Link} from '../../edge/link/port.js';
import {requireInterfaces} from '../../edge/link/require-interfaces.js';
import {KernelFailure} from '../../errors.js';
import type {Repairing} from '../repair/repair.js';
import {standingVips, type Standing} from './standing.js';

/** A part of the machine that follows the configuration by itself; it rejects, having changed nothing, when it cannot. */
export type Follower = {readonly follow: (standing: Standing) => Promise<void>};

export type MachineParts = {
	readonly filter: Filter;
	readonly link: Link;
	readonly record: (event: FarmEvent) => void;
	/** Does the work while the membership core changes nothing in the filter. */
	readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
	readonly repairing: Repairing;
	/** Milliseconds that the lease in the kernel still has; undefined where there is none. */
	readonly leaseRestMs: () => number | undefined;
	/** In the order in which they follow; the kernel's part comes after them. */
	readonly followers: readonly Follower[];
};

export type Machine = {
	/** What stands, or is being made to. */
	readonly standing: () => Standing;
	/** Makes it so, without touching slots, lease and counters. Rejects with the failure of the part that could not; then all is as it was. */
	readonly become: (next: Standing) => Promise<void>;
};

export function createMachine(first: Standing, own: OwnAddresses, parts: () => MachineParts): Machine {
	let standing = first;
	let ownNow = own;

	/** The kernel's part. */
	const reshape = async (to: Standing): Promise<void> => {
		const {filter, link, exclusively, leaseRestMs} = parts();
		const present = new Set((await link.interfaces()).map(({name}) => name));
		const addresses = (await link.addresses()).filter(item => present.has(item.interface));
		const ownNext = keepOwnAddresses(to.farm, ownNow, addresses);
		// Nobody else writes meanwhile, and no renewal of the lease waits for it.
		const observed = await filter.observe();
		if (observed === undefined) {
			throw new KernelFailure('the filter of the farm is not there', {errno: 'ENOENT', hint: 'the daemon puts it back; try again in a moment'});
		}

		const [from, next]: Ruleset[] = [observed, desiredRuleset(to.farm, ownNext, to.kept)].map(ruleset => withInterfaces(ruleset, present));
		await exclusively(async () => filter.reshape(from!, next!, leaseRestMs()));
		ownNow = ownNext;
	};

	const vipSteps = async (to: Standing, isWanted: (step: VipStep) => boolean): Promise<void> => {
		const {link, record} = parts();
		const steps = diffVips(standingVips(to), await readVips(link, to.farm)).filter(step => isWanted(step));
		await applyVipSteps(link, steps, {
			tell(step) {
				record({level: 'info', name: 'vip', message: renderVipStep(step)});
			},
		});
	};

	const make = async (to: Standing, done: Array<() => Promise<void>>): Promise<void> => {
		const before = standing;
		for (const {follow} of parts().followers) {
			await follow(to); // eslint-disable-line no-await-in-loop -- each in its turn
			done.push(async () => follow(before));
		}

		standing = to;
		done.push(async () => {
			await vipSteps(before, () => true);
		});
		await vipSteps(to, ({kind}) => kind === 'remove-address');
		await reshape(to);
		done.push(async () => {
			// What came goes before the filter that knows it does.
			standing = before;
			await vipSteps(before, ({kind}) => kind === 'remove-address');
			await reshape(before);
		});
		await vipSteps(to, () => true);
	};

	return {
		standing: () => standing,
		async become(next) {
			await requireInterfaces(parts().link, next.farm);
			await parts().repairing.during(async () => {
				const before = standing;
				const done: Array<() => Promise<void>> = [];
				try {
					await make(next, done);
				} catch (error) {
					await undo(done, parts().record);
					standing = before;
					throw error;
				}

				return {own: ownNow};
			});
		},
	};
}

async function undo(done: ReadonlyArray<() => Promise<void>>, record: (event: FarmEvent) => void): Promise<void> {
	for (const step of done.toReversed()) {
		try {
			await step(); // eslint-disable-line no-await-in-loop -- in reverse order
		} catch (error) {
			record({level: 'error', name: 'undo-failed', message: `a part of a change that failed could not be taken back: ${(error as Error).message}`});
		}
	}
}
