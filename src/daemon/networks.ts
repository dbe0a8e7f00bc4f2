/**
What the heartbeat networks are like towards each peer. Asks every peer on every network about once a second, spread evenly, and answers such questions at
once by the network they came by. A probe never waits for another, and so few go out at a time that no heartbeat waits for them.
*/

import type {FarmEvent} from '../core/model/event.js';
import type {FarmNode, NodeId} from '../core/model/farm.js';
import {describePath} from '../core/networks/describe.js';
import {hearsGroup, isReachedByGroup, toldGroup} from '../core/networks/group.js';
import {toldSent} from '../core/networks/loss.js';
import {judgeNetworks} from '../core/networks/outage.js';
import {emptyPath, heardHeartbeat, type Path} from '../core/networks/path.js';
import {probePace} from '../core/networks/pace.js';
import {decodeProbe, encodeProbe, type NodeClocks} from '../core/networks/probe.js';
import {measuredRtt} from '../core/networks/round-trip.js';
import type {StatusNetwork} from '../core/status/status.js';
import type {Clock} from '../edge/clock/clock.js';
import type {DatagramPort} from '../edge/datagram/port.js';
import {channels} from '../edge/seal/header.js';
import type {DatagramName, Sealer} from '../edge/seal/seal.js';
import type {Clocks} from './clocks.js';

/** Lost networks are looked for this often. */
export const lookIntervalMs = 250;

export type NetworksParts = {
	readonly sealer: Sealer;
	readonly self: FarmNode;
	/** The nodes as configured now. */
	readonly nodes: () => readonly FarmNode[];
	readonly detectionMs: () => number;
	readonly clock: Pick<Clock, 'nowFine'>;
	readonly tell: (event: FarmEvent) => void;
	/** What an answer tells of this node's clocks, and what becomes of those in one that came. */
	readonly clocks: Pick<Clocks, 'now' | 'answered'>;
};

export type Networks = {
	/** Begins to ask, in this node's present life. */
	begin: (port: DatagramPort) => void;
	stop: () => void;
	/** A heartbeat of this life of this node goes to the peer by this network. */
	sent: (to: NodeId, network: number, incarnation: number) => void;
	/** Whether the peer has said that the multicast group of this network reaches it. */
	isReachedByGroup: (id: NodeId, network: number) => boolean;
	/** A heartbeat, or a true copy of one, arrived. */
	heard: (name: DatagramName, network: number, isGroup: boolean) => void;
	/** A datagram of the probes' channel arrived; answers why it is refused, if it is. */
	probed: (name: DatagramName, plaintext: Uint8Array, network: number) => string | undefined;
	/** For `status`: of each node, by id. */
	describe: () => ReadonlyMap<NodeId, readonly StatusNetwork[]>;
};

type Place = {readonly id: NodeId; readonly network: number};

