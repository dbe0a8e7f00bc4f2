/**
Heartbeats on the wire: seals and sends what the core says, opens and decodes what arrives, and counts everything that is refused by its reason.
A bad datagram is never more than a count.
*/

import {decodeHeartbeat} from '../core/protocol/decode.js';
import {encodeHeartbeat} from '../core/protocol/encode.js';
import type {Heartbeat} from '../core/protocol/heartbeat.js';
import type {FarmNode, NodeId} from '../core/model/farm.js';
import type {Datagram, DatagramPort} from '../edge/datagram/port.js';
import {channels} from '../edge/seal/header.js';
import type {Sealer} from '../edge/seal/seal.js';
import type {Rejections} from './rejections.js';

export type HeartbeatParts = {
	readonly sealer: Sealer;
	readonly self: FarmNode;
	/** The nodes as configured now. */
	readonly nodes: () => readonly FarmNode[];
	readonly heard: (message: Heartbeat, network: number) => void;
	/** For what a configured peer says on the channel of differences: answers why it does not count. */
	readonly compared: (sender: NodeId, bytes: Uint8Array) => string | undefined;
	/** Told each datagram that is refused. */
	readonly rejections: Rejections;
};

export type Heartbeats = {
	send: (port: DatagramPort, to: readonly NodeId[], message: Heartbeat) => void;
	receive: (datagram: Datagram) => void;
};

export function createHeartbeats({sealer, self, nodes, heard, compared, rejections}: HeartbeatParts): Heartbeats {
	const peer = (id: NodeId): FarmNode | undefined => id === self.id ? undefined : nodes().find(node => node.id === id);

	/** The heartbeat, or why there is none that counts. */
	const read = (bytes: Uint8Array): Heartbeat | string | undefined => {
		const opened = sealer.open(bytes);
		if (!opened.ok) {
			return opened.reason;
		}

		if (opened.channel === channels.difference) {
			return compared(opened.sender, opened.plaintext);
		}

		if (opened.channel !== channels.heartbeat) {
			return 'channel';
		}

		const decoded = decodeHeartbeat(opened.plaintext);
		if (!decoded.ok) {
			return decoded.reason;
		}

		const {heartbeat} = decoded;
		if (heartbeat.sender !== opened.sender || heartbeat.incarnation !== opened.incarnation || heartbeat.sequence !== opened.sequence) {
			return 'borrowed header';
		}

		if (heartbeat.sender === self.id) {
			return 'own id';
		}

		return peer(heartbeat.sender) === undefined ? 'unconfigured sender' : heartbeat;
	};

	return {
		send(port, to, message) {
			const bytes = sealer.seal(channels.heartbeat, encodeHeartbeat(message), message.incarnation, message.sequence);
			for (const id of to) {
				for (const [network, address] of (peer(id)?.addresses ?? []).entries()) {
					port.send(network, address, bytes);
				}
			}
		},
		receive({bytes, network, from}) {
			const heartbeat = read(bytes);
			if (typeof heartbeat === 'string') {
				rejections.count(heartbeat, from);
			} else if (heartbeat !== undefined) {
				heard(heartbeat, network);
			}
		},
	};
}
