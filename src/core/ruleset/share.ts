/**
The key of the distribution hash, and the rules that hash. The slot never touches the packet's mark: the hash feeds the lookup directly, so marks that
the host's own firewall uses stay as they are.

	affinity     key, in network order
	client       source address
	connection   source address, source port, two zero bytes
	network      source address with all behind /24 or /64 cleared
*/

import type {AddressFamily, Affinity} from '../model/farm.js';
import {networkAffinityPrefix} from '../hash/jhash.js';
import {slotsCount} from '../model/slot-set.js';
import type {FieldName, KeyPart, Statement} from './model.js';
import {prefixMask} from './values.js';

/** The registers of the hash; `slotOfClient` computes the same from an address and a port. */
export function shareKey(affinity: Affinity, family: AddressFamily): KeyPart[] {
	const field: FieldName = family === 4 ? 'ip saddr' : 'ip6 saddr';
	if (affinity === 'network') {
		return [{field, mask: prefixMask(networkAffinityPrefix[family], family === 4 ? 4 : 16)}];
	}

	return affinity === 'client' ? [{field}] : [{field}, {field: 'th sport'}];
}

/** Looks the packet's slot up in a map of verdicts or in a set. */
export function hashInto(into: 'map' | 'set', name: string, share: {readonly affinity: Affinity; readonly family: AddressFamily; readonly seed: number}): Statement {
	return {kind: 'hash', key: shareKey(share.affinity, share.family), modulus: slotsCount, seed: share.seed, into, name};
}
