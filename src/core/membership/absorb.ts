/** Takes a peer's heartbeat in, from itself or through a third node. Only a strictly newer one (incarnation, then sequence) counts. */

import type {NodeId} from '../model/farm.js';
import {equalSlots, type SlotSet} from '../model/slot-set.js';
import {monoMs} from '../model/time.js';
import type {Heartbeat, PeerRow} from '../protocol/heartbeat.js';
import {abandon} from './admission.js';
import {isAlike} from './agreement.js';
import {expiryMs} from './alive.js';
import {differenceTo} from './conflict.js';
import {hearsNobody, tellHearing} from './hearing.js';
import {absorbHearsay} from './hearsay.js';
import {forward, unheardBy} from './path.js';
import {isRoutineHeartbeat} from './routine.js';
import type {MembershipState, Peer} from './state.js';
import {nameOf, tell, type Turn} from './turn.js';
import type {Relayed} from './types.js';

export function absorbHeartbeat(turn: Turn, message: Heartbeat, relayed: Relayed | undefined): void {
	const {state} = turn;
	if (!isConfigured(turn, message)) {
		return;
	}

	const known = state.peers.find(peer => peer.id === message.sender);
	const row = message.peers.find(({id}) => id === state.config.self);
	if (isLate(turn, known, row)) {
		return;
	}

	if (known !== undefined && !isNewer(message, known.message)) {
		noteDirect(turn, known, relayed === undefined && known.message.incarnation === message.incarnation);
		return;
	}

	raiseIncarnation(turn, row, message.sender);
	const peer = absorbEcho(state, renewed(turn, known, message, relayed), row);
	state.peers = known === undefined
		? [...state.peers, peer].toSorted((a, b) => a.id - b.id)
		: state.peers.map(other => other.id === peer.id ? peer : other);
	turn.isRoutine = isRoutineHeartbeat(state.config, known, peer);
	if (message.wantsEcho || known?.message.incarnation !== message.incarnation || known.message.generation !== message.generation || !known.isAlive) {
		state.echoesDue = [...state.echoesDue.filter(id => id !== message.sender), message.sender];
	}

	tellNews(turn, known, peer);
	tellHearing(turn, known, peer);
	absorbHearsay(turn, peer, message.peers);
	if (relayed === undefined) {
		forward(turn, peer.id);
	}
}

/** A copy that came from the peer itself after one that was relayed shows that the direct path is whole. */
function noteDirect({state, now}: Turn, known: Peer, isDirect: boolean): void {
	if (isDirect) {
		state.peers = state.peers.map(peer => peer === known ? {...known, directAt: now, isDirect: true} : peer);
	}
}

const isNewer = (a: Heartbeat, b: Heartbeat): boolean =>
	a.incarnation > b.incarnation || (a.incarnation === b.incarnation && a.sequence > b.sequence);

/**
Whether the heartbeat has been on its way for longer than the detection time, and is as good as lost. Networks keep what they cannot deliver: a sender
whose neighbour does not answer for a while has up to a hundred datagrams waiting, and when it does, its past arrives at once. The row about me tells
when it was said: so long after I sent the heartbeat it names as it says to have had it. When one of mine was sent that I do not remember any more is not
known, but it was before the oldest that I do.
*/
function isLate({state, now}: Turn, known: Peer | undefined, row: PeerRow | undefined): boolean {
	if (row?.incarnation !== state.incarnation) {
		return false;
	}

	const {detectionMs, driftFraction} = state.config.timing;
	const lateMs = known === undefined ? detectionMs : expiryMs(state, known);
	const sentAt = known?.echoSequence === row.sequence ? known.echoAt : state.sent.find(({sequence}) => sequence >= row.sequence)?.at;
	return sentAt !== undefined && now - (sentAt + row.ageMs) > lateMs + (2 * driftFraction * row.ageMs);
}

function isConfigured(turn: Turn, {sender}: Heartbeat): boolean {
	const {state} = turn;
	if (sender !== state.config.self && state.config.nodes.some(({id}) => id === sender)) {
		return true;
	}

	if (!state.strangers.includes(sender)) {
		state.strangers = [...state.strangers, sender];
		tell(turn, 'warning', 'stranger', sender === state.config.self
			? `another node uses the id ${sender} of this one`
			: `node ${sender} is not in this configuration; its heartbeats are ignored`, {id: sender});
	}

	return false;
}

function renewed({state, now}: Turn, known: Peer | undefined, message: Heartbeat, relayed: Relayed | undefined): Peer {
	const isSameLife = known?.message.incarnation === message.incarnation;
	const isStanding = known !== undefined && isSameLife && known.isAlive;
	const receivedAt = monoMs(now - (relayed?.ageMs ?? 0));
	const formedAt = isStanding ? known.formedAt : now;
	const last = isSameLife ? known : undefined;
	return {
		id: message.sender,
		message: remembered(state, message, known?.message),
		receivedAt,
		heardAt: receivedAt,
		formedAt,
		isAlive: message.state !== 'OFF',
		directAt: relayed === undefined ? now : last?.directAt,
		isDirect: relayed === undefined || (last?.isDirect ?? false),
		unheard: unheardBy(state, message),
		isDeaf: hearsNobody(state, message, now - formedAt),
		echoSequence: isSameLife ? known.echoSequence : 0,
		echoAt: isSameLife ? known.echoAt : undefined,
	};
}

