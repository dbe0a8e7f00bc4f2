/**
The kernel's hash of a client, so that anyone can say which slot a client is in without asking a kernel.

`jhash` is Bob Jenkins' lookup3 as in include/linux/jhash.h; the slot is what nft's `jhash KEY mod 2520 seed SEED` computes (net/netfilter/nft_hash.c):
`reciprocal_scale(jhash(key, length, seed), modulus)`. The key lies in nft registers of four bytes, in network order:

	client      saddr (4 or 16)
	connection  saddr (4 or 16) | source port (2) | 0 0
	network     saddr, host bits cleared: /24 (4) or /64 (16)

The kernel reads all but the last twelve bytes as words of its own byte order; this is the little-endian reading, that of every machine we support.
*/

import {addressToBytes, networkOf} from '../model/address.js';
import type {Affinity} from '../model/farm.js';
import {slotsCount} from '../model/slot-set.js';

/** Prefix lengths that the affinity `network` keeps. */
export const networkAffinityPrefix = {4: 24, 6: 64} as const;

type State = {a: number; b: number; c: number};

const initialValue = 0xDE_AD_BE_EF;
const blockBytes = 12;

/** The kernel's `jhash(bytes, length, seed)`, an unsigned 32-bit number. */
export function jhash(bytes: Uint8Array, seed: number): number {
	const start = (initialValue + bytes.length + seed) | 0;
	const state: State = {a: start, b: start, c: start};
	let offset = 0;
	for (; bytes.length - offset > blockBytes; offset += blockBytes) {
		addBlock(state, bytes, offset);
		mix(state);
	}

	if (bytes.length > offset) {
		addBlock(state, bytes, offset);
		finish(state);
	}

	return state.c >>> 0;
}

/** The kernel's `jhash_3words(a, b, c, seed)`, an unsigned 32-bit number. */
export function jhashWords(a: number, b: number, c: number, seed: number): number {
	const start = (initialValue + blockBytes + seed) | 0;
	const state: State = {a: (start + a) | 0, b: (start + b) | 0, c: (start + c) | 0};
	finish(state);
	return state.c >>> 0;
}

/** The kernel's `reciprocal_scale`: spreads 32 bits over 0 to `modulus - 1` by the high bits of the product, which is exact for a modulus of up to 2^21. */
export const reciprocalScale = (hash: number, modulus: number): number => Math.floor(hash * modulus / (2 ** 32));

/**
The slot of a client.

@param affinity - Of the rule.
@param address - Of the client: text, or four or sixteen bytes in network order. Text that is no address throws.
@param port - The client's port; only the affinity `connection` looks at it, and counts a missing one as 0.
@param seed - The farm's, unsigned 32 bits.
*/
export function slotOfClient(affinity: Affinity, address: string | Uint8Array, port: number | undefined, seed: number): number {
	const bytes = typeof address === 'string' ? addressToBytes(address) : address;
	return reciprocalScale(jhash(keyOf(affinity, bytes, port ?? 0), seed), slotsCount);
}

/** The bytes that are hashed, as the figure above shows them. */
export function keyOf(affinity: Affinity, address: Uint8Array, port: number): Uint8Array {
	switch (affinity) {
		case 'client': {
			return address;
		}

		case 'network': {
			return networkOf(address, networkAffinityPrefix[address.length === 4 ? 4 : 6]);
		}

		case 'connection': {
			return Uint8Array.of(...address, port >>> 8, port & 0xFF, 0, 0);
		}
	}
}

/** Adds twelve bytes to the state; bytes behind the end count as 0, which is what the kernel's switch over the rest amounts to. */
function addBlock(state: State, bytes: Uint8Array, offset: number): void {
	state.a = (state.a + word(bytes, offset)) | 0;
	state.b = (state.b + word(bytes, offset + 4)) | 0;
	state.c = (state.c + word(bytes, offset + 8)) | 0;
}

const word = (bytes: Uint8Array, offset: number): number =>
	(bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8) | ((bytes[offset + 2] ?? 0) << 16) | ((bytes[offset + 3] ?? 0) << 24);

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** `__jhash_mix`. */
function mix(state: State): void {
	let {a, b, c} = state;
	a = (a - c) ^ rotate(c, 4);
	c += b;
	b = (b - a) ^ rotate(a, 6);
	a += c;
	c = (c - b) ^ rotate(b, 8);
	b += a;
	a = (a - c) ^ rotate(c, 16);
	c += b;
	b = (b - a) ^ rotate(a, 19);
	a += c;
	c = (c - b) ^ rotate(b, 4);
	b += a;
	state.a = a | 0;
	state.b = b | 0;
	state.c = c | 0;
}

/** `__jhash_final`. */
function finish(state: State): void {
	let {a, b, c} = state;
	c = (c ^ b) - rotate(b, 14);
	a = (a ^ c) - rotate(c, 11);
	b = (b ^ a) - rotate(a, 25);
	c = (c ^ b) - rotate(b, 16);
	a = (a ^ c) - rotate(c, 4);
	b = (b ^ a) - rotate(a, 14);
	c = (c ^ b) - rotate(b, 24);
	state.a = a | 0;
	state.b = b | 0;
	state.c = c | 0;
}
