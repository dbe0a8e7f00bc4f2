/**
Heartbeats on the wire: seals and sends what the core says, opens and decodes what arrives, and counts everything that is refused by its reason.
A bad datagram is never more than a count.
*/

import {decodeHeartbeat} from '../core/protocol/decode.js';
import {encodeHeartbeat} from '../core/protocol/encode.js';
import type {Heartbeat} from '../core/protocol/heartbeat.js';
import type {Relayed} from '../core/membership/types.js';
import type {Farm, FarmNode, NodeId} from '../core/model/farm.js';
import type {Clock} from '../edge/clock/clock.js';
import type {Datagram, DatagramPort} from '../edge/datagram/port.js';
import {channels} from '../edge/seal/header.js';
import type {OpenResult, Sealer} from '../edge/seal/seal.js';
import type {Clocks} from './clocks.js';
import {createForwarding, type Opened} from './forwarding.js';
import type {Journal} from './journal.js';
import type {Keyring} from './keyring.js';
import {createNetworks, type Networks} from './networks.js';
import type {Rejections} from './rejections.js';

export type HeartbeatParts = {
	readonly sealer: Sealer;
	readonly self: FarmNode;
	readonly clock: Pick<Clock, 'now' | 'nowFine'>;
	readonly journal: Pick<Journal, 'record'>;
	/** As configured now. */
	readonly farm: () => Pick<Farm, 'nodes' | 'heartbeat'>;
	readonly heard: (heard: Heard, network: number) => void;
	/** For what a configured peer says on the channel of differences: answers why it does not count. */
	readonly compared: (sender: NodeId, bytes: Uint8Array) => string | undefined;
	/** The same for the channel of letters. */
	readonly lettered: (sender: NodeId, bytes: Uint8Array) => string | undefined;
	/** Told each datagram that is refused. */
	readonly rejections: Rejections;
	/** Told what answers say of clocks. */
	readonly clocks: Pick<Clocks, 'now' | 'answered'>;
	/** Told which key each heartbeat is sealed with. */
	readonly keyring: Pick<Keyring, 'opened' | 'unopened'>;
};

/** A heartbeat, from its sender or through a third node. */
export type Heard = {readonly message: Heartbeat; readonly relayed?: Relayed};

export type Heartbeats = {
	send: (port: DatagramPort, to: readonly NodeId[], message: Heartbeat) => void;
	/** The newest datagram that came from the sender itself, to nodes that do not hear it (protocol rule R8). */
	forward: (port: DatagramPort, sender: NodeId, to: readonly NodeId[]) => void;
	receive: (datagram: Datagram) => void;
	readonly networks: Networks;
};

