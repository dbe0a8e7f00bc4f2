/**
A population of established TCP connections, to see which of them break: one for each slot, held by a client that never stops sending and connects
again at once when it is refused.

A connection is made with the node that accepts its slot, and lives in that node's connection tracking, whatever becomes of the slot or the daemon. It
breaks when that host goes down, and when another node that accepts the slot answers its packets with a reset, which a node does that knows of nobody
who retains the slot. While nobody answers it waits, as TCP does; how long it would wait is not modelled, nor are the other ends of a connection: closed by
the application, lost to a timeout, or out of conntrack.
*/

import type {NodeId} from '../model/farm.js';
import {
	commonSlots,
	listSlots,
	minusSlots,
	noSlots,
	slotSetOf,
	type SlotSet,
} from '../model/slot-set.js';
import type {NodeModel} from './node-model.js';

export type Connections = {
	/** Each time that one broke. */
	readonly broken: () => number;
	/** Clients whose connection broke at least once. */
	readonly clientsHit: () => number;
	/** Slots whose connection this node has. */
	readonly servedBy: (id: NodeId) => SlotSet;
	/** To be called after every change of the node's kernel, and of what it accepts. */
	refresh: (id: NodeId) => void;
	/** The host is down, and its connections with it. */
	crash: (id: NodeId) => void;
	/** Forgets what was. */
	begin: () => void;
};

export type ConnectionsParts = {
	readonly nodeOf: (id: NodeId) => NodeModel;
	readonly ids: readonly NodeId[];
	/** No slot has a higher number than this, or this. */
	readonly slotNumbers: number;
};

export function createConnections({nodeOf, ids, slotNumbers}: ConnectionsParts): Connections {
	const servers = new Uint8Array(slotNumbers);
	const seen = new Map<NodeId, {readonly accepted: SlotSet; readonly resetting: SlotSet}>();
	const breaks = new Uint32Array(slotNumbers);

	const connect = (slots: SlotSet, id: NodeId, isReset: boolean): void => {
		for (const slot of listSlots(slots)) {
			const server = servers[slot]!;
			breaks[slot]! += isReset && server !== 0 && server !== id ? 1 : 0;
			servers[slot] = isReset || server === 0 ? id : server;
		}
	};

	return {
		broken: () => breaks.reduce((sum, count) => sum + count, 0),
		clientsHit: () => breaks.reduce((sum, count) => sum + Math.min(count, 1), 0),
		servedBy: id => slotSetOf([...servers.entries()].flatMap(([slot, server]) => server === id ? [slot] : [])),
		refresh(id) {
			const node = nodeOf(id);
			const accepted = node.accepted();
			const resetting = accepted === noSlots ? noSlots : node.kernel.table.resettable;
			const before = seen.get(id);
			if (before?.accepted === accepted && before.resetting === resetting) {
				return;
			}

			seen.set(id, {accepted, resetting});
			connect(minusSlots(commonSlots(resetting, accepted), before?.resetting ?? noSlots), id, true);
			connect(minusSlots(accepted, before?.accepted ?? noSlots), id, false);
		},
		crash(id) {
			for (const [slot, server] of servers.entries()) {
				if (server === id) {
					breaks[slot]!++;
					servers[slot] = 0;
				}
			}

			for (const other of ids) {
				connect(nodeOf(other).accepted(), other, false);
			}
		},
		begin() {
			breaks.fill(0);
		},
	};
}
