/**
 Daemons' heartbeats without a kernel: every datagram goes through this LAN, which delivers at once what it does not lose; a probe when its sender has
done, as no network is faster.
*/

import {Buffer} from 'node:buffer';
import {deriveTiming} from '../../src/core/config/timing.js';
import type {FarmEvent} from '../../src/core/model/event.js';
import type {FarmNode} from '../../src/core/model/farm.js';
import {monoMs} from '../../src/core/model/time.js';
import {noSlots} from '../../src/core/model/slot-set.js';
import type {Heartbeat} from '../../src/core/protocol/heartbeat.js';
import type {StatusNetwork} from '../../src/core/status/status.js';
import {createHeartbeats, type Heartbeats} from '../../src/daemon/heartbeats.js';
import type {Datagram} from '../../src/edge/datagram/port.js';
import {channels} from '../../src/edge/seal/header.js';
import {createSealer} from '../../src/edge/seal/seal.js';

export type Sent = {readonly from: number; readonly to: number | 'group'; readonly network: number; readonly channel: number};

const channelOffset = 6;

export const nodeOf = (id: number, networksCount: number): FarmNode => ({
	name: `web${id}`, id, weight: 1, addresses: Array.from({length: networksCount}, (_, network) => `10.${network}.0.${id}`),
});

/** Node 1 to the length of the list; each uses the group or none. `loses` says what does not arrive. */
export function lan(useGroup: readonly boolean[], networksCount: number, loses: (sent: Sent, receiver: number) => boolean) {
	const nodes = useGroup.map((_, index) => nodeOf(index + 1, networksCount));
	const log: Sent[] = [];
	const heard: string[] = [];
	const rejected: string[] = [];
	const clocksTold = new Set<string>();
	const events: FarmEvent[] = [];
	const time = {now: 0};
	const members: Array<{heartbeats: Heartbeats; beat: () => void}> = [];
	const deliver = (sent: Sent, receiver: number, bytes: Uint8Array): void => {
		if (!loses(sent, receiver)) {
			members[receiver - 1]!.heartbeats.receive({
				bytes: Buffer.from(bytes), network: sent.to === 'group' ? undefined : sent.network, from: nodes[sent.from - 1]!.addresses[sent.network]!, isGroup: sent.to === 'group',
			} satisfies Datagram);
		}
	};

	for (const [index, self] of nodes.entries()) {
		const usesGroup = useGroup[index]!;
		const heartbeats = createHeartbeats({
			self,
			sealer: createSealer({keys: [Buffer.alloc(32, 7)], farm: 'web', self: self.id}),
			clock: {nowFine: () => time.now, now: () => monoMs(time.now)},
			journal: {
				record(event) {
					events.push(event);
				},
			},
			farm: () => ({nodes, heartbeat: {port: 4803, multicast: [], timing: deriveTiming({detection: 300})}}),
			heard({message}) {
				heard.push(`${message.sender}>${self.id}`);
			},
			compared: () => undefined, lettered: () => undefined,
			rejections: {
				count(reason) {
					if (reason !== 'duplicate') {
						rejected.push(reason);
					}
				},
				counts: () => ({}),
			},
			keyring: {opened() {}, unopened() {}},
			clocks: {
				now: () => ({life: 1000 * self.id, ms: time.now, wallMs: 5000 * self.id}),
				answered(id, {clocks}) {
					clocksTold.add(`${id}>${self.id} ${clocks.life} ${clocks.wallMs}`);
				},
			},
		});
		const transmit = (to: number | 'group', network: number, bytes: Uint8Array): void => {
			const sent = {
				from: self.id, to, network, channel: bytes[channelOffset]!,
			};
			log.push(sent);
			const receivers = to === 'group' ? nodes.map(({id}) => id).filter(id => id !== self.id && useGroup[id - 1]) : [to];
			for (const receiver of receivers) {
				if (sent.channel === channels.probe) {
					queueMicrotask(() => {
						deliver(sent, receiver, bytes);
					});
				} else {
					deliver(sent, receiver, bytes);
				}
			}
		};

		const port = {
			send(network: number, address: string, bytes: Uint8Array) {
				transmit(nodes.find(({addresses}) => addresses[network] === address)!.id, network, bytes);
			},
			sendToGroup(network: number, bytes: Uint8Array) {
				if (usesGroup) {
					transmit('group', network, bytes);
				}

				return usesGroup;
			},
			close() {},
		};
		let sequence = 0;
		members.push({
			heartbeats,
			beat() {
				heartbeats.send(port, nodes.map(({id}) => id).filter(id => id !== self.id), heartbeatOf(self.id, ++sequence));
			},
		});
		heartbeats.networks.begin(port);
	}

	return {
		log,
		heard,
		rejected,
		clocksTold,
		events,
		members,
		/** Every node sends so many heartbeats, one an interval. */
		beat(times: number) {
			for (let round = 0; round < times; round++) {
				time.now += 50;
				for (const member of members) {
					member.beat();
				}
			}
		},
		/** What one node says of its ways to another. */
		ways: (from: number, to: number): readonly StatusNetwork[] => members[from - 1]!.heartbeats.networks.describe().get(to)!,
		stop() {
			for (const {heartbeats} of members) {
				heartbeats.networks.stop();
			}
		},
	};
}

/** Heartbeats that the log holds from one node to another or to the group, since a mark. */
export const heartbeatsIn = (log: readonly Sent[], from: number, to: number | 'group'): number =>
	log.filter(sent => sent.channel === channels.heartbeat && sent.from === from && sent.to === to).length;

export const heartbeatOf = (sender: number, sequence: number): Heartbeat => ({
	sender, sequence, incarnation: 1_700_000_000_000, state: 'UP', weights: [1], fingerprint: '0123456789abcdef', version: '0.1.0', leaseMs: 260, generation: 1,
	viewHash: '0123456789abcdef', phase: 'released', isServing: true, isReady: true, shareThousandths: 1000, wellness: 'well', wantsEcho: false, held: noSlots, retained: noSlots, retainedConnections: 0,
	awayMs: 0, heldCounts: undefined, retainedCounts: undefined, latenessMs: 0, problem: '', peers: [],
});
