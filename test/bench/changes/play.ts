/** Makes one change of a farm under traffic, and counts what came of it. */

import {setTimeout as sleep} from 'node:timers/promises';
import {capture} from '../../kernel/support/capture.js';
import {censusOf, twiceAnswered} from '../../kernel/support/census.js';
import {listenTo} from '../../kernel/support/told.js';
import {numbersOf, timesOf} from '../traffic/numbers.js';
import {deliveryOf, handoversOf, notDelivered, twiceDelivered, type Handover} from './datagrams.js';
import type {ChangingFarm} from './farm.js';
import {portOf} from './shape.js';
import type {Traffic, TrafficLook} from './traffic.js';

/** IPv6 extension headers are none of ours, so the flags of TCP are where they always are. */
const packets = `(ip and tcp port ${portOf.main} and tcp[tcpflags] & (tcp-syn|tcp-rst) != 0) or (ip6 and tcp port ${portOf.main} and ip6[53] & 6 != 0)`;
const lapseEvents: ReadonlySet<string> = new Set(['lease-lapsed', 'node-dead']);
const beforeMs = 200;
/** Longer than the first wait of TCP before it sends a SYN again, with what the capture takes to end. */
const afterMs = 500;

export type Change = {
	/** Of its kind, for the table. */
	readonly kind: string;
	/** Resolves when the farm has come to terms with it. */
	readonly make: (farm: ChangingFarm) => Promise<void>;
};

export type ChangeResult = {
	readonly kind: string;
	/** Why connections that stay broke, or could not be opened anew. */
	readonly broken: readonly string[];
	/** Connections that stay and waited for more than two seconds for an answer; none of them broke by that. */
	readonly stalled: number;
	/** Why connections that came were not served. */
	readonly failed: readonly string[];
	readonly served: number;
	readonly messages: number;
	/** SYNs while the change was made, and of them those that were sent again, were answered by two nodes, or were refused. */
	readonly syns: number;
	readonly caught: number;
	readonly twiceAnswered: number;
	readonly refused: number;
	readonly datagrams: number;
	readonly twiceDelivered: number;
	readonly notDelivered: number;
	readonly handovers: readonly Handover[];
	readonly tookMs: number;
	/** How late the traffic itself was at worst. */
	readonly latenessMs: number;
	readonly longestEchoMs: number;
	/** What the nodes said meanwhile, with times since the change began. */
	readonly told: readonly string[];
	/** Leases that ended, or nodes that were held dead, because the machine kept a daemon from running. */
	readonly lapses: number;
};

/** The farm must be whole. What the traffic saw since the last look counts here. */
export async function playChange(farm: ChangingFarm, traffic: Traffic, {kind, make}: Change): Promise<ChangeResult> {
	const {client} = farm.lab.topology;
	const capturing = await capture({spawnIn: (_host, program, ...words) => ['ip', ['netns', 'exec', client.namespace, program, ...words]]}, packets, {host: client.name, device: 'eth0'});
	const listening = listenTo(farm.lab);
	const before = await traffic.look('fast');
	await sleep(beforeMs);
	const begunAt = performance.now();
	const begunAtWall = Date.now();
	await make(farm);
	const tookMs = performance.now() - begunAt;
	await sleep(afterMs);
	const after = await traffic.look('slow');
	const syns = censusOf(await capturing.stop());
	const told = listening();
	const delivery = deliveryIn(before, after, traffic.flowsCount);
	return {
		kind, tookMs,
		broken: [before, after].flatMap(({keep: {breaks, failed}}) => [...breaks, ...failed.map(entry => ({...entry, reason: `opened anew: ${entry.reason}`}))])
			.map(({source, reason, atMs}) => `${new Date(atMs).toISOString()} ${source}: ${reason}`),
		stalled: before.keep.stalls + after.keep.stalls,
		failed: [before, after].flatMap(({come}) => come.failed).map(({source, reason, atMs}) => `${new Date(atMs).toISOString()} ${source}: ${reason}`),
		served: before.come.served + after.come.served,
		messages: before.keep.messages + after.keep.messages,
		syns: syns.length,
		caught: syns.filter(({sent}) => sent > 1).length,
		twiceAnswered: twiceAnswered(syns).length,
		refused: syns.filter(({refusedBy}) => refusedBy.length > 0).length,
		datagrams: delivery.sentMs.length,
		twiceDelivered: twiceDelivered(delivery),
		notDelivered: notDelivered(delivery),
		handovers: handoversOf(delivery),
		latenessMs: Math.max(before.keep.latenessMs, after.keep.latenessMs),
		longestEchoMs: Math.max(before.keep.longestMs, after.keep.longestMs),
		told: told.map(({node, at, level, message}) => `+${Date.parse(at) - begunAtWall} ms ${node} ${level}: ${message}`),
		lapses: told.filter(({event}) => lapseEvents.has(event)).length,
	};
}

/** What was sent in this time; a datagram that was on its way at a look came to the servers' next one. */
function deliveryIn(before: TrafficLook, after: TrafficLook, flowsCount: number): ReturnType<typeof deliveryOf> {
	const came = new Map([...after.servers].map(([name, {datagrams}]) =>
		[name, Uint32Array.from([...numbersOf(before.servers.get(name)!.datagrams), ...numbersOf(datagrams)])]));
	return deliveryOf({first: after.probe.first, sentMs: timesOf(after.probe.times), flowsCount}, came);
}