/**
What is kept of a heartbeat: of its rows the one about this node, and of sets of slots the known ones where they are the same. The rest dies with the
step: at many nodes it would be most of what a daemon's memory is collected for.
*/
const remembered = ({config: {self}}: Pick<MembershipState, 'config'>, message: Heartbeat, known: Heartbeat | undefined): Heartbeat => ({
	...message,
	held: sameSlots(message.held, known?.held),
	retained: sameSlots(message.retained, known?.retained),
	peers: message.peers.filter(({id}) => id === self),
});

const sameSlots = (slots: SlotSet, known: SlotSet | undefined): SlotSet => known !== undefined && equalSlots(slots, known) ? known : slots;

function absorbEcho(state: MembershipState, peer: Peer, row: PeerRow | undefined): Peer {
	if (row?.incarnation !== state.incarnation || row.sequence <= peer.echoSequence) {
		return peer;
	}

	const sent = state.sent.find(({sequence}) => sequence === row.sequence);
	return {...peer, echoSequence: row.sequence, echoAt: sent?.at ?? peer.echoAt};
}

/** R6: a peer that knows a later life of this node, from before its memory or its clock was lost, would take every heartbeat for a replay. */
function raiseIncarnation(turn: Turn, row: PeerRow | undefined, sender: NodeId): void {
	const {state} = turn;
	if (row === undefined || row.incarnation < state.incarnation || (row.incarnation === state.incarnation && row.sequence <= state.sequence)) {
		return;
	}

	if (row.incarnation > state.incarnationLimit) {
		disbelieve(turn, sender, row.incarnation);
		return;
	}

	const incarnation = row.incarnation + 1;
	tell(turn, 'warning', 'incarnation-raised', `a peer remembers a later life of this node; going on as ${incarnation}`, {from: state.incarnation, to: incarnation});
	renewLife(turn, incarnation);
	if (state.stage === 'on') {
		abandon(turn, {retains: true});
	}
}

function disbelieve(turn: Turn, sender: NodeId, incarnation: number): void {
	const {state} = turn;
	if (state.disbelieved.includes(sender)) {
		return;
	}

	state.disbelieved = [...state.disbelieved, sender];
	const name = nameOf(state, sender);
	tell(turn, 'error', 'life-disbelieved', `${name} remembers a life of this node that cannot have been (${incarnation}) and does not hear this one; restart the daemon of ${name}`, {
		node: name, incarnation,
	});
}

/** Begins a new incarnation: nothing that peers said of the old one counts. */
export function renewLife({state}: Turn, incarnation: number): void {
	state.incarnation = incarnation;
	state.sequence = 0;
	state.generation = 1;
	state.sent = [];
	state.sentAt = undefined;
	state.change = undefined;
	state.lease = {...state.lease, raisedAtSequence: undefined};
	state.peers = state.peers.map(peer => ({...peer, echoSequence: 0, echoAt: undefined}));
}

function tellNews(turn: Turn, known: Peer | undefined, peer: Peer): void {
	const name = nameOf(turn.state, peer.id);
	if (peer.message.state === 'OFF') {
		if (known?.message.state !== 'OFF') {
			const {awayMs} = peer.message;
			tell(turn, 'info', 'node-stopped', awayMs > 0 ? `${name} restarts its daemon; what it retains goes on for up to ${awayMs} ms` : `${name} has stopped`, {node: name, awayMs});
		}
	} else if (!known?.isAlive) {
		tell(turn, 'info', 'node-alive', `${name} is heard`, {node: name, incarnation: peer.message.incarnation});
	} else if (known.message.incarnation !== peer.message.incarnation) {
		tell(turn, 'warning', 'node-restarted', `${name} has restarted`, {node: name, incarnation: peer.message.incarnation});
	}

	tellProblem(turn, known, peer);
}

/**
What is wrong with the peer by its own word, when that is another than before. A start that goes on from step to step is told once, when it begins; and what
a stopped node says of its stop when it is started is told no more.
*/
function tellProblem(turn: Turn, known: Peer | undefined, peer: Peer): void {
	const name = nameOf(turn.state, peer.id);
	const {problem, state: lifecycle} = peer.message;
	const before = known?.message.state;
	if (lifecycle === 'STARTING' && before !== 'UP') {
		if (before !== 'STARTING') {
			tell(turn, 'info', 'node-starting', `${name} starts its application`, {node: name});
		}

		return;
	}

	const isWorthTelling = lifecycle !== 'WAIT' || (!isAlike(turn.state, peer) && differenceTo(turn.state, peer) === '');
	const isNews = isWorthTelling && problem !== (known?.message.problem ?? '') && !(problem === '' && (before === 'WAIT' || before === 'STARTING')) && !(lifecycle === 'STOP' && before === 'STOP');
	if (!isNews) {
		return;
	}

	const isOrdered = lifecycle === 'DRAINING' || lifecycle === 'STOP';
	tell(turn, problem === '' || isOrdered ? 'info' : 'warning', 'node-problem', problem === '' ? `${name} is well again` : `${name}: ${problem}`, {node: name});
}
