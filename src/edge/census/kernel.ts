/** The kernel's own lists of connections, each on a socket of its own, so that no verdict on a lease ever queues behind them. */

import {createSlotFinder} from '../../core/explain/slot-of.js';
import type {Endpoint} from '../../core/explain/question.js';
import {addressToBytes, isMapped} from '../../core/model/address.js';
import type {Farm} from '../../core/model/farm.js';
import {hasSlot, slotSetOf, type SlotSet} from '../../core/model/slot-set.js';
import {protocols} from '../netlink/connection.js';
import {DumpConnection} from '../netlink/dump.js';
import {createClientCounts} from './client-counts.js';
import type {Census, CensusAnswer} from './port.js';
import {eachSocket, socketDiagnosis, type TakeConnection} from './sockets.js';
import {eachTranslated} from './translated.js';

/** The connections of the current network namespace. */
export function createKernelCensus(): Census {
	const sockets = new DumpConnection(socketDiagnosis);
	const table = new DumpConnection(protocols.netfilter);
	return {
		async look(farm, asked) {
			const tally = createTally(farm, asked);
			await eachSocket(sockets, farm.vips, tally.take);
			await eachTranslated(table, tally.take);
			return tally.answer();
		},
		async countOf({vips}, client) {
			const counter = createCounter(vips, client);
			await eachSocket(sockets, vips, counter.take);
			await eachTranslated(table, counter.take);
			return counter.count();
		},
		close() {
			sockets.close();
			table.close();
		},
	};
}

function createTally(farm: Farm, asked: SlotSet): {readonly take: TakeConnection; readonly answer: () => CensusAnswer} {
	const find = createSlotFinder(farm);
	const slots = new Set<number>();
	const clients = createClientCounts();
	let count = 0;
	return {
		take(client, clientPort, vip, vipPort) {
			const found = find({client, clientPort, vip, vipPort, protocol: 'tcp'});
			if ('reason' in found) {
				return;
			}

			slots.add(found.slotNumber);
			if (!hasSlot(asked, found.slotNumber)) {
				return;
			}

			count++;
			clients.add(client);
		},
		answer: () => ({count, slots: slotSetOf(slots), clients: clients.most()}),
	};
}

/** Counts the connections of one client to the VIPs; a socket of both families shows IPv4 mapped into IPv6. */
function createCounter(vips: Farm['vips'], {address, port}: Endpoint): {readonly take: TakeConnection; readonly count: () => number} {
	const wanted = Buffer.from(addressToBytes(address));
	const targets = vips.map(vip => Buffer.from(addressToBytes(vip.address)));
	let count = 0;
	return {
		take(client, clientPort, vip) {
			const isWanted = endsIn(client, wanted) && (port === undefined || port === clientPort);
			count += isWanted && targets.some(target => endsIn(vip, target)) ? 1 : 0;
		},
		count: () => count,
	};
}

/** Whether it is the address, or the address mapped. */
const endsIn = (bytes: Uint8Array, address: Buffer): boolean => address.equals(bytes) || (address.length < bytes.length && isMapped(bytes) && address.equals(bytes.subarray(-address.length)));
