/**
Finds out what differs between this node's configuration and that of a peer whose heartbeats carry another fingerprint: asks at most once a second and
peer, for as long as the peer is heard with that fingerprint and the answer is missing, and answers as often. Heartbeats are its clock; it has no timer.
*/

import {itemLine, ownershipFingerprint, ownershipItems} from '../core/config/ownership.js';
import {decodeComparison, encodeComparison, type Comparison} from '../core/drift/comparison.js';
import {differenceText, formatText, noItemText} from '../core/drift/difference.js';
import {
	hashItems,
	inventoryOf,
	missingFrom,
	placesCount,
	type HashedItem,
} from '../core/drift/inventory.js';
import type {Difference} from '../core/membership/types.js';
import type {Farm, FarmNode, NodeId} from '../core/model/farm.js';
import type {MonoMs} from '../core/model/time.js';
import type {Heartbeat} from '../core/protocol/heartbeat.js';
import type {Clock} from '../edge/clock/clock.js';
import type {DatagramPort} from '../edge/datagram/port.js';
import {channels} from '../edge/seal/header.js';
import type {Sealer} from '../edge/seal/seal.js';

/** A peer is asked, and answered, no sooner after the last time. */
export const comparisonIntervalMs = 1000;

export type DriftParts = {
	readonly sealer: Pick<Sealer, 'seal'>;
	readonly self: FarmNode;
	/** As configured now. */
	readonly farm: () => Farm;
	readonly clock: Pick<Clock, 'now'>;
	readonly incarnation: () => number;
	/** Undefined while there is none. */
	readonly port: () => Pick<DatagramPort, 'send'> | undefined;
	readonly told: (difference: Difference) => void;
};

export type Drift = {
	/** For every heartbeat that counts. */
	noticed: (message: Pick<Heartbeat, 'sender' | 'fingerprint' | 'state'>) => void;
	/** For every datagram of the channel, from a configured peer. Answers why it does not count. */
	received: (sender: NodeId, bytes: Uint8Array) => string | undefined;
};

type Own = {readonly farm: Farm; readonly fingerprint: string; readonly items: readonly HashedItem[]};
type Traffic = {readonly askedAt?: MonoMs; readonly answeredAt?: MonoMs; readonly rounds: number; readonly theirs?: string; readonly known?: string};

export function createDrift({sealer, self, farm, clock, incarnation, port, told}: DriftParts): Drift {
	const traffic = new Map<NodeId, Traffic>();
	let cached: Own | undefined;
	let sequence = 0;

	const own = (): Own => {
		const current = farm();
		if (cached?.farm !== current) {
			cached = {farm: current, fingerprint: ownershipFingerprint(current), items: hashItems(ownershipItems(current))};
		}

		return cached;
	};

	const peer = (id: NodeId): FarmNode | undefined => id === self.id ? undefined : farm().nodes.find(node => node.id === id);
	const trafficWith = (id: NodeId): Traffic => traffic.get(id) ?? {rounds: 0};
	const isDue = (at: MonoMs | undefined): boolean => at === undefined || clock.now() - at >= comparisonIntervalMs;
	const send = (to: NodeId, comparison: Comparison): void => {
		sequence++;
		const bytes = sealer.seal(channels.difference, encodeComparison(comparison), incarnation(), sequence);
		for (const [network, address] of (peer(to)?.addresses ?? []).entries()) {
			port()?.send(network, address, bytes);
		}
	};

	const ask = (to: NodeId): void => {
		const {fingerprint, items} = own();
		const {rounds} = trafficWith(to);
		traffic.set(to, {...trafficWith(to), askedAt: clock.now(), rounds: rounds + 1});
		send(to, {
			fingerprint, wantsAnswer: true, inventory: inventoryOf(items, rounds), lacking: undefined,
		});
	};

	const answer = (to: NodeId, asked: Comparison): void => {
		const {fingerprint, items} = own();
		const [first] = missingFrom(items, asked.inventory);
		traffic.set(to, {...trafficWith(to), answeredAt: clock.now()});
		send(to, {
			fingerprint,
			wantsAnswer: false,
			inventory: inventoryOf(items, asked.inventory.place),
			lacking: {line: first === undefined ? '' : itemLine(first), about: asked.fingerprint},
		});
	};

	const learn = (from: FarmNode, comparison: Comparison): void => {
		const {fingerprint, items} = own();
		const text = differenceText({
			self, peer: from, items, comparison,
		});
		const theirs = comparison.fingerprint;
		if (text !== '') {
			traffic.set(from.id, {...trafficWith(from.id), known: pairOf(fingerprint, theirs)});
			told({
				peer: from.id, own: fingerprint, theirs, text,
			});
		} else if (trafficWith(from.id).rounds >= placesCount) {
			told({
				peer: from.id, own: fingerprint, theirs, text: noItemText,
			});
		}
	};

	const tellFormat = (from: FarmNode, format: number): void => {
		const {theirs} = trafficWith(from.id);
		if (theirs !== undefined) {
			told({
				peer: from.id, own: own().fingerprint, theirs, text: formatText(from.name, format),
			});
		}
	};

	return {
		noticed({sender, fingerprint, state}) {
			if (own().fingerprint === fingerprint) {
				traffic.delete(sender);
				return;
			}

			const {known, askedAt} = trafficWith(sender);
			traffic.set(sender, {...trafficWith(sender), theirs: fingerprint});
			if ((state === 'UP' || state === 'WAIT') && known !== pairOf(own().fingerprint, fingerprint) && isDue(askedAt)) {
				ask(sender);
			}
		},
		received(sender, bytes) {
			const from = peer(sender);
			if (from === undefined) {
				return sender === self.id ? 'own id' : 'unconfigured sender';
			}

			const decoded = decodeComparison(bytes);
			if (!decoded.ok) {
				if (decoded.reason === 'format') {
					tellFormat(from, bytes[0]!);
				}

				return decoded.reason;
			}

			const {comparison} = decoded;
			if (comparison.wantsAnswer && isDue(trafficWith(sender).answeredAt)) {
				answer(sender, comparison);
			}

			if (comparison.fingerprint !== own().fingerprint && comparison.lacking?.about === own().fingerprint) {
				learn(from, comparison);
			}

			return undefined;
		},
	};
}

const pairOf = (own: string, theirs: string): string => `${own} ${theirs}`;
