/** Refused datagrams: each counted by its reason, and told by one line a reason and minute, so that whoever sends a million of them fills no log. */

import type {FarmEvent} from '../core/model/event.js';
import type {MonoMs} from '../core/model/time.js';
import {rejectionText, type Rejection} from '../core/status/rejection-text.js';
import type {Clock} from '../edge/clock/clock.js';

/** After a line about one reason the next comes this much later at the earliest. */
export const rejectionLineIntervalMs = 60_000;

export type RejectionParts = {
	readonly clock: Pick<Clock, 'now'>;
	readonly record: (event: FarmEvent) => void;
	/** As configured now. */
	readonly place: () => Pick<Rejection, 'keyFile' | 'port'>;
};

export type Rejections = {
	/** Counts a refused datagram. `reason` is one of a fixed few words, never a text of the datagram; `keyId` is what it claims to be sealed with. */
	count: (reason: string, from: string, keyId?: string) => void;
	/** Since the start, by reason. */
	counts: () => Readonly<Record<string, number>>;
};

/** A second copy of the same datagram, by another network or from the network itself, is no reason for alarm. */
const copyReason = 'duplicate';

export function createRejections({clock, record, place}: RejectionParts): Rejections {
	const counts: Record<string, number> = {};
	const told = new Map<string, {readonly at: MonoMs; readonly count: number}>();
	return {
		count(reason, from, keyId) {
			if (reason === copyReason) {
				return;
			}

			const count = (counts[reason] ?? 0) + 1;
			counts[reason] = count;
			const last = told.get(reason);
			const now = clock.now();
			if (last !== undefined && now - last.at < rejectionLineIntervalMs) {
				return;
			}

			told.set(reason, {at: now, count});
			const sinceLast = count - (last?.count ?? 0);
			record({
				level: 'warning', name: 'datagram-refused', message: rejectionText({
					reason, from, count: sinceLast, keyId, ...place(),
				}), fields: {
					reason, from, count: sinceLast, ...(keyId !== undefined && {key: keyId}),
				},
			});
		},
		counts: () => ({...counts}),
	};
}
