/**
Quorum, for those who prefer silence to two sides of a split that both serve.

With `majority` a node serves only while it hears more than half of the configured nodes, itself among them; with `witness` also while one of the
witnesses answers its pings. That alone would be judged by each side at about the same time, so the lease is bound to it too: it ends L after the newest
heartbeat of this node that enough others confirm, or after the newest ping that a witness has answered. A majority that holds this node dead has a member
that stopped confirming it D before, and L is less than D: the minority is silent before the majority takes over. A witness confirms a node to nobody but
itself; so with `witness` a peer is dead only when D and the time that a heartbeat takes at most are over (`alive.ts`).
*/

import type {MonoMs} from '../model/time.js';
import type {MembershipState} from './state.js';
import {alivePeers} from './turn.js';

/** So many others make a majority with this node. */
const othersNeeded = ({config: {nodes}}: Pick<MembershipState, 'config'>): number => Math.floor(nodes.length / 2);

/** Where the lease must end for want of a quorum; infinite where none is needed. */
export function quorumLimit(state: MembershipState): number {
	const {quorum} = state.config;
	const needed = othersNeeded(state);
	if (quorum === 'none' || needed === 0) {
		return Infinity;
	}

	const echoes = state.peers.map(({echoAt}) => echoAt ?? -Infinity).toSorted((a, b) => b - a);
	const confirmedAt = echoes[needed - 1] ?? -Infinity;
	return Math.max(confirmedAt, quorum === 'witness' ? state.witnessAt ?? -Infinity : -Infinity) + state.lease.usedMs;
}

/** Why this node must not serve for want of a quorum; empty when it may. */
export function quorumProblem(state: MembershipState, now: MonoMs): string {
	const {quorum, nodes} = state.config;
	const heard = alivePeers(state).length;
	if (quorum === 'none' || heard >= othersNeeded(state)) {
		return '';
	}

	const few = `it hears ${heard + 1} of ${nodes.length} nodes, itself among them`;
	if (quorum === 'majority') {
		return `${few}, which is no majority`;
	}

	return hasWitness(state, now) ? '' : `${few}, and no witness answers`;
}

/** When a witness that has answered until now stops counting; undefined for one that does not count. */
export function witnessEndsAt({config: {quorum, timing}, witnessAt}: MembershipState): number | undefined {
	return quorum === 'witness' && witnessAt !== undefined ? witnessAt + timing.detectionMs + 1 : undefined;
}

const hasWitness = (state: MembershipState, now: MonoMs): boolean => now < (witnessEndsAt(state) ?? -Infinity);
