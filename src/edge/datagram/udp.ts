/** UDP sockets for heartbeats. The address is handed to the system without a look-up, so that a send never waits for a name service. */

import type dgram from 'node:dgram';
import {bindSocket} from './bind.js';
import {openGroups, type OwnAddress} from './groups.js';
import type {Datagram, DatagramPort} from './port.js';

export type UdpOptions = {
	/** This node's address on each heartbeat network. */
	readonly addresses: readonly OwnAddress[];
	/** At most one of each family: its networks use it. */
	readonly groups?: readonly string[];
	readonly port: number;
	readonly onDatagram: (datagram: Datagram) => void;
	/** Told why the system refuses to send, the first time for each reason. */
	readonly refused: (reason: string) => void;
};

/** Opens one socket an address, and joins the groups. Rejects with a SystemFailure that names the address when one cannot be bound or joined. */
export async function openUdp({addresses, groups = [], port, onDatagram, refused}: UdpOptions): Promise<DatagramPort> {
	const told = new Set<string>();
	const tellRefusal = (error: NodeJS.ErrnoException | null | undefined): void => {
		const reason = error?.code ?? error?.message;
		if (reason === undefined || told.has(reason)) {
			return;
		}

		told.add(reason);
		refused(reason);
	};

	const sockets = await openAll(addresses, port, (socket, network) => {
		socket.on('error', tellRefusal);
		socket.on('message', (bytes, {address: from}) => {
			onDatagram({
				bytes, network, from, isGroup: false,
			});
		});
	});
	const joined = await openGroups({
		groups, addresses, port, sockets, onDatagram, failed: tellRefusal,
	}).catch((error: unknown) => {
		closeAll(sockets);
		throw error;
	});

	return {
		send(network, address, bytes) {
			sockets[network]?.send(bytes, port, address, tellRefusal);
		},
		sendToGroup(network, bytes) {
			const group = joined.groupOf(network);
			if (group === undefined) {
				return false;
			}

			sockets[network]!.send(bytes, port, group, tellRefusal);
			return true;
		},
		close() {
			joined.close();
			closeAll(sockets);
		},
	};
}

/** All sockets, or none. */
async function openAll(addresses: readonly OwnAddress[], port: number, opened: (socket: dgram.Socket, network: number) => void): Promise<dgram.Socket[]> {
	const results = await Promise.allSettled(addresses.map(async ({address}) => bindSocket(address, port)));
	const sockets = results.filter(result => result.status === 'fulfilled').map(({value}) => value);
	const failure = results.find(result => result.status === 'rejected');
	if (failure !== undefined) {
		closeAll(sockets);
		throw failure.reason as Error;
	}

	for (const [network, socket] of sockets.entries()) {
		opened(socket, network);
	}

	return sockets;
}

function closeAll(sockets: readonly dgram.Socket[]): void {
	for (const socket of sockets) {
		socket.close();
	}
}
