/** Values as nft's text writes them, back to the bytes of a rule: the inverse of `render-value.ts`. */

import {parseAddress} from '../model/address.js';
import {fieldPlaces} from './fields.js';
import type {Bytes, FieldName, SetKey, Verdict} from './model.js';
import {arpOperations, connectionStates, interfaceName, l4protocols, macBytes, nfProtocols, tcpFlags, u32} from './values.js';

const words: Readonly<Partial<Record<FieldName, Readonly<Record<string, number>>>>> = {
	'meta nfproto': {ipv4: nfProtocols[4], ipv6: nfProtocols[6]},
	'meta l4proto': {icmp: l4protocols.icmp, tcp: l4protocols.tcp, udp: l4protocols.udp, 'ipv6-icmp': l4protocols.icmpv6},
	'meta pkttype': {unicast: 0, broadcast: 1, multicast: 2},
	'arp operation': arpOperations,
};

/** The bytes of the text beside this field; nothing when it is none of its values. */
export function parseValue(field: FieldName, text: string): Bytes | undefined {
	const {length} = fieldPlaces[field];
	const quoted = /^"(?<name>[^"]{1,15})"$/u.exec(text)?.groups?.name;
	if (field.endsWith('ifname')) {
		return quoted === undefined ? undefined : interfaceName(quoted);
	}

	if (field.includes('ether')) {
		return /^[\da-f]{2}(?::[\da-f]{2}){5}$/u.test(text) ? macBytes(text) : undefined;
	}

	if (/addr(?: ip)?$/u.test(field)) {
		const bytes = parseAddress(text)?.bytes;
		return bytes?.length === length ? [...bytes] : undefined;
	}

	const number = field === 'tcp flags' ? flagsFrom(tcpFlags, text, '|') : words[field]?.[text] ?? numberFrom(text);
	return field.startsWith('nd ') && text.startsWith('0x') ? hexBytes(text, length) : (number === undefined ? undefined : bigEndian(number, length));
}

/** The mask of states of `ct state`. */
export function parseStates(text: string): Bytes | undefined {
	const mask = flagsFrom(connectionStates, text, ',');
	return mask === undefined ? undefined : u32(mask);
}

/** The key of a set's element. */
export function parseKey(key: SetKey, text: string): Bytes | undefined {
	if (key === 'slot') {
		const slot = numberFrom(text);
		return slot === undefined ? undefined : u32(slot);
	}

	return parseValue(key === 'nf_proto' ? 'meta nfproto' : (key === 'ipv4_addr' ? 'ip daddr' : 'ip6 daddr'), text);
}

export function parseVerdict(text: string): Verdict | undefined {
	const chain = /^goto (?<chain>\S+)$/u.exec(text)?.groups?.chain;
	if (chain !== undefined) {
		return {kind: 'goto', chain};
	}

	return text === 'accept' || text === 'drop' ? {kind: text} : undefined;
}

const numberFrom = (text: string): number | undefined => /^\d{1,10}$/u.test(text) ? Number(text) : undefined;

function flagsFrom(flags: Readonly<Record<string, number>>, text: string, separator: string): number | undefined {
	const bits = text.split(separator).map(word => Object.hasOwn(flags, word) ? flags[word] : undefined);
	return bits.includes(undefined) ? undefined : bits.reduce<number>((sum, bit) => sum + bit!, 0);
}

const hexBytes = (text: string, length: number): Bytes | undefined => new RegExp(String.raw`^0x[\da-f]{${2 * length}}$`, 'u').test(text)
	? Array.from({length}, (_, index) => Number.parseInt(text.slice(2 + (2 * index), 4 + (2 * index)), 16))
	: undefined;

const bigEndian = (value: number, length: number): Bytes | undefined => value < 256 ** length
	? Array.from({length}, (_, index) => Math.floor(value / (256 ** (length - 1 - index))) % 256)
	: undefined;
