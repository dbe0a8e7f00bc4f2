/**
R8, where nothing can be forwarded because the node that needs it is not heard: what a live peer says of others in its rows. It proves that they live and
carries no acknowledgement, so it only ever holds back: this node does not take over from them, its lease waits for their echo, and it is not admitted
without them. Only a row about a heartbeat that came to the peer directly counts, with the age that it had there, and only when it is newer than what is known.
*/

import {monoMs, type MonoMs} from '../model/time.js';
import {noSlots} from '../model/slot-set.js';
import {wholeShare, type Heartbeat, type PeerRow} from '../protocol/heartbeat.js';
import {expiryMs, heardWithinMs} from './alive.js';
import type {MembershipState, Peer} from './state.js';
import {nameOf, tell, type Turn} from './turn.js';

/** Takes in what the peer says in these rows of nodes that this one has not heard for a while. */
export function absorbHearsay(turn: Turn, by: Peer, rows: readonly PeerRow[]): void {
	for (const id of missed(turn)) {
		const row = rows.find(peer => peer.id === id);
		if (id !== by.id && row?.isDirect && row.state !== 'OFF') {
			hearThrough(turn, by, row);
		}
	}
}

function missed({state, now}: Turn): readonly number[] {
	const lateMs = heardWithinMs(state);
	const {self, nodes} = state.config;
	const isRecent = ({heardAt}: Peer): boolean => now - heardAt <= lateMs;
	// With each heartbeat in a farm where all is well, so nothing is made then.
	if (state.peers.length === nodes.length - 1 && state.peers.every(peer => isRecent(peer))) {
		return [];
	}

	const recent = new Set(state.peers.filter(peer => isRecent(peer)).map(({id}) => id));
	return nodes.map(({id}) => id).filter(id => id !== self && !recent.has(id));
}

function hearThrough(turn: Turn, by: Peer, row: PeerRow): void {
	const {state, now} = turn;
	const heardAt = monoMs(by.receivedAt - row.ageMs);
	const known = state.peers.find(({id}) => id === row.id);
	const isNews = known === undefined ? now - by.formedAt > heardWithinMs(state) : isNewer(row, known.message) && heardAt > known.heardAt;
	const peer = known ?? unmet(state, row, heardAt);
	if (!isNews || now - heardAt >= expiryMs(state, peer)) {
		return;
	}

	turn.isRoutine = false;
	const heard = {
		...peer, heardAt, isAlive: true, formedAt: peer.isAlive ? peer.formedAt : now,
	};
	state.peers = [...state.peers.filter(({id}) => id !== row.id), heard].toSorted((a, b) => a.id - b.id);
	if (!peer.isAlive) {
		tell(turn, 'info', 'node-alive', `${nameOf(state, row.id)} is heard by ${nameOf(state, by.id)}`, {node: nameOf(state, row.id), incarnation: row.incarnation});
	}
}

const isNewer = (row: PeerRow, message: Heartbeat): boolean =>
	row.incarnation > message.incarnation || (row.incarnation === message.incarnation && row.sequence > message.sequence);

/** A peer of which nothing is known but that it lives, told by one that has been there long enough for this node to have heard it itself. It has said nothing, so it agrees with nobody; whatever it says itself is newer. */
const unmet = (state: MembershipState, {id, incarnation, sequence, state: lifecycle, leaseMs}: PeerRow, heardAt: MonoMs): Peer => ({
	id,
	message: {
		sender: id,
		incarnation,
		sequence: Math.max(0, sequence - 1),
		state: lifecycle,
		weights: [0],
		shareThousandths: wholeShare,
		wellness: 'well',
		fingerprint: state.config.fingerprint,
		version: '',
		leaseMs,
		generation: 0,
		viewHash: '',
		phase: 'prepared',
		isServing: lifecycle === 'UP',
		isReady: false,
		wantsEcho: false,
		held: noSlots,
		retained: noSlots,
		heldCounts: undefined,
		retainedCounts: undefined,
		retainedConnections: 0,
		awayMs: 0,
		latenessMs: 0,
		problem: '',
		peers: [],
	},
	receivedAt: heardAt,
	heardAt,
	formedAt: heardAt,
	isAlive: false,
	directAt: undefined,
	isDirect: false,
	unheard: [],
	isDeaf: false,
	echoSequence: 0,
	echoAt: undefined,
});
