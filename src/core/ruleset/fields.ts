/**
Where each field stands: in the packet, or in what the kernel knows about it. Offsets are those of the protocols' headers (RFC 826, 791, 8200, 4861,
9293); key numbers are `enum nft_meta_keys` and `enum nft_ct_keys` of `include/uapi/linux/netfilter/nf_tables.h`.
*/

import type {FieldName, TableFamily} from './model.js';

export type PayloadBase = 'link' | 'network' | 'transport';

/** How a checksum follows when the field is overwritten: of the message itself at an offset, or of the transport header through the pseudo-header. */
export type Checksum = {readonly kind: 'message'; readonly offset: number} | {readonly kind: 'pseudo-header'};

export type FieldPlace =
	| {readonly load: 'meta' | 'ct'; readonly key: number; readonly length: number}
	| {readonly load: 'payload'; readonly families: readonly TableFamily[]; readonly base: PayloadBase; readonly offset: number; readonly length: number; readonly checksum?: Checksum};

const inet: readonly TableFamily[] = ['inet'];
const arp: readonly TableFamily[] = ['arp'];
const netdev: readonly TableFamily[] = ['netdev'];

export const interfaceNameBytes = 16;

export const fieldPlaces: Readonly<Record<FieldName, FieldPlace>> = {
	'meta iifname': {load: 'meta', key: 6, length: interfaceNameBytes},
	'meta oifname': {load: 'meta', key: 7, length: interfaceNameBytes},
	'meta nfproto': {load: 'meta', key: 15, length: 1},
	'meta l4proto': {load: 'meta', key: 16, length: 1},
	'meta pkttype': {load: 'meta', key: 19, length: 1},
	'ct state': {load: 'ct', key: 0, length: 4},
	'ether daddr': {load: 'payload', families: netdev, base: 'link', offset: 0, length: 6},
	'arp operation': {load: 'payload', families: arp, base: 'network', offset: 6, length: 2},
	'arp saddr ether': {load: 'payload', families: arp, base: 'network', offset: 8, length: 6},
	'arp saddr ip': {load: 'payload', families: arp, base: 'network', offset: 14, length: 4},
	'arp daddr ip': {load: 'payload', families: arp, base: 'network', offset: 24, length: 4},
	'ip saddr': {load: 'payload', families: inet, base: 'network', offset: 12, length: 4},
	'ip daddr': {load: 'payload', families: inet, base: 'network', offset: 16, length: 4},
	'ip6 saddr': {load: 'payload', families: inet, base: 'network', offset: 8, length: 16, checksum: {kind: 'pseudo-header'}},
	'ip6 daddr': {load: 'payload', families: inet, base: 'network', offset: 24, length: 16},
	'th sport': {load: 'payload', families: inet, base: 'transport', offset: 0, length: 2},
	'th dport': {load: 'payload', families: inet, base: 'transport', offset: 2, length: 2},
	'tcp flags': {load: 'payload', families: inet, base: 'transport', offset: 13, length: 1},
	'tcp sequence': {load: 'payload', families: inet, base: 'transport', offset: 4, length: 4},
	'icmp type': {load: 'payload', families: inet, base: 'transport', offset: 0, length: 1},
	'nd target': {load: 'payload', families: inet, base: 'transport', offset: 8, length: 16},
	'nd option': {load: 'payload', families: inet, base: 'transport', offset: 24, length: 1},
	'nd address': {load: 'payload', families: inet, base: 'transport', offset: 26, length: 6, checksum: {kind: 'message', offset: 2}},
};

const entries = Object.entries(fieldPlaces) as ReadonlyArray<readonly [FieldName, FieldPlace]>;

type Load =
	| {readonly load: 'meta' | 'ct'; readonly key: number}
	| {readonly load: 'payload'; readonly base: PayloadBase; readonly offset: number; readonly length: number};

/** The field that a load of this kind reads in a table of the family, or nothing when no rule of ours looks there. */
export function fieldAt(family: TableFamily, load: Load): FieldName | undefined {
	const found = entries.find(([, place]) => {
		if (place.load === 'payload') {
			return load.load === 'payload' && place.families.includes(family) && place.base === load.base && place.offset === load.offset && place.length === load.length;
		}

		return place.load === load.load && place.key === load.key;
	});
	return found?.[0];
}
