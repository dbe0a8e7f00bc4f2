/** Binds UDP sockets, and says what to look at when that fails. */

import dgram from 'node:dgram';
import {isIPv6} from 'node:net';
import {SystemFailure} from '../../errors.js';

/** A socket bound to the address, which may carry a zone; `isShared`: beside others that are shared too. Rejects with a SystemFailure that names the address. */
export async function bindSocket(address: string, port: number, {isShared = false}: {readonly isShared?: boolean} = {}): Promise<dgram.Socket> {
	const family = isIPv6(address) ? 6 : 4;
	const socket = dgram.createSocket({
		type: family === 6 ? 'udp6' : 'udp4',
		reuseAddr: isShared,
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
