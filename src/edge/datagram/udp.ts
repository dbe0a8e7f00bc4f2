/** UDP sockets for heartbeats. The address is handed to the system without a look-up, so that a send never waits for a name service. */

import dgram from 'node:dgram';
import {isIPv6} from 'node:net';
import {SystemFailure} from '../../errors.js';
import type {Datagram, DatagramPort} from './port.js';

export type UdpOptions = {
	/** This node's address on each heartbeat network. */
	readonly addresses: readonly string[];
	readonly port: number;
	readonly onDatagram: (datagram: Datagram) => void;
	/** Told why the system refuses to send, the first time for each reason. */
	readonly refused: (reason: string) => void;
};

/** Opens one socket an address. Rejects with a SystemFailure that names the address when one cannot be bound. */
export async function openUdp({addresses, port, onDatagram, refused}: UdpOptions): Promise<DatagramPort> {
	const told = new Set<string>();
	const tellRefusal = (error: NodeJS.ErrnoException | null | undefined): void => {
		const reason = error?.code ?? error?.message;
		if (reason === undefined || told.has(reason)) {
			return;
		}

		told.add(reason);
		refused(reason);
	};

	const sockets = await Promise.all(addresses.map(async (address, network) => {
		const socket = await bind(address, port);
		socket.on('error', tellRefusal);
		socket.on('message', (bytes, {address: from}) => {
			onDatagram({bytes, network, from});
		});
		return socket;
	}));

	return {
		send(network, address, bytes) {
			sockets[network]?.send(bytes, port, address, tellRefusal);
		},
		close() {
			for (const socket of sockets) {
				socket.close();
			}
		},
	};
}

async function bind(address: string, port: number): Promise<dgram.Socket> {
	const family = isIPv6(address) ? 6 : 4;
	const socket = dgram.createSocket({
		type: family === 6 ? 'udp6' : 'udp4',
		lookup(hostname, _options, callback) {
			callback(null, hostname, family);
		},
	});
	return new Promise((resolve, reject) => {
		socket.once('error', error => {
			socket.close();
			reject(explainBind(error, address, port));
		});
		socket.bind({address, port, exclusive: true}, () => {
			socket.removeAllListeners('error');
			resolve(socket);
		});
	});
}

function explainBind(error: NodeJS.ErrnoException, address: string, port: number): SystemFailure {
	const hints: Record<string, string> = {
		EADDRNOTAVAIL: `this machine does not have the address ${address}; see: ip address show`,
		EADDRINUSE: `another program uses UDP port ${port}; see: ss -ulpn 'sport = :${port}'`,
	};
	const hint = hints[error.code ?? ''];
	return new SystemFailure(`cannot listen for heartbeats on ${address} port ${port}: ${error.code ?? error.message}`, {
		cause: error, ...(hint !== undefined && {hint}),
	});
}
