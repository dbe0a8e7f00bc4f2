/**
Whether a witness answers: with `quorum: witness` a node that hears too few others serves only while one does. Each is pinged several times within the
detection time, and one answer within it is enough, so that the loss of a single packet, or of a witness among several, changes nothing.
*/

import type {FarmEvent} from '../core/model/event.js';
import type {Clock} from '../edge/clock/clock.js';
import type {OpenPinger} from '../edge/ping/port.js';

/** So many pings leave for each witness in a detection time. An answer may take what is left of it after the first interval, so that silence is told when it is over. */
export const witnessPingsCount = 3;

export type WitnessParts = {
	/** At least one. */
	readonly witnesses: readonly string[];
	/** Asked anew each time: it may change while the daemon runs. */
	readonly detectionMs: () => number;
	readonly openPinger: OpenPinger;
	readonly clock: Pick<Clock, 'nowFine'>;
	/** Told as soon as it is known, after at most the detection time, and whenever it changes. */
	readonly told: (isReachable: boolean) => void;
	readonly record: (event: FarmEvent) => void;
};

/** Resolves with how to stop. Rejects with a SystemFailure when this machine cannot ping. */
export async function watchWitnesses({witnesses, detectionMs, openPinger, clock, told, record}: WitnessParts): Promise<() => void> {
	const addresses = witnesses.join(', ');
	let isReachable: boolean | undefined;
	let provenAt = clock.nowFine();

	const change = (isReachableNow: boolean, event: FarmEvent | undefined): void => {
		if (isReachable === isReachableNow) {
			return;
		}

		isReachable = isReachableNow;
		if (event !== undefined) {
			record(event);
		}

		told(isReachableNow);
	};

	const pinger = await openPinger({
		addresses: witnesses,
		pace() {
			const intervalMs = Math.ceil(detectionMs() / witnessPingsCount);
			return {intervalMs, timeoutMs: detectionMs() - intervalMs};
		},
		told(address, agoMs) {
			const now = clock.nowFine();
			const silenceMs = Math.round(now - provenAt);
			if (agoMs !== undefined) {
				// An answer that was found late, because this process did not run, proves nothing about the time since it was asked for.
				provenAt = Math.max(provenAt, now - agoMs);
				change(true, isReachable === undefined ? undefined : {
					level: 'info', name: 'witness-back', message: `witness ${address} answers again, after ${silenceMs} ms`, fields: {witness: address, silenceMs},
				});
			} else if (now - provenAt >= detectionMs()) {
				change(false, {
					level: 'error',
					name: 'witness-lost',
					message: `no witness has answered for ${silenceMs} ms: ${addresses}; see: ping ${witnesses[0]}`,
					fields: {witnesses: addresses, silenceMs},
				});
			}
		},
		refused(address, reason) {
			record({
				level: 'warning',
				name: 'witness-refused',
				message: `the system refuses to ping the witness ${address}: ${reason}; see the routes and the firewall's output rules`,
				fields: {witness: address, reason},
			});
		},
	});
	return () => {
		pinger.close();
	};
}
