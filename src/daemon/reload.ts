/** What a reload takes over: read and judged whole before anything changes. */

import type {Farm, FarmNode} from '../core/model/farm.js';
import {liveChangeRefusals} from '../core/model/live-change.js';
import {loadFarmApart} from '../edge/config/load-apart.js';
import {loadKey} from '../edge/config/load-key.js';
import {DaemonFailure, Failure} from '../errors.js';
import type {Journal} from './journal.js';

export type Reloaded = {readonly farm: Farm; readonly keys: readonly Uint8Array[]};

/** The configuration and the keys as the files say now. Rejects with what is wrong with one of them, or with what cannot change while the daemon runs. */
export async function readAgain(configPath: string, current: Farm, self: FarmNode): Promise<Reloaded> {
	// In another thread: a large configuration takes tens of milliseconds or more, and no heartbeat waits for it.
	const farm = await loadFarmApart(configPath);
	const refusals = liveChangeRefusals(current, farm, self.id);
	if (refusals.length > 0) {
		throw new DaemonFailure(`nothing was changed: ${refusals.join('; ')}`, {hint: 'stop this node and start it again, one node at a time: the others serve meanwhile'});
	}

	return {farm, keys: await loadKey(farm.keyFile)};
}

/** For a reload that nobody waits for: what went wrong is an event. */
export function recordRefusedReload(journal: Pick<Journal, 'record'>, error: unknown): void {
	const {message} = error as Error;
	const hint = error instanceof Failure && error.hint !== undefined ? `; ${error.hint}` : '';
	journal.record({level: 'error', name: 'reload-refused', message: `${message}${hint}`});
}
