/** What a reload takes over: read and judged whole before anything changes. */

import type {Farm, FarmNode} from '../core/model/farm.js';
import {restartReasons} from '../core/change/restart-reasons.js';
import {isServingOrHolding} from '../core/membership/agreement.js';
import {ownershipFingerprint} from '../core/config/ownership.js';
import type {MembershipState} from '../core/membership/state.js';
import {loadFarmApart} from '../edge/config/load-apart.js';
import {loadKey} from '../edge/config/load-key.js';
import {DaemonFailure, Failure} from '../errors.js';
import type {Journal} from './journal.js';
import type {Keyring} from './keyring.js';
import type {LiveConfiguration} from './live/configuration.js';
import type {DaemonParts} from './parts.js';

export type Reloaded = {readonly farm: Farm; readonly keys: readonly Uint8Array[]};

export type ReloadParts = Pick<DaemonParts, 'configPath' | 'self' | 'journal'> & {
	readonly live: Pick<LiveConfiguration, 'configured' | 'goTo'>;
	readonly keyring: Pick<Keyring, 'use'>;
	readonly state: () => MembershipState;
};

/** Takes over the keys, and what can change while the node runs; what came of it is an event. Changes nothing when something cannot. */
export async function takeOver({configPath, self, journal, live, keyring, state}: ReloadParts): Promise<void> {
	try {
		const {farm, keys} = await readAgain(configPath, live.configured(), self);
		refuseAlone(farm, state());
		keyring.use(keys, state());
		await live.goTo(farm, []);
		journal.record({level: 'info', name: 'reloaded', message: `took over ${configPath}`});
	} catch (error) {
		recordRefusedReload(journal, error);
	}
}

/** The configuration and the keys as the files say now. Rejects with what is wrong with one of them, or with what cannot change while the daemon runs. */
export async function readAgain(configPath: string, current: Farm, self: FarmNode): Promise<Reloaded> {
	// In another thread: a large configuration takes tens of milliseconds or more, and no heartbeat waits for it.
	const farm = await loadFarmApart(configPath);
	const refusals = restartReasons(current, farm, self.id);
	if (refusals.length > 0) {
		throw new DaemonFailure(`nothing was changed: ${refusals.join('; ')}`, {hint: 'stop this node and start it again, one node at a time: the others serve meanwhile'});
	}

	return {farm, keys: await loadKey(farm.keyFile)};
}

/**
Throws a DaemonFailure where this node alone would distribute clients in another way than a live node that serves: one of them would have to wait. A node
that comes to what the others have already is welcome.
*/
export function refuseAlone(next: Farm, {config, peers}: Pick<MembershipState, 'config' | 'peers'>): void {
	const fingerprint = ownershipFingerprint(next);
	if (fingerprint === config.fingerprint) {
		return;
	}

	const others = peers.filter(peer => peer.isAlive && isServingOrHolding(peer) && peer.message.fingerprint !== fingerprint);
	if (others.length === 0) {
		return;
	}

	const names = others.map(({id}) => config.nodes.find(node => node.id === id)?.name ?? `node ${id}`).join(', ');
	throw new DaemonFailure(`nothing was changed: ${names} would distribute clients in another way than this node`, {hint: 'change all nodes at once: farmctl apply FILE'});
}

/** For a reload that nobody waits for: what went wrong is an event. */
export function recordRefusedReload(journal: Pick<Journal, 'record'>, error: unknown): void {
	const {message} = error as Error;
	const hint = error instanceof Failure && error.hint !== undefined ? `; ${error.hint}` : '';
	journal.record({level: 'error', name: 'reload-refused', message: `${message}${hint}`});
}
