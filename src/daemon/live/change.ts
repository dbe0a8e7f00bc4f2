/**
This node's part in a change of the configuration: it checks and stages, it switches when it is told to, and it goes back when it is told to or when nobody
confirms. Another change may not begin before this one has ended.
*/

import {areCompatible, middleOf} from '../../core/change/compatibility.js';
import {restartReasons} from '../../core/change/restart-reasons.js';
import {ownershipFingerprint} from '../../core/config/ownership.js';
import type {StageAnswer} from '../../core/control/change-orders.js';
import type {FarmEvent} from '../../core/model/event.js';
import type {Farm, NodeId} from '../../core/model/farm.js';
import {DaemonFailure} from '../../errors.js';
import type {LiveConfiguration} from './configuration.js';

/** A change that was staged and not made by then is forgotten: whoever asked for it is gone. */
export const stagedMsMax = 60_000;

export type ChangeParts = {
	readonly self: {readonly id: NodeId; readonly name: string};
	readonly live: Pick<LiveConfiguration, 'configured' | 'accept' | 'goTo'>;
	/** The farm that the text says. Rejects with a ConfigFailure. */
	readonly parse: (text: string) => Promise<Farm>;
	/** Rejects with why this machine cannot have it. */
	readonly check: (farm: Farm) => Promise<void>;
	/** The keys of the farm are in use from now on. Rejects, having changed nothing. */
	readonly useKeys: (farm: Farm) => Promise<void>;
	/** The new text stands in the file, and in the history. Rejects with what could not be written. */
	readonly keep: (text: string, farm: Farm, who: string) => Promise<void>;
	readonly record: (event: FarmEvent) => void;
	readonly later: (ms: number, work: () => void) => () => void;
};

export type Order = {readonly id: string; readonly text: string; readonly who: string};

export type Change = {
	/** Checks whether this node can follow it, and accepts peers that do from now on. Rejects with what is wrong. */
	stage: (order: Order) => Promise<StageAnswer>;
	/** Follows what was staged. With `confirmMs` it goes back after so long unless `confirm` comes; else it is kept, and warnings say what could not be written. */
	make: (id: string, confirmMs: number | undefined) => Promise<readonly string[]>;
	/** Forgets what was staged, or goes back to what was. Does nothing for another change. */
	back: (id: string) => Promise<void>;
	/** Keeps what waits for it; answers with warnings. Rejects with a DaemonFailure when nothing of that name does. */
	confirm: (id: string) => Promise<readonly string[]>;
	/** All nodes follow: peers that announce the old configuration do not count as alike any more. */
	finish: (id: string) => void;
	/** The change that waits to be confirmed. */
	unconfirmed: () => string | undefined;
	stop: () => void;
};

type Pending = Order & {readonly before: Farm; readonly next: Farm; isMade: boolean; isConfirmDue: boolean; cancel: () => void};

export function createChange({self, live, parse, check, useKeys, keep, record, later}: ChangeParts): Change {
	let pending: Pending | undefined;
	let last: {readonly id: string} | undefined;

	/** All between the two that a peer may announce on its way there or back. */
	const between = (before: Farm, next: Farm): Farm[] => areCompatible(before, next) ? [before, next] : [before, next, middleOf(before, next), middleOf(next, before)];

	const forget = (): void => {
		pending?.cancel();
		pending = undefined;
	};

	const goBack = async ({before, next, isMade}: Pending): Promise<void> => {
		forget();
		if (isMade || live.configured() !== before) {
			await live.goTo(before, between(before, next), next);
			await useKeys(before);
		} else {
			live.accept([]);
		}
	};

	const keepIt = async ({text, next, who}: Pending): Promise<readonly string[]> => {
		try {
			await keep(text, next, who);
			return [];
		} catch (error) {
			const message = `${self.name} follows the new configuration and will not after a restart: ${(error as Error).message}`;
			record({level: 'error', name: 'change-not-kept', message});
			return [message];
		}
	};

	const ofThis = (id: string): Pending => {
		if (pending?.id !== id) {
			throw new DaemonFailure(`${self.name} knows nothing of this change any more`, {hint: 'begin it anew: farmctl apply FILE'});
		}

		return pending;
	};

	return {
		async stage({id, text, who}) {
			if (pending !== undefined && pending.id !== id) {
				throw new DaemonFailure(`${self.name}: another change, by ${pending.who}, is under way`, {hint: 'keep it: farmctl config confirm; or wait until it has gone back'});
			}

			const before = live.configured();
			const next = await parse(text);
			const reasons = restartReasons(before, next, self.id);
			if (reasons.length > 0) {
				throw new DaemonFailure(reasons.join('; '), {hint: 'stop this node and start it again with the new configuration, one node at a time: the others serve meanwhile'});
			}

			await check(next);
			forget();
			pending = {
				id, text, who, before, next, isMade: false, isConfirmDue: false,
				cancel: later(stagedMsMax, () => {
					forget();
					live.accept([]);
				}),
			};
			live.accept(between(before, next));
			return {node: self.name, isSame: JSON.stringify(before) === JSON.stringify(next), fingerprint: ownershipFingerprint(before)};
		},
		async make(id, confirmMs) {
			const change = ofThis(id);
			change.cancel();
			change.cancel = () => undefined;
			await useKeys(change.next);
			await live.goTo(change.next, between(change.before, change.next));
			change.isMade = true;
			record({level: 'info', name: 'configuration-changed', message: `follows the configuration of ${change.who}${confirmMs === undefined ? '' : `; goes back after ${confirmMs} ms unless it is confirmed`}`, fields: {who: change.who}});
			last = change;
			if (confirmMs === undefined) {
				forget();
				return keepIt(change);
			}

			change.isConfirmDue = true;
			change.cancel = later(confirmMs, () => {
				record({level: 'warning', name: 'change-unconfirmed', message: 'nobody confirmed the change of the configuration; goes back'});
				goBack(change).catch((error: unknown) => {
					record({level: 'error', name: 'change-failed', message: `cannot go back to the configuration before: ${(error as Error).message}`});
				});
			});
			return [];
		},
		async back(id) {
			if (pending?.id === id) {
				await goBack(pending);
			}
		},
		async confirm(id) {
			const change = ofThis(id);
			forget();
			record({level: 'info', name: 'change-confirmed', message: 'the change of the configuration is confirmed'});
			return keepIt(change);
		},
		finish(id) {
			if (last?.id === id && pending === undefined) {
				live.accept([]);
			}
		},
		unconfirmed: () => pending?.isConfirmDue ? pending.id : undefined,
		stop: forget,
	};
}
