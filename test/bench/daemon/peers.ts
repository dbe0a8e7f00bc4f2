/**
The peers of one real daemon: real sockets, real seals, real heartbeats at the daemon's own pace, and a mind of the least kind. They believe what the
daemon says: they announce the view that it announces, have released what is not theirs in it, and acknowledge at once. So what it costs the daemon is
what a farm of that size costs it, while sixty-three of them fit into one process.
*/

import type {Buffer} from 'node:buffer';
import {ownersOf, slotsOf} from '../../../src/core/assignment/owners.js';
import type {Farm, FarmNode, NodeId} from '../../../src/core/model/farm.js';
import {noSlots, type SlotSet} from '../../../src/core/model/slot-set.js';
import {decodeHeartbeat} from '../../../src/core/protocol/decode.js';
import {encodeHeartbeat} from '../../../src/core/protocol/encode.js';
import {rowStateOf, type Heartbeat, type PeerRow} from '../../../src/core/protocol/heartbeat.js';
import {membershipConfig} from '../../../src/daemon/membership-config.js';
import type {Datagram, DatagramPort} from '../../../src/edge/datagram/port.js';
import {channels} from '../../../src/edge/seal/header.js';
import {createSealer, type Sealer} from '../../../src/edge/seal/seal.js';

export type Peers = {
	/** Datagrams since the peers began: those they sent to the daemon, and those they got from it. */
	readonly counts: () => {readonly sent: number; readonly received: number};
	/** The newest heartbeat of the daemon. */
	readonly subject: () => Heartbeat | undefined;
	/** The peer says no more; the time of its last word, as `performance.now` has it. */
	readonly kill: (id: NodeId) => number;
	readonly stop: () => void;
};

export type PeersParts = {
	readonly farm: Farm;
	readonly keys: readonly Uint8Array[];
	readonly subjectId: NodeId;
	readonly version: string;
	readonly openPort: (addresses: readonly string[], onDatagram: (datagram: Datagram) => void) => Promise<DatagramPort>;
};

type Peer = {
	readonly node: FarmNode;
	readonly sealer: Sealer;
	readonly port: DatagramPort;
	sequence: number;
	heardSequence: number;
	heardAt: number;
	sentAt: number;
	isAlive: boolean;
	isEchoDue: boolean;
};

/** Of the seal's header: where the channel and the sequence number stand. */
const channelOffset = 6;
const sequenceOffset = 36;

/** An echo waits a millisecond for so many peers. */
const peersPerEchoMs = 8;

const incarnation = 1_700_000_000_000;

