/**
The keys that datagrams are sealed with, derived (HKDF-SHA-256, RFC 5869) from the farm key, and the AES-256-GCM under them. The nonce is the sequence
number: it never repeats under one key, because sender, incarnation, channel and the sender's random salt all go into the key.
*/

import {Buffer} from 'node:buffer';
import {
	createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject,
} from 'node:crypto';
import {headerBytes, tagBytes, type SealHeader} from './header.js';

export type FarmKey = {readonly id: Buffer; readonly secret: Uint8Array};

type SessionHeader = Omit<SealHeader, 'sequence'>;

/** The key is a KeyObject, since a cipher takes four times as long to begin with the bytes of one. */
export type Session = {readonly header: SessionHeader; readonly key: KeyObject};

/** The session that the header names: the known one if it is that. */
export function sessionOf({secret}: FarmKey, header: SessionHeader, known: Session | undefined): Session {
	if (known !== undefined && isSameSession(known.header, header)) {
		return known;
	}

	const {sender, channel, incarnation, farmTag, salt, keyId} = header;
	const context = Buffer.from(`farmctl session 1 ${sender} ${incarnation} ${channel}`, 'latin1');
	const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, Buffer.concat([farmTag, salt]), context, 32)));
	return {
		key,
		// Copies: the header may be a view of a buffer that is used again.
		header: {
			sender, channel, incarnation, farmTag: Buffer.from(farmTag), salt: Buffer.from(salt), keyId: Buffer.from(keyId),
		},
	};
}

const isSameSession = (a: SessionHeader, b: SessionHeader): boolean => a.sender === b.sender && a.channel === b.channel && a.incarnation === b.incarnation
	&& a.salt.equals(b.salt) && a.keyId.equals(b.keyId);

/** The clear header, the ciphertext and the tag. */
export function encrypt({key}: Session, sequence: number, clear: Buffer, plaintext: Uint8Array): Buffer {
	const cipher = createCipheriv('aes-256-gcm', key, nonceOf(sequence));
	cipher.setAAD(clear);
	return Buffer.concat([clear, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The plaintext of a datagram; undefined when anything in it is not as it was sealed. */
export function decrypt({key}: Session, sequence: number, datagram: Buffer): Buffer | undefined {
	const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(sequence), {authTagLength: tagBytes});
	decipher.setAAD(datagram.subarray(0, headerBytes));
	decipher.setAuthTag(tagOf(datagram));
	try {
		return Buffer.concat([decipher.update(datagram.subarray(headerBytes, datagram.length - tagBytes)), decipher.final()]);
	} catch {
		return undefined;
	}
}

/** Its last bytes. */
export const tagOf = (datagram: Buffer): Buffer => datagram.subarray(datagram.length - tagBytes);

function nonceOf(sequence: number): Buffer {
	const nonce = Buffer.alloc(12);
	nonce.writeBigUInt64BE(BigInt(sequence), 4);
	return nonce;
}
