/**
The configuration that a running node follows, and its way from one to another.

Each step is made in the kernel first and told to the core, and so to the peers, when it stands. Between two that are compatible there is one step; between
others there are two, and the core says when the second may be made (core/membership/configure.ts).
*/

import {areCompatible, keptPorts, middleOf} from '../../core/change/compatibility.js';
import {ownershipFingerprint} from '../../core/config/ownership.js';
import type {MembershipState} from '../../core/membership/state.js';
import type {MembershipInput, Transition} from '../../core/membership/types.js';
import type {FarmEvent} from '../../core/model/event.js';
import type {Farm, FarmNode, NodeId} from '../../core/model/farm.js';
import type {Kept} from '../../core/ruleset/kept.js';
import {DaemonFailure} from '../../errors.js';
import {membershipConfig} from '../membership-config.js';
import type {Machine} from './machine.js';

/** So long the MAC that a VIP had is taken too: clients ask again within minutes. */
export const keptMacMs = 10 * 60_000;

/** A node that cannot go on from the middle of a change within this time says so; it goes on all the same when it can. */
export const middleMsMax = 5000;

export type ConfigurationParts = {
	readonly selfId: NodeId;
	readonly version: string;
	/** Once the daemon has begun. */
	readonly machine: () => Machine;
	readonly state: () => MembershipState | undefined;
	readonly submit: (input: MembershipInput) => void;
	/** The core has been told. */
	readonly configured: () => void;
	readonly record: (event: FarmEvent) => void;
	/** For tests; timers otherwise. */
	readonly later?: (ms: number, work: () => void) => () => void;
};

export type LiveConfiguration = {
	/** With the nodes that it has no more and that are not gone yet. */
	readonly farm: () => Farm;
	/** As it was written. */
	readonly configured: () => Farm;
	/** What peers may announce besides; each must be compatible with the one that is followed. */
	readonly accept: (others: readonly Farm[]) => void;
	/**
	Follows the next one, and accepts peers that announce one of the others where that is compatible. Rejects with the failure of what could not be had: then
	all is as before, or where it says so the node is in the middle. `from`: what other nodes may follow at the same time, where that is not what this one
	follows; so a change that stopped in its middle is taken back without meeting one that went on.
	*/
	readonly goTo: (next: Farm, others: readonly Farm[], from?: Farm) => Promise<void>;
	/** For the core's effect. */
	readonly middleReached: () => void;
	readonly stop: () => void;
};

type Left = {readonly kept: Kept; readonly end: () => void};

export function createLiveConfiguration(first: Farm, parts: ConfigurationParts): LiveConfiguration {
	const {selfId, version, machine, state, submit, configured, record, later = laterByTimer} = parts;
	let current = first;
	let departed: readonly FarmNode[] = [];
	let known: {readonly of: Farm; readonly leaving: string; readonly farm: Farm} | undefined;
	let reached: (() => void) | undefined;
	let left: readonly Left[] = [];
	let changes = 0;

	const farm = (): Farm => {
		const leaving = state()?.leaving ?? [];
		if (known?.of !== current || known.leaving !== leaving.join(' ')) {
			const nodes = departed.filter(({id}) => leaving.includes(id));
			known = {of: current, leaving: leaving.join(' '), farm: nodes.length === 0 ? current : {...current, nodes: [...current.nodes, ...nodes]}};
		}

		return known.farm;
	};

	const keptNow = (): Kept => ({ports: distinct(left.flatMap(({kept}) => kept.ports)), macs: distinct(left.flatMap(({kept}) => kept.macs))});

	const tellCore = (next: Farm, transition: Transition): void => {
		departed = [...departed, ...current.nodes].filter(({id}) => next.nodes.every(node => node.id !== id));
		current = next;
		submit({kind: 'configure', config: membershipConfig(next, selfId, version), ...transition});
		configured();
	};

	/** Keeps what connections need that began under the configuration before. */
	const leave = (before: Farm, next: Farm): void => {
		const ports = keptPorts(before, next);
		const macs = before.vips.filter(vip => next.vips.some(({address}) => address === vip.address) && next.vips.every(other => other.interface !== vip.interface || other.mac !== vip.mac))
			.map(({interface: name, mac}) => ({interface: name, mac}));
		const keep = (kept: Kept, ms: number): void => {
			const end = later(ms, () => {
				left = left.filter(one => one !== item);
				machine().become({farm: current, kept: keptNow()}).catch((error: unknown) => {
					record({level: 'warning', name: 'change-failed', message: `cannot take away what the last change of the configuration left: ${(error as Error).message}`});
				});
			});
			const item: Left = {kept, end};
			left = [...left, item];
		};

		if (ports.length > 0) {
			keep({ports, macs: []}, before.retainMs);
		}

		if (macs.length > 0) {
			keep({ports: [], macs}, keptMacMs);
		}
	};

	const forgetSince = (before: readonly Left[]): void => {
		const since = left.filter(one => !before.includes(one));
		for (const item of since) {
			item.end();
		}

		left = before;
	};

	const step = async (next: Farm, transition: Transition): Promise<void> => {
		await machine().become({farm: next, kept: keptNow()});
		tellCore(next, transition);
	};

	const fingerprintsOf = (next: Farm, others: readonly Farm[]): string[] =>
		[...new Set(others.filter(other => areCompatible(other, next)).map(other => ownershipFingerprint(other)))].filter(one => one !== ownershipFingerprint(next));

	/** A farm without the ports that are dealt anew, then the end when nobody deals them as before. */
	const goByMiddle = async (before: Farm, next: Farm, others: readonly Farm[]): Promise<void> => {
		const middle = middleOf(before, next);
		const {promise: isReached, resolve} = Promise.withResolvers<void>();
		reached = resolve;
		await step(middle, {alsoAccepts: fingerprintsOf(middle, [before, next, ...others]), towards: ownershipFingerprint(next)});
		const change = changes;
		let isWaiting = true;
		const going = isReached.then(async () => {
			isWaiting = false;
			if (change === changes) {
				await step(next, {alsoAccepts: fingerprintsOf(next, [middle, ...others])});
			}
		});
		const cancel = new Promise<void>((_resolve, reject) => {
			const stop = later(middleMsMax, () => {
				if (isWaiting) {
					reject(new DaemonFailure('this node is in the middle of the change: another one still serves by the old configuration', {
						hint: 'it goes on by itself when that one follows or stops; see which: farmctl status',
					}));
				}
			});
			void going.finally(stop).catch(() => undefined);
		});
		await Promise.race([going, cancel]);
	};

	return {
		farm,
		configured: () => current,
		accept(others) {
			submit({kind: 'configure', config: membershipConfig(current, selfId, version), alsoAccepts: fingerprintsOf(current, others)});
		},
		async goTo(next, others, from = current) {
			const [before, leftBefore] = [current, left];
			changes++;
			leave(before, next);
			try {
				await (areCompatible(from, next)
					? step(next, {alsoAccepts: fingerprintsOf(next, [before, ...others])})
					: goByMiddle(from, next, others));
			} catch (error) {
				if (current === before) {
					forgetSince(leftBefore);
				}

				throw error;
			}
		},
		middleReached() {
			reached?.();
		},
		stop() {
			for (const {end} of left) {
				end();
			}

			left = [];
		},
	};
}

const distinct = <T>(items: readonly T[]): T[] => [...new Map(items.map(item => [JSON.stringify(item), item])).values()];

function laterByTimer(ms: number, work: () => void): () => void {
	const timer = setTimeout(work, ms);
	return () => {
		clearTimeout(timer);
	};
}
