/**
R8: which nodes hear one another directly, and how news gets to those that do not.

Each node tells in its rows whom it hears directly. Who hears a heartbeat from its sender forwards it at once, sealed as it is, to the live nodes
that do not; so it carries its echoes and acknowledgements with it and needs no table of what everyone said of everyone. Only what came directly is
forwarded: a heartbeat never travels farther than by one third node. A relay says how long it had the datagram, so that age is carried and never reset.
*/

import type {NodeId} from '../model/farm.js';
import {monoMs, type MonoMs} from '../model/time.js';
import type {Heartbeat} from '../protocol/heartbeat.js';
import {heardWithinMs} from './alive.js';
import type {MembershipState, Peer} from './state.js';
import {alivePeers, type Turn} from './turn.js';

/** So many nodes, those with the lowest ids, forward to one that does not hear the sender: one may be about to fail. */
export const relaysMax = 3;

/** The first instant at which the path from the peer counts as broken, k losses in a row being none; undefined when it does already. */
export const pathBreaksAt = (state: MembershipState, {isDirect, directAt}: Peer): MonoMs | undefined =>
	isDirect && directAt !== undefined ? monoMs(directAt + heardWithinMs(state) + 1) : undefined;

/** The configured nodes that the sender of the message does not hear directly. */
export function unheardBy({config}: Pick<MembershipState, 'config'>, {sender, peers}: Heartbeat): readonly NodeId[] {
	const heard = new Set(peers.filter(({isDirect}) => isDirect).map(({id}) => id));
	return config.nodes.map(({id}) => id).filter(id => id !== sender && !heard.has(id));
}

/** Notices paths that broke: those who could help are told at once. */
export function updatePaths(turn: Turn): void {
	const {state, now} = turn;
	for (const peer of alivePeers(state)) {
		const breaksAt = pathBreaksAt(state, peer);
		if (breaksAt !== undefined && now >= breaksAt) {
			state.peers = state.peers.map(other => other === peer ? {...peer, isDirect: false} : other);
			turn.isDirty ||= alivePeers(state).length > 1;
		}
	}
}

/** Forwards the heartbeat that has just come from the sender itself to whoever does not hear it. */
export function forward(turn: Turn, sender: NodeId): void {
	const {state} = turn;
	if (state.stage !== 'on') {
		return;
	}

	const to = alivePeers(state)
		.filter(peer => peer.id !== sender && isDeafTo(turn, peer, sender) && isRelay(state, sender, peer))
		.map(({id}) => id);
	if (to.length > 0) {
		turn.effects.push({kind: 'forward', sender, to});
	}
}

/** These nodes, and for those that do not hear this one directly, nodes that forward to them. */
export function withRelays(turn: Turn, to: readonly NodeId[]): readonly NodeId[] {
	const {state} = turn;
	const {self} = state.config;
	const cut = alivePeers(state).filter(peer => to.includes(peer.id) && isDeafTo(turn, peer, self));
	if (cut.length === 0) {
		return to;
	}

	const relays = alivePeers(state)
		.filter(({id, unheard}) => !to.includes(id) && !unheard.includes(self) && cut.some(peer => !peer.unheard.includes(id)))
		.slice(0, relaysMax);
	return [...to, ...relays.map(({id}) => id)];
}

/** Not for one that has only just been heard: it cannot have heard everyone yet. */
const isDeafTo = ({state, now}: Turn, peer: Peer, id: NodeId): boolean => peer.unheard.includes(id) && now - peer.formedAt > heardWithinMs(state);

/** Whether this node is among the first that hear the sender and are heard by the peer. */
function isRelay(state: MembershipState, sender: NodeId, peer: Peer): boolean {
	const {self} = state.config;
	const before = alivePeers(state).filter(({id, unheard}) => id < self && id !== sender && id !== peer.id && !unheard.includes(sender) && !peer.unheard.includes(id));
	return !peer.unheard.includes(self) && before.length < relaysMax;
}
