/**
The hash of iptables' HMARK target (net/netfilter/xt_HMARK.c), so that anyone can say which slot a client is in without asking a kernel.

HMARK folds an address into one word, puts the smaller of source and destination first, then hashes them with the ports. Our rules mask the destination
away, and both ports but for the affinity `connection`, so what is hashed are the three words

	0 | source address, IPv6: its four words joined by XOR | source port * 65536

The fold is weak by design: IPv6 clients whose words differ in the same bits share a slot. What is left of it is spread evenly.
*/

import {addressToBytes} from '../model/address.js';
import type {Affinity} from '../model/farm.js';
import {slotsCount} from '../model/slot-set.js';
import {jhashWords, networkAffinityPrefix, reciprocalScale} from './jhash.js';

const wordBytes = 4;

/**
The slot of a client where the back end is iptables.

@param affinity - Of the rule.
@param address - Of the client: text, or four or sixteen bytes in network order. Text that is no address throws.
@param port - The client's port; only the affinity `connection` looks at it, and counts a missing one as 0.
@param seed - The farm's, unsigned 32 bits.
*/
export function hmarkSlotOfClient(affinity: Affinity, address: string | Uint8Array, port: number | undefined, seed: number): number {
	const bytes = typeof address === 'string' ? addressToBytes(address) : address;
	return reciprocalScale(hmarkOfClient(affinity, bytes, port ?? 0, seed), slotsCount);
}

/** What HMARK makes of the client before it is brought down to a slot, an unsigned 32-bit number; the address in four or sixteen bytes. */
export const hmarkOfClient = (affinity: Affinity, address: Uint8Array, port: number, seed: number): number => jhashWords(...hmarkWords(affinity, address, port), seed);

/** The three words that are hashed, signed or not. */
export function hmarkWords(affinity: Affinity, address: Uint8Array, port: number): [number, number, number] {
	const kept = affinity === 'network' ? networkAffinityPrefix[address.length === 4 ? 4 : 6] / 8 : address.length;
	return [0, foldedAddress(address, kept), affinity === 'connection' ? port << 16 : 0];
}

/** The words of the address joined by XOR, in the byte order of the machine; bytes from `kept` on count as 0. */
function foldedAddress(bytes: Uint8Array, kept: number): number {
	let word = 0;
	for (let index = 0; index < kept; index++) {
		word ^= bytes[index]! << (8 * (wordBytes - 1 - (index % wordBytes)));
	}

	return word;
}
