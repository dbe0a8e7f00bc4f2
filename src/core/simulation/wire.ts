/** What a simulated daemon puts on the wire: its own heartbeats, and those of others that it forwards with the time it had them. */

import {decodeHeartbeat} from '../protocol/decode.js';
import {encodeHeartbeat} from '../protocol/encode.js';
import type {Heartbeat} from '../protocol/heartbeat.js';
import type {NodeId} from '../model/farm.js';
import type {Relayed} from '../membership/types.js';
import type {Plant} from './plant.js';

/** A heartbeat on the wire, from its sender or through a third node. */
export type Packet = {readonly message: Heartbeat; readonly relayed?: Relayed};

export type Wire = {
	/** What the receivers make of the bytes, which are the same for all of them. */
	send: (message: Heartbeat, to: readonly NodeId[]) => void;
	/** The newest that came from the sender itself. */
	forward: (sender: NodeId, to: readonly NodeId[]) => void;
	/** Remembers what comes from its sender, to be forwarded. */
	note: (packet: Packet) => void;
};

export type WireParts = {
	readonly id: NodeId;
	readonly localNow: () => number;
	readonly transmit: (to: NodeId, packet: Packet) => void;
	readonly plant: Pick<Plant, 'doesResetAge' | 'doesForwardNothing'>;
};

export function createWire({id, localNow, transmit, plant}: WireParts): Wire {
	const newest = new Map<NodeId, {readonly message: Heartbeat; readonly at: number}>();
	return {
		send(message, to) {
			const seen = throughBytes(message);
			if (seen === undefined) {
				return;
			}

			for (const peer of to) {
				transmit(peer, {message: seen});
			}
		},
		forward(sender, to) {
			if (plant.doesForwardNothing) {
				return;
			}

			const {message, at} = newest.get(sender)!;
			const ageMs = plant.doesResetAge ? 0 : Math.ceil(localNow() - at);
			for (const peer of to) {
				transmit(peer, {message, relayed: {by: id, ageMs}});
			}
		},
		note({message, relayed}) {
			if (relayed === undefined) {
				newest.set(message.sender, {message, at: localNow()});
			}
		},
	};
}

/** With so few rows and one group a heartbeat has room in its datagram whatever it says, and is decoded as what was encoded: the tests of the codec see to that. */
const wholeRowsMax = 10;

function throughBytes(message: Heartbeat): Heartbeat | undefined {
	if (message.peers.length <= wholeRowsMax && message.weights.length === 1) {
		return message;
	}

	const decoded = decodeHeartbeat(encodeHeartbeat(message));
	return decoded.ok ? decoded.heartbeat : undefined;
}