export function createNetworks({sealer, self, nodes, detectionMs, clock, tell, clocks}: NetworksParts): Networks {
	const known = new Map<NodeId, Path[]>();
	const sentCounts = new Map<NodeId, number[]>();
	const asked = new Map<string, {readonly sequence: number; readonly at: number}>();
	let incarnation: number | undefined;
	let sequence = 0;
	let port: DatagramPort | undefined;
	let timers: NodeJS.Timeout[] = [];

	const peers = (): FarmNode[] => nodes().filter(({id}) => id !== self.id);
	const pathOf = (id: NodeId, network: number): Path => known.get(id)?.[network] ?? emptyPath;
	const update = (id: NodeId, network: number, change: (path: Path) => Path): void => {
		const paths = known.get(id) ?? self.addresses.map(() => emptyPath);
		known.set(id, paths);
		if (paths[network] !== undefined) {
			paths[network] = change(paths[network]);
		}
	};

	/** Sends the probe and returns its number; nothing before this node's first heartbeat. */
	const send = ({id, network}: Place, rest: {kind: 'ask'; sent: number} | {kind: 'answer'; sequence: number; incarnation: number; clocks: NodeClocks}): number | undefined => {
		const address = nodes().find(node => node.id === id)?.addresses[network];
		if (port === undefined || address === undefined || incarnation === undefined) {
			return undefined;
		}

		const probe = {receiver: id, network, hearsGroup: hearsGroup(pathOf(id, network), detectionMs(), clock.nowFine()), ...rest};
		port.send(network, address, sealer.seal(channels.probe, encodeProbe(probe), incarnation, ++sequence));
		return sequence;
	};

	const ask = (place: Place): void => {
		const at = clock.nowFine();
		const number = send(place, {kind: 'ask', sent: sentCounts.get(place.id)?.[place.network] ?? 0});
		if (number !== undefined) {
			asked.set(placeName(place), {sequence: number, at});
		}
	};

	const takeAsk = (name: DatagramName, place: Place, sent: number): void => {
		send(place, {kind: 'answer', sequence: name.sequence, incarnation: name.incarnation, clocks: clocks.now()});
		update(place.id, place.network, path => toldSent(path, {incarnation: name.incarnation, sent}));
	};

	const takeAnswer = (place: Place, answer: {readonly sequence: number; readonly incarnation: number; readonly clocks: NodeClocks | undefined}, now: number): void => {
		const question = asked.get(placeName(place));
		if (!(question?.sequence === answer.sequence && incarnation === answer.incarnation)) {
			return;
		}

		asked.delete(placeName(place));
		update(place.id, place.network, path => measuredRtt(path, now - question.at));
		if (answer.clocks !== undefined) {
			clocks.answered(place.id, {sentAt: question.at, receivedAt: now, clocks: answer.clocks});
		}
	};

	const look = (): void => {
		const listed = peers().map(node => ({node, paths: self.addresses.map((_, network) => pathOf(node.id, network))}));
		const {peers: judged, events} = judgeNetworks(listed, {addresses: self.addresses, detectionMs: detectionMs(), now: clock.nowFine()});
		known.clear();
		for (const {node, paths} of judged) {
			known.set(node.id, [...paths]);
		}

		for (const event of events) {
			tell(event);
		}
	};

	return {
		begin(opened) {
			port = opened;
			const asking = askInTurn(() => peers().flatMap(({id, addresses}) => addresses.map((_, network) => ({id, network}))), ask, timer => {
				timers[0] = timer;
			});
			asking();
			timers[1] = setInterval(() => {
				// After the sockets: what waits there has been heard (R11).
				setImmediate(look);
			}, lookIntervalMs);
		},
		stop() {
			port = undefined;
			for (const timer of timers) {
				clearTimeout(timer);
			}

			timers = [];
		},
		sent(to, network, life) {
			if (life !== incarnation) {
				incarnation = life;
				sentCounts.clear();
			}

			const counts = sentCounts.get(to) ?? self.addresses.map(() => 0);
			sentCounts.set(to, counts);
			counts[network] = (counts[network] ?? 0) + 1;
		},
		isReachedByGroup: (id, network) => isReachedByGroup(pathOf(id, network), clock.nowFine()),
		heard(name, network, isGroup) {
			update(name.sender, network, path => heardHeartbeat(path, {
				incarnation: name.incarnation, sequence: name.sequence, isGroup, detectionMs: detectionMs(), now: clock.nowFine(),
			}));
		},
		probed(name, plaintext, network) {
			const now = clock.nowFine();
			const decoded = decodeProbe(plaintext);
			if (!decoded.ok) {
				return decoded.reason;
			}

			const {probe} = decoded;
			if (probe.receiver !== self.id || probe.network !== network) {
				return 'astray';
			}

			const place = {id: name.sender, network};
			if (probe.kind === 'ask') {
				takeAsk(name, place, probe.sent);
			} else {
				takeAnswer(place, probe, now);
			}

			update(place.id, network, path => toldGroup(path, probe.hearsGroup, now));
			return undefined;
		},
		describe: () => new Map(nodes().map(({id, addresses}) => [id, addresses.map((address, network) => describePath(id === self.id ? undefined : pathOf(id, network), {
			network, address, now: clock.nowFine(),
		}))])),
	};
}

const placeName = ({id, network}: Place): string => `${id} ${network}`;

/** Calls `ask` for all places in turn, at the pace of `probePace`; each timer is handed out, to be stopped. */
function askInTurn(places: () => readonly Place[], ask: (place: Place) => void, armed: (timer: NodeJS.Timeout) => void): () => void {
	let waiting: Place[] = [];
	const tick = (): void => {
		const all = places();
		if (waiting.length === 0) {
			waiting = [...all];
		}

		const {tickMs, probesPerTick} = probePace(all.length);
		for (const place of waiting.splice(0, probesPerTick)) {
			ask(place);
		}

		armed(setTimeout(tick, tickMs));
	};

	return tick;
}