export function createHeartbeats({sealer, self, clock, journal, farm, heard, compared, lettered, rejections, clocks, keyring}: HeartbeatParts): Heartbeats {
	const nodes = (): readonly FarmNode[] => farm().nodes;
	const networks = createNetworks({
		sealer, self, clock, clocks, nodes, detectionMs: () => farm().heartbeat.timing.detectionMs, tell: journal.record,
	});
	const forwarding = createForwarding({sealer, clock});
	let incarnation = 0;
	const node = (id: NodeId): FarmNode | undefined => nodes().find(one => one.id === id);
	const peer = (id: NodeId): FarmNode | undefined => id === self.id ? undefined : node(id);

	/** Where a datagram of this sender came from; undefined for one to a group from an address that is not the sender's. */
	const networkOf = ({network, from}: Datagram, sender: NodeId): number | undefined => {
		const found = network ?? node(sender)?.addresses.indexOf(from);
		return found === -1 ? undefined : found;
	};

	/** Takes it in, or answers why it does not count. */
	const take = (opened: Opened, datagram: Datagram): string | undefined => {
		const network = networkOf(datagram, opened.sender);
		if (opened.sender === self.id) {
			return 'own id';
		}

		if (peer(opened.sender) === undefined) {
			return 'unconfigured sender';
		}

		if (opened.channel === channels.heartbeat) {
			return takeHeartbeat(opened, datagram, network);
		}

		if (opened.channel === channels.forwarded) {
			return takeForwarded(opened, network ?? 0);
		}

		if (opened.channel === channels.probe) {
			return network === undefined ? 'astray' : networks.probed(opened, opened.plaintext, network);
		}

		return (opened.channel === channels.difference ? compared : lettered)(opened.sender, opened.plaintext);
	};

	const takeHeartbeat = (opened: Opened, datagram: Datagram, network: number | undefined): string | undefined => {
		const message = heartbeatIn(opened);
		if (typeof message === 'string') {
			return message;
		}

		if (network !== undefined) {
			networks.heard(opened, network, datagram.isGroup);
		}

		forwarding.note(opened.sender, datagram.bytes);
		keyring.opened(opened);
		heard({message}, network ?? 0);
		return undefined;
	};

	const takeForwarded = (envelope: Opened, network: number): string | undefined => {
		const forwarded = forwarding.open(envelope);
		if (typeof forwarded === 'string') {
			return forwarded;
		}

		const message = peer(forwarded.inner.sender) === undefined ? 'unconfigured sender' : heartbeatIn(forwarded.inner);
		if (typeof message === 'string') {
			return message;
		}

		heard({message, relayed: {by: envelope.sender, ageMs: forwarded.ageMs}}, network);
		return undefined;
	};

	const takeCopy = (datagram: Datagram, copyOf: Extract<OpenResult, {ok: false}>['copyOf']): void => {
		const network = copyOf && networkOf(datagram, copyOf.sender);
		if (copyOf?.channel === channels.heartbeat && network !== undefined) {
			networks.heard(copyOf, network, datagram.isGroup);
		}
	};

	/** To all peers by the group, where there is one; those that it does not reach, and those of a message to some, are sent their own. */
	const sendBy = (port: DatagramPort, network: number, to: readonly FarmNode[], bytes: Uint8Array): void => {
		const isToAll = to.length === nodes().length - 1;
		const isGroupSent = isToAll && port.sendToGroup(network, bytes);
		for (const {id, addresses} of to) {
			if (addresses[network] !== undefined && !(isGroupSent && networks.isReachedByGroup(id, network))) {
				port.send(network, addresses[network], bytes);
			}
		}
	};

	return {
		networks,
		send(port, to, message) {
			incarnation = message.incarnation;
			const bytes = sealer.seal(channels.heartbeat, encodeHeartbeat(message), incarnation, message.sequence);
			const peers = to.map(id => peer(id)).filter(found => found !== undefined);
			for (const network of self.addresses.keys()) {
				sendBy(port, network, peers, bytes);
				for (const {id} of peers) {
					networks.sent(id, network, incarnation);
				}
			}
		},
		forward(port, sender, to) {
			const bytes = forwarding.seal(sender, incarnation);
			const peers = to.map(id => peer(id)).filter(found => found !== undefined);
			for (const network of bytes === undefined ? [] : self.addresses.keys()) {
				sendBy(port, network, peers, bytes!);
			}
		},
		receive(datagram) {
			const opened = sealer.open(datagram.bytes);
			if (!opened.ok) {
				takeCopy(datagram, opened.copyOf);
				rejections.count(opened.reason, datagram.from, opened.keyId);
				if (opened.keyId !== undefined) {
					keyring.unopened(datagram.from, opened.keyId);
				}

				return;
			}

			const reason = take(opened, datagram);
			if (reason !== undefined) {
				rejections.count(reason, datagram.from);
			}
		},
	};
}

/** The heartbeat that the datagram carries, if it is what its header says. */
function heartbeatIn(opened: Opened): Heartbeat | string {
	const decoded = decodeHeartbeat(opened.plaintext);
	if (!decoded.ok) {
		return decoded.reason;
	}

	const {heartbeat} = decoded;
	const isWhole = heartbeat.sender === opened.sender && heartbeat.incarnation === opened.incarnation && heartbeat.sequence === opened.sequence;
	return isWhole ? heartbeat : 'borrowed header';
}
