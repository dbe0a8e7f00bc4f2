/**
The farm's keys while the daemon runs: changed on reload without a gap, and which key each peer seals with, so that whoever changes them sees when the old
one may go. Keys are named by their public ids, never by what they are.
*/

import type {FarmEvent} from '../core/model/event.js';
import type {MembershipState} from '../core/membership/state.js';
import type {Farm, NodeId} from '../core/model/farm.js';
import type {KeyIds, OpenResult, Sealer} from '../edge/seal/seal.js';
import {DaemonFailure} from '../errors.js';

export type KeyringParts = {
	readonly sealer: Sealer;
	readonly record: (event: FarmEvent) => void;
	/** As configured now. */
	readonly farm: () => Pick<Farm, 'nodes' | 'keyFile' | 'heartbeat'>;
	/** Only then does what anyone may have forged matter: see below. */
	readonly isApart: () => boolean;
	/** Told why this node must not serve; empty when it may again. */
	readonly hinder: (reason: string) => void;
};

export type Keyring = {
	/** Takes these keys, the first to seal with. Throws a DaemonFailure, having changed nothing, when a live peer seals with one that is not among them. */
	use: (keys: readonly Uint8Array[], state: Pick<MembershipState, 'peers'>) => void;
	/** For every heartbeat that is opened. */
	opened: (heartbeat: Pick<Extract<OpenResult, {ok: true}>, 'sender' | 'incarnation' | 'sequence' | 'keyId'>) => void;
	/** For every datagram that is sealed with a key that is not among these. */
	unopened: (from: string, keyId: string) => void;
	ids: () => KeyIds;
	/** The key that the peer's newest heartbeat is sealed with; undefined for one never heard. */
	keyOf: (id: NodeId) => string | undefined;
	stop: () => void;
};

type Seen = {readonly incarnation: number; readonly sequence: number; readonly keyId: string};

/** A peer of another key is forgotten when nothing came from it for so many detection times. */
const forgottenAfterDetections = 4;

export function createKeyring({sealer, record, farm, isApart, hinder}: KeyringParts): Keyring {
	const seen = new Map<NodeId, Seen>();
	let apart: NodeJS.Timeout | undefined;
	const nameOf = (id: NodeId): string => farm().nodes.find(node => node.id === id)?.name ?? `node ${id}`;
	const endApart = (): void => {
		clearTimeout(apart);
		apart = undefined;
		hinder('');
	};

	return {
		use(keys, {peers}) {
			const before = sealer.keyIds();
			const next = sealer.idsOf(keys);
			const lost = peers.find(({id, isAlive}) => isAlive && seen.has(id) && !next.accepted.includes(seen.get(id)!.keyId))?.id;
			if (lost !== undefined) {
				throw new DaemonFailure(`nothing was changed: ${nameOf(lost)} seals with key ${seen.get(lost)!.keyId}, which is not in ${farm().keyFile} any more`, {
					hint: 'keep that key below the new one until every node seals with the new one; see .nodes[].key of: farmctl status --json',
				});
			}

			if (next.accepted.join(' ') === before.accepted.join(' ')) {
				return;
			}

			sealer.useKeys(keys);
			record({
				level: 'info',
				name: 'keys-changed',
				message: `seals with key ${next.sealing}${next.sealing === before.sealing ? ' as before' : `, before with ${before.sealing}`}; accepts ${next.accepted.join(', ')}`,
				fields: {sealing: next.sealing, accepted: next.accepted.join(' ')},
			});
		},
		opened({sender, incarnation, sequence, keyId}) {
			if (apart !== undefined) {
				endApart();
			}

			const last = seen.get(sender);
			if (last !== undefined && (incarnation < last.incarnation || (incarnation === last.incarnation && sequence < last.sequence))) {
				return;
			}

			seen.set(sender, {incarnation, sequence, keyId});
			if (last === undefined || last.keyId === keyId) {
				return;
			}

			const node = nameOf(sender);
			record({
				level: 'info', name: 'node-key-changed', message: `${node} seals with key ${keyId}, before with ${last.keyId}`, fields: {node, key: keyId},
			});
		},
		unopened(from, keyId) {
			const peer = farm().nodes.find(({addresses}) => addresses.includes(from));
			if (peer === undefined || !isApart()) {
				return;
			}

			if (apart === undefined) {
				hinder(`${peer.name} seals with key ${keyId}, which is not in ${farm().keyFile}`);
			}

			clearTimeout(apart);
			apart = setTimeout(endApart, forgottenAfterDetections * farm().heartbeat.timing.detectionMs);
		},
		ids: () => sealer.keyIds(),
		keyOf: id => seen.get(id)?.keyId,
		stop() {
			clearTimeout(apart);
		},
	};
}

/**
Whether this node neither serves nor hears anyone. Then datagrams from a peer's address that it cannot open keep it waiting: else a node that was started
with a wrong key would find itself alone, and serve all slots beside those that do. A node that serves, or hears a peer, is not to be moved by what
anyone can forge.
*/
export const isApart = ({isAdmitted, peers}: Pick<MembershipState, 'isAdmitted' | 'peers'>): boolean => !isAdmitted && peers.every(({isAlive}) => !isAlive);
