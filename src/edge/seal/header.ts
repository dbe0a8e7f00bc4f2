/**
The clear part of a sealed datagram. It is authenticated with the rest, so none of it can be changed; it says which key opens the datagram. Big endian.

	 0  "fctl"            20  u64  incarnation
	 4  u8  format        28  8    salt of the sender's session
	 5  u8  sender        36  u64  sequence
	 6  u8  channel       44  ciphertext, as long as the plaintext
	 7  u8  reserved, 0   ..  16   tag
	 8  4   key id
	12  8   farm tag
*/

import {Buffer} from 'node:buffer';

export const magic = Buffer.from('fctl', 'latin1');
export const sealFormat = 1;
export const headerBytes = 44;
export const tagBytes = 16;
export const saltBytes = 8;
export const farmTagBytes = 8;
export const keyIdBytes = 4;

/**
What a datagram carries. Each channel has numbers, keys and a replay window of its own, so that one never disturbs another.
`heartbeat`: of the sender itself. `probe`: measures a network. `forwarded`: a heartbeat of a third node, sent on. `difference`: how configurations differ.
`letter`: a request to one node, and its answer.
*/
export const channels = {
	heartbeat: 0, probe: 1, forwarded: 2, difference: 3, letter: 4,
} as const;

export type Channel = typeof channels[keyof typeof channels];

export type SealHeader = {
	readonly sender: number;
	readonly channel: number;
	readonly keyId: Buffer;
	readonly farmTag: Buffer;
	readonly incarnation: number;
	readonly salt: Buffer;
	readonly sequence: number;
};

export function encodeHeader({sender, channel, keyId, farmTag, incarnation, salt, sequence}: SealHeader): Buffer {
	const bytes = Buffer.alloc(headerBytes);
	magic.copy(bytes, 0);
	bytes.writeUInt8(sealFormat, 4);
	bytes.writeUInt8(sender, 5);
	bytes.writeUInt8(channel, 6);
	keyId.copy(bytes, 8);
	farmTag.copy(bytes, 12);
	bytes.writeBigUInt64BE(BigInt(incarnation), 20);
	salt.copy(bytes, 28);
	bytes.writeBigUInt64BE(BigInt(sequence), 36);
	return bytes;
}

/** The fields of a header that is whole; numbers beyond 2^53 lose precision and are refused by the caller. */
export function decodeHeader(bytes: Buffer): SealHeader {
	return {
		sender: bytes.readUInt8(5),
		channel: bytes.readUInt8(6),
		keyId: bytes.subarray(8, 12),
		farmTag: bytes.subarray(12, 20),
		incarnation: Number(bytes.readBigUInt64BE(20)),
		salt: bytes.subarray(28, 36),
		sequence: Number(bytes.readBigUInt64BE(36)),
	};
}
