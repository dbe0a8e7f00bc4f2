/**
Nodes that distribute clients differently must not serve together: of their groups one serves, and the nodes of the others wait. What it is that differs
is found out by the shell, which asks the peer; it is believed for as long as both fingerprints stay what they were then.
*/

import type {NodeId} from '../model/farm.js';
import {isAlike} from './agreement.js';
import type {MembershipState, Peer} from './state.js';
import {
	alivePeers,
	nameOf,
	tell,
	type Turn,
} from './turn.js';
import type {Difference} from './types.js';

/** Of every sentence that says so. */
export const differsBeginning = 'its configuration';

type Conflicting = Pick<MembershipState, 'config' | 'alsoAccepts' | 'peers' | 'differences'>;

/** Why this node waits for nodes that distribute clients differently; empty when it does not. Of several groups the largest serves, of equal ones that of the lowest id. */
export function conflict(state: Conflicting): string {
	const voters = alivePeers(state).filter(peer => isVoter(peer));
	if (voters.every(peer => isAlike(state, peer))) {
		return '';
	}

	const groups = new Map<string, NodeId[]>([[state.config.fingerprint, [state.config.self]]]);
	for (const peer of voters) {
		const fingerprint = isAlike(state, peer) ? state.config.fingerprint : peer.message.fingerprint;
		groups.set(fingerprint, [...groups.get(fingerprint) ?? [], peer.id].toSorted((a, b) => a - b));
	}

	const [[fingerprint, ids] = ['', []]] = [...groups].toSorted(([, a], [, b]) => b.length === a.length ? Math.min(...a) - Math.min(...b) : b.length - a.length);
	if (fingerprint === state.config.fingerprint) {
		return '';
	}

	const text = voters.filter(({id}) => ids.includes(id)).map(peer => differenceTo(state, peer)).find(found => found !== '');
	return withText(`${differsBeginning} distributes clients differently from ${ids.map(id => nameOf(state, id)).join(', ')}`, text ?? '');
}

/** What is wrong with a peer that this node's group makes wait; empty when nothing is, or when it is this node that waits. */
export const conflictOf = (state: Conflicting, peer: Peer): string => peer.isAlive && isVoter(peer) && !isAlike(state, peer) && conflict(state) === ''
	? withText(`${differsBeginning} differs from this node's`, differenceTo(state, peer))
	: '';

/** What differs between this node and the peer, empty when that is not known. */
export const differenceTo = ({config, differences}: Conflicting, {id, message}: Peer): string =>
	differences.find(({peer, own, theirs}) => peer === id && own === config.fingerprint && theirs === message.fingerprint)?.text ?? '';

/** Takes in what differs, and tells it where the peer is the one that waits. The waiting node tells it with its reason. */
export function absorbDifference(turn: Turn, difference: Difference): void {
	const {state} = turn;
	const peer = state.peers.find(({id}) => id === difference.peer);
	const known = peer === undefined ? '' : differenceTo(state, peer);
	state.differences = [...state.differences.filter(other => other.peer !== difference.peer), difference]
		.filter(other => state.config.nodes.some(({id}) => id === other.peer));
	const text = peer === undefined ? '' : differenceTo(state, peer);
	const problem = peer === undefined ? '' : conflictOf(state, peer);
	if (peer === undefined || problem === '' || text === '' || text === known) {
		return;
	}

	const name = nameOf(state, peer.id);
	tell(turn, 'warning', 'node-differs', `${name} waits: ${problem}`, {node: name});
}

/** Whether a node of this state has a say in which of two configurations is served; one whose application keeps it out has none. */
const isVoter = ({message}: Peer): boolean => (message.state === 'UP' || message.state === 'WAIT') && message.wellness !== 'out';

const withText = (sentence: string, text: string): string => text === '' ? sentence : `${sentence}: ${text}`;
