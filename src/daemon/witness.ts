/**
The witnesses of `quorum: witness`, which may stand in for peers that are not heard. Each is pinged several times within the detection time, and one answer
of one of them is enough, so that the loss of a single packet, or of a witness among several, changes nothing. What an answer is worth and for how long the
core decides; here its absence is only told.
*/

import type {FarmEvent} from '../core/model/event.js';
import {monoMs, type MonoMs} from '../core/model/time.js';
import type {Clock} from '../edge/clock/clock.js';
import type {OpenPinger} from '../edge/ping/port.js';

/** So many pings leave for each witness in a detection time. An answer may take what is left of it after the first interval, so that silence is told when it is over. */
export const witnessPingsCount = 6;

export type WitnessParts = {
	/** At least one. */
	readonly witnesses: readonly string[];
	/** Asked anew each time: it may change while the daemon runs. */
	readonly detectionMs: () => number;
	readonly openPinger: OpenPinger;
	readonly clock: Pick<Clock, 'nowFine'>;
	/** A witness answered a ping that left then; told once for all that left together. */
	readonly answered: (sentAt: MonoMs) => void;
	readonly record: (event: FarmEvent) => void;
};

/** Resolves with how to stop. Rejects with a SystemFailure when this machine cannot ping. */
export async function watchWitnesses({witnesses, detectionMs, openPinger, clock, answered, record}: WitnessParts): Promise<() => void> {
	const addresses = witnesses.join(', ');
	const startedAt = clock.nowFine();
	let answeredAt: number | undefined;
	let isLost = false;

	const absorbAnswer = (address: string, sentAt: number): void => {
		if (isLost) {
			isLost = false;
			const silenceMs = Math.round(clock.nowFine() - (answeredAt ?? startedAt));
			record({
				level: 'info', name: 'witness-back', message: `witness ${address} answers again, after ${silenceMs} ms`, fields: {witness: address, silenceMs},
			});
		}

		if (!(sentAt > (answeredAt ?? -Infinity))) {
			return;
		}

		answeredAt = sentAt;
		answered(monoMs(sentAt));
	};

	/** A ping that left with one that was answered says nothing: while this process did not run, answers wait, and time passes. */
	const absorbLoss = (sentAt: number): void => {
		const silenceMs = Math.round(clock.nowFine() - (answeredAt ?? startedAt));
		if (isLost || silenceMs < detectionMs() || sentAt <= (answeredAt ?? -Infinity)) {
			return;
		}

		isLost = true;
		record({
			level: 'error',
			name: 'witness-lost',
			message: `no witness has answered for ${silenceMs} ms: ${addresses}; see: ping ${witnesses[0]}`,
			fields: {witnesses: addresses, silenceMs},
		});
	};

	const pinger = await openPinger({
		addresses: witnesses,
		pace() {
			const intervalMs = Math.ceil(detectionMs() / witnessPingsCount);
			return {intervalMs, timeoutMs: detectionMs() - intervalMs};
		},
		told({address, sentAt, isAnswered}) {
			if (isAnswered) {
				absorbAnswer(address, sentAt);
			} else {
				absorbLoss(sentAt);
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
