/** Which clients have the most connections. Addresses stay bytes until they are named: a busy server's census counts a hundred thousand. */

import {Buffer} from 'node:buffer';
import {clientsNamedMax} from '../../core/control/node-orders.js';
import {addressFromBytes, isMapped} from '../../core/model/address.js';
import type {CensusClient} from './port.js';

/** Where an address mapped into IPv6 has its IPv4 bytes. */
const mappedAt = 12;

export type ClientCounts = {
	/** One connection of this client more; the bytes are only lent. */
	add: (client: Uint8Array) => void;
	/** The most first; of equal ones in the order of their addresses. */
	most: () => readonly CensusClient[];
};

export function createClientCounts(): ClientCounts {
	const counts = new Map<string, number>();
	return {
		add(client) {
			const bytes = isMapped(client) ? client.subarray(mappedAt) : client;
			const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
			counts.set(key, (counts.get(key) ?? 0) + 1);
		},
		most: () => [...counts].toSorted(([a, countOfA], [b, countOfB]) => countOfA === countOfB ? (a < b ? -1 : 1) : countOfB - countOfA).slice(0, clientsNamedMax)
			.map(([key, connections]) => ({address: addressFromBytes(Buffer.from(key, 'latin1')), connections})),
	};
}
