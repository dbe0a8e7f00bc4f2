/** Bytes of a rule as nft's text writes them, by the field they belong to. */

import {addressFromBytes} from '../model/address.js';
import type {Bytes, FieldName, SetKey, Verdict} from './model.js';
import {arpOperations, connectionStates, interfaceNameFrom, l4protocols, nfProtocols, tcpFlags} from './values.js';

const hex = (bytes: Bytes): string => `0x${bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')}`;

const macText = (bytes: Bytes): string => bytes.map(byte => byte.toString(16).padStart(2, '0')).join(':');

const bigEndian = (bytes: Bytes): number => bytes.reduce((value, byte) => (value * 256) + byte, 0);

const littleEndian = (bytes: Bytes): number => bigEndian(bytes.toReversed());

/** The word for a number where nft has one, else the number. */
const named = (words: Readonly<Record<string, number>>) => (bytes: Bytes): string => Object.keys(words).find(word => words[word] === bigEndian(bytes)) ?? String(bigEndian(bytes));

const nftProtocolNames = {icmp: l4protocols.icmp, tcp: l4protocols.tcp, udp: l4protocols.udp, 'ipv6-icmp': l4protocols.icmpv6};

const renderers: Readonly<Record<FieldName, (bytes: Bytes) => string>> = {
	'meta iifname': bytes => `"${interfaceNameFrom(bytes)}"`,
	'meta oifname': bytes => `"${interfaceNameFrom(bytes)}"`,
	'meta nfproto': named({ipv4: nfProtocols[4], ipv6: nfProtocols[6]}),
	'meta l4proto': named(nftProtocolNames),
	'meta pkttype': named({unicast: 0, broadcast: 1, multicast: 2}),
	'ct state': bytes => String(littleEndian(bytes)),
	'ether daddr': macText,
	'arp operation': named(arpOperations),
	'arp saddr ether': macText,
	'arp saddr ip': addressFromBytes,
	'arp daddr ip': addressFromBytes,
	'ip saddr': addressFromBytes,
	'ip daddr': addressFromBytes,
	'ip6 saddr': addressFromBytes,
	'ip6 daddr': addressFromBytes,
	'th sport': bytes => String(bigEndian(bytes)),
	'th dport': bytes => String(bigEndian(bytes)),
	'tcp flags': bytes => flagsText(tcpFlags, bigEndian(bytes)),
	'tcp sequence': bytes => String(bigEndian(bytes)),
	'icmp type': bytes => String(bigEndian(bytes)),
	'nd target': hex,
	'nd option': bytes => String(bigEndian(bytes)),
	'nd address': hex,
};

/** A value as nft's text writes it beside this field. */
export const renderValue = (field: FieldName, bytes: Bytes): string => renderers[field](bytes);

/** Flags by name, `0x..` for what has none. */
function flagsText(words: Readonly<Record<string, number>>, value: number, separator = '|'): string {
	const names = Object.keys(words).filter(word => Math.floor(value / words[word]!) % 2 === 1);
	const namedSum = names.reduce((sum, word) => sum + words[word]!, 0);
	return namedSum === value && names.length > 0 ? names.join(separator) : `0x${value.toString(16)}`;
}

export const renderStates = (mask: Bytes): string => flagsText(connectionStates, littleEndian(mask), ',');

const keyRenderers: Readonly<Record<SetKey, (bytes: Bytes) => string>> = {
	slot: bytes => String(littleEndian(bytes)),
	nf_proto: renderers['meta nfproto'],
	ipv4_addr: addressFromBytes,
	ipv6_addr: addressFromBytes,
};

export const renderKey = (key: SetKey, bytes: Bytes): string => keyRenderers[key](bytes);

export const renderVerdict = (verdict: Verdict): string => verdict.kind === 'goto' ? `goto ${verdict.chain}` : verdict.kind;
