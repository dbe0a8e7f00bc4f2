/** One look at a running daemon: its status now. */

import {describe} from '../core/membership/describe.js';
import type {Farm} from '../core/model/farm.js';
import type {MonoMs} from '../core/model/time.js';
import type {Status} from '../core/status/status.js';
import {SystemFailure} from '../errors.js';
import type {Application} from './application/application.js';
import type {DaemonParts, Running} from './parts.js';
import {snapshot} from './snapshot.js';
import type {Wire} from './wire.js';

export type Looked = Pick<DaemonParts, 'clock' | 'journal' | 'version'> & {
	readonly current: Farm;
	/** Undefined until it serves. */
	readonly running: Running | undefined;
	readonly wire: Wire;
	readonly startedAt: MonoMs;
	readonly application: Pick<Application, 'describe'>;
};

/** Rejects with a SystemFailure while the daemon starts. */
export async function lookAt({clock, journal, version, current, running, wire, startedAt, application}: Looked): Promise<Status> {
	if (running === undefined) {
		throw new SystemFailure('the daemon is still starting', {hint: 'ask again in a moment'});
	}

	const [counters, described] = await Promise.all([running.filter.counters(), application.describe()]);
	return snapshot({
		farm: current,
		description: describe(running.loop.state(), clock.now()),
		now: clock.now(),
		startedAt,
		wall: clock.wall(),
		version,
		counters,
		rejected: wire.rejections.counts(),
		keys: wire.keyring,
		networks: wire.heartbeats.networks.describe(),
		events: journal.entries(),
		application: described,
	});
}
