/** Why a connection or a datagram came to nothing, in words, with the system's own name for it. */

import {isIPv6} from 'node:net';

const meanings: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'nothing listens there',
	ECONNRESET: 'the other side broke the connection off',
	EPIPE: 'the other side broke the connection off',
	EHOSTUNREACH: 'the host is not reachable',
	ENETUNREACH: 'there is no route to it',
	ENETDOWN: 'the network is down',
	ETIMEDOUT: 'the host does not answer',
	EADDRNOTAVAIL: 'this machine has no address to reach it from',
	ENOTFOUND: 'there is no such name',
	EAI_AGAIN: 'its name cannot be resolved at present',
	EACCES: 'this machine does not let it out',
	EPERM: 'this machine does not let it out',
	EMFILE: 'this process has too many files open',
	ENFILE: 'this machine has too many files open',
};

/** Such as `127.0.0.1:80` or `[::1]:80`. */
export const endpointText = (address: string, port: number): string => `${isIPv6(address) ? `[${address}]` : address}:${port}`;

/** Such as `127.0.0.1:80: nothing listens there (ECONNREFUSED)`. */
export function networkReason(where: string, error: unknown): string {
	const {code, message} = error as NodeJS.ErrnoException;
	const meaning = code === undefined ? undefined : meanings[code];
	return `${where}: ${meaning === undefined ? message : `${meaning} (${code})`}`;
}
