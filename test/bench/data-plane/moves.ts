/**
How many clients of the nodes that live on are moved when one node fails: our slots against a hash modulo the nodes that live, as CLUSTERIP, Pacemaker's clone
and many a balancer distribute. The kernel hashes the clients; who has which follows from its numbers.
*/

import {ownersOf} from '../../../src/core/assignment/owners.js';
import {slotsCount} from '../../../src/core/model/slot-set.js';
import {udpFrame} from '../../kernel/support/frame.js';
import {farmWith, Machine, vip4, type Client} from '../../kernel/support/machine.js';
import {randomClients} from '../../kernel/support/kernel-marks.js';

export type MovedShare = {
	readonly nodesCount: number;
	/** Of the clients of the other nodes, as a mean over which node fails. */
	readonly slots: number;
	readonly modulo: number;
};

const seed = 0x5E_ED;
const port = 9;

/** What the kernel's hash gives each client, for each modulus. */
type Hashed = ReadonlyMap<number, readonly number[]>;

/** Of so many random clients, for farms of these sizes. */
export function measureMoves(sizes: readonly number[], clientsCount: number): MovedShare[] {
	const hashed = hashInKernel(sizes.flatMap(size => [size, size - 1]), clientsCount);
	return sizes.map(nodesCount => ({nodesCount, slots: movedBySlots(hashed, nodesCount), modulo: movedByModulo(hashed, nodesCount)}));
}

function hashInKernel(sizes: readonly number[], clientsCount: number): Hashed {
	const machine = new Machine(farmWith({vips: [vip4], rules: [], seed}));
	try {
		const moduli = [slotsCount, ...new Set(sizes)];
		machine.namespace.sh('nft', `table ip moves {
			${moduli.map(modulus => `set seen${modulus} { type ipv4_addr . mark; flags dynamic; size 65535; }`).join('\n')}
			chain it {
				type filter hook prerouting priority raw;
				${moduli.map(modulus => `udp dport ${port} meta mark set jhash ip saddr mod ${modulus} seed ${seed} add @seen${modulus} { ip saddr . meta mark }`).join('\n')}
				udp dport ${port} drop
			}
		}`);
		const clients = randomClients(4, seed, clientsCount).map(([address]): Client => ({address, port}));
		for (const client of clients) {
			machine.wire.send(udpFrame({...machine.endsOf(client), targetMac: 'ff:ff:ff:ff:ff:ff'}, port, port, Buffer.alloc(0)));
		}

		return new Map(moduli.map(modulus => [modulus, numbersIn(machine, `seen${modulus}`, clients)]));
	} finally {
		machine.close();
	}
}

/** In the order of the clients; throws where the kernel has not seen one. */
function numbersIn(machine: Machine, set: string, clients: readonly Client[]): number[] {
	const {nftables} = JSON.parse(machine.namespace.sh('nft', '-j', 'list', 'set', 'ip', 'moves', set)) as {nftables: ReadonlyArray<{set?: {elem?: ReadonlyArray<{concat: readonly [string, number]}>}}>};
	const seen = new Map(nftables.flatMap(item => item.set?.elem ?? []).map(({concat}) => concat));
	return clients.map(({address}) => {
		const number = seen.get(address);
		if (number === undefined) {
			throw new Error(`the kernel has not seen ${address}`);
		}

		return number;
	});
}

function movedBySlots(hashed: Hashed, nodesCount: number): number {
	const members = Array.from({length: nodesCount}, (_, index) => ({id: index + 1, weight: 1}));
	const slots = hashed.get(slotsCount)!;
	const before = ownersOf(members);
	return meanOver(nodesCount, failed => {
		const after = ownersOf(members.filter(({id}) => id !== failed + 1));
		return slots.map(slot => [before[slot]! - 1, after[slot]! - 1]);
	});
}

function movedByModulo(hashed: Hashed, nodesCount: number): number {
	const before = hashed.get(nodesCount)!;
	const after = hashed.get(nodesCount - 1)!;
	return meanOver(nodesCount, failed => {
		const live = Array.from({length: nodesCount}, (_, index) => index).filter(index => index !== failed);
		return before.map((node, client) => [node, live[after[client]!]!]);
	});
}

/** The node of each client before and after. */
type Change = readonly [before: number, after: number];

function meanOver(nodesCount: number, changesWithout: (failed: number) => readonly Change[]): number {
	const shares = Array.from({length: nodesCount}, (_, failed) => {
		const others = changesWithout(failed).filter(([before]) => before !== failed);
		return others.filter(([before, after]) => before !== after).length / others.length;
	});
	return shares.reduce((sum, share) => sum + share, 0) / nodesCount;
}
