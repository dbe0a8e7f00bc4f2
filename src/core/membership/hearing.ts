/** One-way loss, told where it can be seen: by the node that nobody hears, and of the node that hears nobody. */

import type {NodeId} from '../model/farm.js';
import type {MonoMs} from '../model/time.js';
import type {Heartbeat} from '../protocol/heartbeat.js';
import type {MembershipState, Peer} from './state.js';
import {
	alivePeers,
	nameOf,
	tell,
	type Turn,
} from './turn.js';

/** Whether a peer that has been there long enough says that it has heard nobody for as long as makes a node dead, by any path. */
export const hearsNobody = ({config: {timing}}: Pick<MembershipState, 'config'>, {peers}: Heartbeat, ageMs: number): boolean =>
	ageMs > timing.detectionMs && peers.every(row => row.ageMs > timing.detectionMs);

/** Tells when a peer becomes deaf, and when it hears again. */
export function tellHearing(turn: Turn, known: Peer | undefined, peer: Peer): void {
	const wasDeaf = known?.isDeaf ?? false;
	if (peer.isDeaf === wasDeaf) {
		return;
	}

	const name = nameOf(turn.state, peer.id);
	if (peer.isDeaf) {
		tell(turn, 'warning', 'node-deaf', `${name} is heard and hears nobody: its incoming heartbeats are lost; look at the firewall and the switch port of ${name}`, {node: name});
	} else {
		tell(turn, 'info', 'node-hears', `${name} hears others again`, {node: name});
	}
}

/** Live peers that have been there for a while and do not hear this node, by any path. */
export function deafToSelf(state: MembershipState, now: MonoMs): readonly NodeId[] {
	const {self, timing} = state.config;
	const isHeardBy = ({message, receivedAt}: Peer): boolean => {
		const row = message.peers.find(({id}) => id === self);
		return row?.incarnation === state.incarnation && row.ageMs + (now - receivedAt) <= timing.detectionMs;
	};

	return alivePeers(state).filter(peer => now - peer.formedAt > timing.detectionMs && !isHeardBy(peer)).map(({id}) => id);
}

/** Why nobody confirms this node; empty when somebody does, or nobody could. */
export function unheardProblem(state: MembershipState, now: MonoMs): string {
	const deaf = deafToSelf(state, now);
	return deaf.length > 0 && deaf.length === alivePeers(state).length
		? `${deaf.map(id => nameOf(state, id)).join(', ')} ${deaf.length === 1 ? 'does' : 'do'} not hear this node: its outgoing heartbeats are lost; look at its firewall and switch port`
		: '';
}

/** What is wrong with the path between this node and a live peer; empty for nothing. */
export function pathProblem(state: MembershipState, peer: Peer, now: MonoMs): string {
	if (peer.isDeaf) {
		return 'it is heard and hears nobody: its incoming heartbeats are lost';
	}

	if (deafToSelf(state, now).includes(peer.id)) {
		return 'it does not hear this node';
	}

	return peer.isDirect ? '' : 'heard only through other nodes: the direct path from it is broken';
}
