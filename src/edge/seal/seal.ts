/**
Seals and opens datagrams with the farm key: AES-256-GCM, the clear header as associated data (`header.ts`).

A nonce never repeats under one key. The key of a datagram is derived (HKDF-SHA-256, RFC 5869) from the farm key, the sender, its incarnation and eight
random bytes that it draws when it starts; the nonce is the sequence number. So a node whose clock was set back, or that lost its memory, seals under a new
key even with an old incarnation; and a sealer that is handed a sequence number that is not larger than the last draws new random bytes.

What a receiver that has just started cannot know is whether an authentic datagram is an old one sent again: its memory is empty. Until the first
datagram of the sender's present incarnation arrives it accepts recorded ones of earlier lives. That is safe for what is built on it: a heartbeat of an old
life can neither acknowledge nor echo the receiver's present incarnation, which nobody knew then, so it can make no one claim a slot and prolongs no lease;
at worst it makes the receiver wait for a node that is not there. From the first present datagram on, older incarnations are refused as replays.
*/

import {Buffer} from 'node:buffer';
import {
	createCipheriv,
	createDecipheriv,
	createHash,
	hkdfSync,
	randomBytes,
} from 'node:crypto';
import {
	decodeHeader,
	encodeHeader,
	farmTagBytes,
	headerBytes,
	keyIdBytes,
	magic,
	saltBytes,
	sealFormat,
	tagBytes,
	type SealHeader,
} from './header.js';
import {createReplayWindow, type ReplayWindow} from './replay-window.js';

/** What a datagram gains in length. */
export const sealBytes = headerBytes + tagBytes;

/**
`truncated`: too short to be one of ours. `foreign`: not farmctl's, or another farm's. `version`: of a format this program does not speak. `key`: sealed with
a key that is not among ours. `forged`: not what the sender sealed. `duplicate`: accepted before, a copy by another network. `replay`: of an earlier life of
the sender, or far behind what it sent since.
*/
export type SealRejection = 'truncated' | 'foreign' | 'version' | 'key' | 'forged' | 'duplicate' | 'replay';

export type OpenResult =
	| {readonly ok: true; readonly sender: number; readonly incarnation: number; readonly sequence: number; readonly plaintext: Buffer}
	| {readonly ok: false; readonly reason: SealRejection};

export type Sealer = {
	/** The sealed datagram. Incarnation and sequence are whole numbers from 0 to 2^53 - 1. */
	seal: (plaintext: Uint8Array, incarnation: number, sequence: number) => Buffer;
	/** Never throws. The caller compares the sender with the one that the plaintext names. */
	open: (datagram: Uint8Array) => OpenResult;
};

export type SealerOptions = {
	/** At least one, of any length that is hard to guess: the first seals, all open. */
	readonly keys: readonly Uint8Array[];
	/** The farm's name. */
	readonly farm: string;
	/** This node's id, 1 to 255. */
	readonly self: number;
};

type FarmKey = {readonly id: Buffer; readonly secret: Uint8Array};
type Session = {readonly name: string; readonly key: Buffer};

/** Creates a sealer with an empty memory and a session of its own. Throws a TypeError when there is no key. */
export function createSealer({keys, farm, self}: SealerOptions): Sealer {
	const farmKeys = keys.map(secret => ({id: digest('farmctl key id', secret, keyIdBytes), secret}));
	const [sealingKey] = farmKeys;
	if (sealingKey === undefined) {
		throw new TypeError('A sealer needs at least one key.');
	}

	const farmTag = digest('farmctl farm', Buffer.from(farm, 'utf8'), farmTagBytes);
	const opened = new Map<number, Session>();
	const windows = new Map<number, ReplayWindow>();
	let salt = randomBytes(saltBytes);
	let session: Session | undefined;
	let last = {incarnation: -1, sequence: -1};

	return {
		seal(plaintext, incarnation, sequence) {
			if (incarnation === last.incarnation && sequence <= last.sequence) {
				salt = randomBytes(saltBytes);
			}

			last = {incarnation, sequence};
			const header = {
				sender: self, keyId: sealingKey.id, farmTag, incarnation, salt, sequence,
			};
			session = sessionOf(sealingKey, header, session);
			const clear = encodeHeader(header);
			const cipher = createCipheriv('aes-256-gcm', session.key, nonceOf(sequence));
			cipher.setAAD(clear);
			return Buffer.concat([clear, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
		},
		open(datagram) {
			const bytes = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength);
			const refusal = inspect(bytes, farmTag);
			if (refusal !== undefined) {
				return {ok: false, reason: refusal};
			}

			const header = decodeHeader(bytes);
			const key = farmKeys.find(({id}) => id.equals(header.keyId));
			if (key === undefined) {
				return {ok: false, reason: 'key'};
			}

			const theirs = sessionOf(key, header, opened.get(header.sender));
			const plaintext = decrypt(theirs.key, header, bytes);
			if (plaintext === undefined) {
				return {ok: false, reason: 'forged'};
			}

			opened.set(header.sender, theirs);
			const window = windows.get(header.sender) ?? createReplayWindow();
			windows.set(header.sender, window);
			const verdict = window.accept(header.incarnation, header.sequence);
			const {sender, incarnation, sequence} = header;
			return verdict === 'new'
				? {
					ok: true, sender, incarnation, sequence, plaintext,
				}
				: {ok: false, reason: verdict};
		},
	};
}

/** What is wrong with the datagram as far as can be seen without a key. */
function inspect(bytes: Buffer, farmTag: Buffer): SealRejection | undefined {
	if (bytes.length < sealBytes) {
		return 'truncated';
	}

	if (!bytes.subarray(0, magic.length).equals(magic)) {
		return 'foreign';
	}

	if (bytes[4] !== sealFormat) {
		return 'version';
	}

	const header = decodeHeader(bytes);
	if (!header.farmTag.equals(farmTag)) {
		return 'foreign';
	}

	return Number.isSafeInteger(header.incarnation) && Number.isSafeInteger(header.sequence) ? undefined : 'forged';
}

function sessionOf({id, secret}: FarmKey, {sender, incarnation, salt, farmTag}: SealHeader, known: Session | undefined): Session {
	const name = `${id.toString('hex')} ${sender} ${incarnation} ${salt.toString('hex')}`;
	if (known?.name === name) {
		return known;
	}

	const context = Buffer.from(`farmctl session 1 ${sender} ${incarnation}`, 'latin1');
	return {name, key: Buffer.from(hkdfSync('sha256', secret, Buffer.concat([farmTag, salt]), context, 32))};
}

function decrypt(key: Buffer, {sequence}: SealHeader, bytes: Buffer): Buffer | undefined {
	const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(sequence), {authTagLength: tagBytes});
	decipher.setAAD(bytes.subarray(0, headerBytes));
	decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
	try {
		return Buffer.concat([decipher.update(bytes.subarray(headerBytes, bytes.length - tagBytes)), decipher.final()]);
	} catch {
		return undefined;
	}
}

function nonceOf(sequence: number): Buffer {
	const nonce = Buffer.alloc(12);
	nonce.writeBigUInt64BE(BigInt(sequence), 4);
	return nonce;
}

const digest = (context: string, content: Uint8Array, size: number): Buffer =>
	createHash('sha256').update(context).update('\0').update(content).digest().subarray(0, size);
