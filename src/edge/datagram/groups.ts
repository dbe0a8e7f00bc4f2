/**
Multicast groups for heartbeats. A datagram to a group comes to sockets bound to the group alone, never to one bound to an own address. It leaves by the
socket of the own address, by that address's interface, with a hop limit of 1, and is not looped back.

Linux gives what arrives for a group to every socket bound to it, whichever interface that one has joined on. So networks of one family share a socket
and tell by the sender's address; but a group that means something on one link only (RFC 4291, section 2.7, scope 2) is bound with its interface.
*/

import type dgram from 'node:dgram';
import {isIPv6} from 'node:net';
import {SystemFailure} from '../../errors.js';
import {bindSocket} from './bind.js';
import type {Datagram} from './port.js';

/** Joined again this often: the membership goes with an interface that is removed, and nothing else notices its return. */
export const joinIntervalMs = 5000;

export type OwnAddress = {
	readonly address: string;
	/** The interface that has it; needed for IPv6 groups. */
	readonly interface?: string | undefined;
};

export type GroupsOptions = {
	readonly groups: readonly string[];
	readonly addresses: readonly OwnAddress[];
	readonly port: number;
	/** Those of the own addresses, to send from. */
	readonly sockets: readonly dgram.Socket[];
	readonly onDatagram: (datagram: Datagram) => void;
	readonly failed: (error: NodeJS.ErrnoException) => void;
};

export type Groups = {
	/** The group that the network's datagrams are sent to. */
	readonly groupOf: (network: number) => string | undefined;
	readonly close: () => void;
};

/** Joins each group on the networks of its family. Rejects with a SystemFailure that names the group. */
export async function openGroups({groups, addresses, port, sockets, onDatagram, failed}: GroupsOptions): Promise<Groups> {
	const groupOf = (network: number): string | undefined => groups.find(group => addresses[network] !== undefined && isIPv6(group) === isIPv6(addresses[network].address));
	const listeners: dgram.Socket[] = [];
	const again: Array<() => void> = [];
	const timer = setInterval(() => {
		for (const joinAgain of again) {
			joinAgain();
		}
	}, joinIntervalMs);
	const close = (): void => {
		clearInterval(timer);
		for (const listener of listeners) {
			listener.close();
		}
	};

	try {
		for (const {address, group, networks} of listenersOf(addresses, groupOf)) {
			// eslint-disable-next-line no-await-in-loop -- a few sockets, shared because another farm on this machine may use the group
			const listener = await bindSocket(address, port, {isShared: true});
			listeners.push(listener);
			listener.on('error', failed);
			listener.on('message', (bytes, {address: from}) => {
				onDatagram({
					bytes, network: networks.length === 1 ? networks[0] : undefined, from, isGroup: true,
				});
			});
			for (const network of networks) {
				const own = addresses[network]!;
				prepareSender(sockets[network]!, own);
				join(listener, group, own);
				again.push(() => {
					rejoin(listener, group, own, sockets[network]!);
				});
			}
		}
	} catch (error) {
		close();
		throw error;
	}

	return {groupOf, close};
}

type Listener = {readonly address: string; readonly group: string; readonly networks: readonly number[]};

/** One an address to bind to. */
function listenersOf(addresses: readonly OwnAddress[], groupOf: (network: number) => string | undefined): Listener[] {
	const byAddress = Map.groupBy([...addresses.keys()].filter(network => groupOf(network) !== undefined), network => {
		const group = groupOf(network)!;
		return isLinkScoped(group) ? `${group}%${addresses[network]!.interface}` : group;
	});
	return [...byAddress].map(([address, networks]) => ({address, group: groupOf(networks[0]!)!, networks}));
}

/** `ffX2::`: the scope is the last digit of the first group. */
const isLinkScoped = (group: string): boolean => /^ff[\da-f]2:/u.test(group);

/** How dgram names the interface of an own address. */
const interfaceOf = (own: OwnAddress): string => isIPv6(own.address) ? `::%${own.interface}` : own.address;

function prepareSender(socket: dgram.Socket, own: OwnAddress): void {
	socket.setMulticastInterface(interfaceOf(own));
	socket.setMulticastTTL(1);
	socket.setMulticastLoopback(false);
}

function join(listener: dgram.Socket, group: string, own: OwnAddress): void {
	try {
		listener.addMembership(group, interfaceOf(own));
	} catch (error) {
		const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
		throw new SystemFailure(`cannot join the multicast group ${group} on the interface of ${own.address}: ${reason}`, {
			cause: error, hint: 'see: ip maddress show; without heartbeat.multicast heartbeats go to each node alone',
		});
	}
}

/**
Whatever fails is tried again later. A socket that is bound with its interface does not outlive it; like all whom the group does not reach, this node is
then sent copies of its own.
*/
function rejoin(listener: dgram.Socket, group: string, own: OwnAddress, sender: dgram.Socket): void {
	try {
		prepareSender(sender, own);
		listener.addMembership(group, interfaceOf(own));
	} catch {
		// Joined as before (EADDRINUSE), or without the interface.
	}
}
