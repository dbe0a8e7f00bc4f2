/** The watch over the witnesses, which follows the configuration: there is one while the quorum is `witness`. */

import {watchWitnesses, type WitnessParts} from '../witness.js';
import type {Farm} from '../../core/model/farm.js';
import type {Follower} from './machine.js';

export type WatchedWitnesses = Follower & {readonly stop: () => void};

/** Rejects with a SystemFailure when this machine cannot ping. */
export async function followWitnesses(farm: Farm, parts: Omit<WitnessParts, 'witnesses'>): Promise<WatchedWitnesses> {
	let watched: readonly string[] = [];
	let stop: (() => void) | undefined;
	const watch = async ({quorum, witnesses}: Farm): Promise<void> => {
		const wanted = quorum === 'witness' ? witnesses : [];
		if (wanted.join(' ') === watched.join(' ')) {
			return;
		}

		const next = wanted.length === 0 ? undefined : await watchWitnesses({...parts, witnesses: wanted});
		stop?.();
		stop = next;
		watched = wanted;
	};

	await watch(farm);
	return {
		follow: async ({farm: next}) => watch(next),
		stop() {
			stop?.();
		},
	};
}