export async function startPeers({farm, keys, subjectId, version, openPort}: PeersParts): Promise<Peers> {
	const {fingerprint, timing} = membershipConfig(farm, subjectId, version);
	const subjectNode = farm.nodes.find(({id}) => id === subjectId)!;
	const reader = createSealer({keys, farm: farm.name, self: 255});
	const counts = {sent: 0, received: 0};
	let subject: Heartbeat | undefined;
	let shares = new Map<NodeId, SlotSet>();
	let isOver = false;

	const share = (): void => {
		const members = peers.filter(({isAlive}) => isAlive).map(({node}) => node);
		const owners = ownersOf(subject?.isReady ? [...members, subjectNode] : members);
		shares = new Map(members.map(({id}) => [id, slotsOf(owners, id)]));
	};

	const learn = (bytes: Uint8Array): void => {
		const opened = reader.open(bytes);
		const decoded = opened.ok ? decodeHeartbeat(opened.plaintext) : undefined;
		if (!decoded?.ok || decoded.heartbeat.sequence <= (subject?.sequence ?? 0)) {
			return;
		}

		const isNewView = subject?.viewHash !== decoded.heartbeat.viewHash || subject.isReady !== decoded.heartbeat.isReady;
		subject = decoded.heartbeat;
		if (isNewView) {
			share();
		}
	};

	const receive = (id: NodeId, bytes: Uint8Array): void => {
		counts.received++;
		const peer = peers.find(({node}) => node.id === id);
		const sequence = Number((bytes as Buffer).readBigUInt64BE(sequenceOffset));
		if (peer === undefined || !peer.isAlive || bytes[channelOffset] !== channels.heartbeat || sequence <= peer.heardSequence) {
			return;
		}

		learn(bytes);
		peer.heardSequence = sequence;
		peer.heardAt = performance.now();
		if (!(subject?.wantsEcho && subject.sequence === sequence) || peer.isEchoDue) {
			return;
		}

		// As the daemon does among many peers: for a moment, so that one echo answers several changes.
		peer.isEchoDue = true;
		setTimeout(() => {
			send(peer);
		}, peers.length / peersPerEchoMs);
	};

	const rowsOf = (peer: Peer): PeerRow[] => {
		const now = performance.now();
		const others = peers.filter(other => other !== peer).map(({node, sequence, sentAt, isAlive}): PeerRow => ({
			id: node.id, incarnation, sequence, generation: 1, ageMs: Math.floor(now - sentAt), isDirect: isAlive, leaseMs: timing.leaseMs, state: 'UP',
		}));
		return subject === undefined ? others : [...others, {
			id: subjectId,
			incarnation: subject.incarnation,
			sequence: peer.heardSequence,
			generation: subject.generation,
			ageMs: Math.floor(now - peer.heardAt),
			isDirect: true,
			leaseMs: subject.leaseMs,
			state: rowStateOf(subject.state),
		}];
	};

	const send = (peer: Peer): void => {
		if (isOver || !peer.isAlive) {
			return;
		}

		const {node, sealer, port} = peer;
		peer.isEchoDue = false;
		const message: Heartbeat = {
			sender: node.id, incarnation, sequence: ++peer.sequence, state: 'UP', weights: [node.weight], shareThousandths: 1000, wellness: 'well', fingerprint, version, leaseMs: timing.leaseMs,
			generation: 1, viewHash: subject?.viewHash ?? fingerprint, phase: 'released', isServing: true, isReady: true, wantsEcho: false,
			held: shares.get(node.id) ?? noSlots, retained: noSlots, retainedConnections: 0, awayMs: 0, heldCounts: undefined, retainedCounts: undefined, latenessMs: 0, problem: '',
			peers: rowsOf(peer),
		};
		const bytes = sealer.seal(channels.heartbeat, encodeHeartbeat(message), incarnation, peer.sequence);
		peer.sentAt = performance.now();
		for (const [network, address] of subjectNode.addresses.entries()) {
			port.send(network, address, bytes);
			counts.sent++;
		}
	};

	const beat = (peer: Peer, dueAt: number): void => {
		setTimeout(() => {
			if (isOver || !peer.isAlive) {
				return;
			}

			send(peer);
			beat(peer, Math.max(dueAt + timing.intervalMs, performance.now()));
		}, Math.max(0, dueAt - performance.now()));
	};

	const peers: Peer[] = await Promise.all(farm.nodes.filter(({id}) => id !== subjectId).map(async (node): Promise<Peer> => ({
		node,
		sealer: createSealer({keys, farm: farm.name, self: node.id}),
		port: await openPort(node.addresses, ({bytes}) => {
			receive(node.id, bytes);
		}),
		sequence: 0, heardSequence: 0, heardAt: 0, sentAt: 0, isAlive: true, isEchoDue: false,
	})));
	share();
	for (const [index, peer] of peers.entries()) {
		beat(peer, performance.now() + (timing.intervalMs * index / peers.length));
	}

	return {
		counts: () => ({...counts}),
		subject: () => subject,
		kill(id) {
			const peer = peers.find(({node}) => node.id === id)!;
			peer.isAlive = false;
			return peer.sentAt;
		},
		stop() {
			isOver = true;
			for (const {port} of peers) {
				port.close();
			}
		},
	};
}
