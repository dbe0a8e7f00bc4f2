/** A census in memory: what it answers is said beforehand. */

import {addressToBytes} from '../../core/model/address.js';
import {createSlotFinder} from '../../core/explain/slot-of.js';
import {hasSlot, slotSetOf} from '../../core/model/slot-set.js';
import {createClientCounts} from './client-counts.js';
import type {Census} from './port.js';

export type FakeConnection = {readonly client: string; readonly clientPort: number; readonly vip: string; readonly vipPort: number};

export type FakeCensus = Census & {
	/** These are the connections from now on. */
	readonly report: (connections: readonly FakeConnection[]) => void;
};

export function createFakeCensus(): FakeCensus {
	let connections: readonly FakeConnection[] = [];
	return {
		report(next) {
			connections = next;
		},
		async look(farm, asked) {
			const find = createSlotFinder(farm);
			const clients = createClientCounts();
			const slots = connections.flatMap(connection => {
				const found = find({...connection, protocol: 'tcp'});
				return 'reason' in found ? [] : [{slot: found.slotNumber, client: connection.client}];
			});
			const counted = slots.filter(({slot}) => hasSlot(asked, slot));
			for (const {client} of counted) {
				clients.add(addressToBytes(client));
			}

			return {count: counted.length, slots: slotSetOf(slots.map(({slot}) => slot)), clients: clients.most()};
		},
		async countOf(_farm, {address, port}) {
			return connections.filter(({client, clientPort}) => client === address && (port === undefined || port === clientPort)).length;
		},
		close() {
			connections = [];
		},
	};
}
