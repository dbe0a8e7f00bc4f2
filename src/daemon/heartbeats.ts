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

export type HeartbeatParts = {
	readonly sealer: Sealer;
	readonly self: FarmNode;
	/** The nodes as configured now. */
	readonly nodes: () => readonly FarmNode[];
	readonly heard: (message: Heartbeat, network: number) => void;
};

export type Heartbeats = {
	send: (port: DatagramPort, to: readonly NodeId[], message: Heartbeat) => void;
	receive: (datagram: Datagram) => void;
	/** Datagrams refused, by reason. */
	rejected: () => Readonly<Record<string, number>>;
};

/** A second copy of the same datagram, by another network or from the network itself, is no reason for alarm. */
const copyReason = 'duplicate';

export function createHeartbeats({sealer, self, nodes, heard}: HeartbeatParts): Heartbeats {
	const peer = (id: NodeId): FarmNode | undefined => id === self.id ? undefined : nodes().find(node => node.id === id);
	const rejected: Record<string, number> = {};
	const reject = (reason: string): void => {
		if (reason !== copyReason) {
			rejected[reason] = (rejected[reason] ?? 0) + 1;
		}
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
		receive({bytes, network}) {
			const opened = sealer.open(bytes);
			if (!opened.ok) {
				reject(opened.reason);
				return;
			}

			if (opened.channel !== channels.heartbeat) {
				reject('channel');
				return;
			}

			const decoded = decodeHeartbeat(opened.plaintext);
			if (!decoded.ok) {
				reject(decoded.reason);
			} else if (decoded.heartbeat.sender !== opened.sender || decoded.heartbeat.incarnation !== opened.incarnation || decoded.heartbeat.sequence !== opened.sequence) {
				reject('borrowed header');
			} else if (peer(opened.sender) === undefined) {
				reject('unconfigured sender');
			} else {
				heard(decoded.heartbeat, network);
			}
		},
		rejected: () => rejected,
	};
}
