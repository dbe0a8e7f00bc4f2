/** What `farmctl explain` is asked: a client, and perhaps the VIP and port that it speaks to. IPv6 with a port stands in brackets: `[2001:db8::7]:443`. */

import {parseAddress} from '../model/address.js';

export type Endpoint = {
	/** Canonical. */
	readonly address: string;
	readonly port?: number;
};

export type Question = {
	readonly client: Endpoint;
	/** Absent: every VIP of the client's family. Without a port: every rule of the VIP. */
	readonly vip?: Endpoint;
};

/** ADDRESS, ADDRESS:PORT, [ADDRESS] or [ADDRESS]:PORT; nothing when the text is something else. Ports are 1 to 65535. */
export function parseEndpoint(text: string): Endpoint | undefined {
	const bracketed = /^\[(?<address>[^\]]+)\](?::(?<port>\d{1,5}))?$/u.exec(text)?.groups;
	const isBare = parseAddress(text) !== undefined;
	const plain = isBare ? {address: text, port: undefined} : /^(?<address>[^:]+):(?<port>\d{1,5})$/u.exec(text)?.groups;
	const {address, port} = bracketed ?? plain ?? {};
	const canonical = address === undefined ? undefined : parseAddress(address)?.text;
	if (canonical === undefined || (port !== undefined && !isPort(Number(port)))) {
		return undefined;
	}

	return {address: canonical, ...port !== undefined && {port: Number(port)}};
}

const isPort = (port: number): boolean => port >= 1 && port <= 65_535;

/** As `parseEndpoint` reads it. */
export const renderEndpoint = ({address, port}: Endpoint): string => {
	if (port === undefined) {
		return address;
	}

	return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
};
