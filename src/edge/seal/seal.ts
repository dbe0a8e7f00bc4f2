/**
Seals and opens datagrams with the farm key: AES-256-GCM, the clear header as associated data (`header.ts`).

A nonce never repeats under one key. The key of a datagram is derived (`session.ts`) from the farm key, the sender, its incarnation, the channel and eight
random bytes that the sender draws for the channel when it starts; the nonce is the sequence number. So a node whose clock was set back, or that lost its
memory, seals under a new key even with an old incarnation; and a sealer that is handed a sequence number that is not larger than the channel's last draws
new random bytes.

What a receiver that has just started cannot know is whether an authentic datagram is an old one sent again: its memory is empty. Until the first
datagram of the sender's present incarnation arrives it accepts recorded ones of earlier lives. That is safe for what is built on it: a heartbeat of an old
life can neither acknowledge nor echo the receiver's present incarnation, which nobody knew then, so it can make no one claim a slot and prolongs no lease;
at worst it makes the receiver wait for a node that is not there. From the first present datagram on, older incarnations are refused as replays.
*/

import {Buffer} from 'node:buffer';
import {createHash, randomBytes} from 'node:crypto';
import {
	channels,
	decodeHeader,
	encodeHeader,
	farmTagBytes,
	headerBytes,
	keyIdBytes,
	magic,
	saltBytes,
	sealFormat,
	tagBytes,
	type Channel,
	type SealHeader,
} from './header.js';
import {createReplayWindow, type ReplayWindow} from './replay-window.js';
import {
	decrypt,
	encrypt,
	sessionOf,
	tagOf,
	type FarmKey,
	type Session,
} from './session.js';

/** What a datagram gains in length. */
export const sealBytes = headerBytes + tagBytes;

/**
`truncated`: too short to be one of ours. `foreign`: not farmctl's, or another farm's. `version`: of a format this program does not speak. `channel`: of a
kind it does not know. `key`: sealed with a key that is not among ours. `forged`: not what the sender sealed. `duplicate`: accepted before, a copy by another
network. `replay`: of an earlier life of the sender, or far behind what it sent since.
*/
export const sealRejections = ['truncated', 'foreign', 'version', 'channel', 'key', 'forged', 'duplicate', 'replay'] as const;
export type SealRejection = (typeof sealRejections)[number];

/** Which datagram it is: no two of a farm have all four in common. */
export type DatagramName = {readonly sender: number; readonly channel: Channel; readonly incarnation: number; readonly sequence: number};

export type OpenResult =
	| DatagramName & {readonly ok: true; readonly plaintext: Buffer; readonly keyId: string}
	/** `keyId` is there for `key`, and is what the datagram claims. `copyOf` is there only when the header and the tag are those of a datagram that was accepted: it came again, by whatever network. */
	| {readonly ok: false; readonly reason: SealRejection; readonly copyOf?: DatagramName; readonly keyId?: string};

/** How a datagram came: from its sender, or inside one of a third node. Both may bring the same one, and each counts its copies for itself. */
export type Route = 'direct' | 'forwarded';

export type Sealer = {
	/** The sealed datagram. Incarnation and sequence are whole numbers from 0 to 2^53 - 1; each channel counts for itself. */
	seal: (channel: Channel, plaintext: Uint8Array, incarnation: number, sequence: number) => Buffer;
	/** Never throws. The caller compares the sender with the one that the plaintext names. */
	open: (datagram: Uint8Array, route?: Route) => OpenResult;
	/**
	From now on the first of these seals and all of them open; what was accepted before stays known, so that nothing can be sent again and nothing is lost.
	Throws a TypeError when there is none.
	*/
	useKeys: (keys: readonly Uint8Array[]) => void;
	keyIds: () => KeyIds;
	/** What `keyIds` would say of these; at least one. */
	idsOf: (keys: readonly Uint8Array[]) => KeyIds;
};

/** Digests that tell keys apart and nothing of their secrets: eight hexadecimal digits each. */
export type KeyIds = {
	readonly sealing: string;
	/** All that open, the sealing one first. */
	readonly accepted: readonly string[];
};

export type SealerOptions = {
	/** At least one, of any length that is hard to guess: the first seals, all open. */
	readonly keys: readonly Uint8Array[];
	/** The farm's name. */
	readonly farm: string;
	/** This node's id, 1 to 255. */
	readonly self: number;
};

/** What a sealer remembers of a channel it sends on. */
type Sending = {readonly salt: Buffer; readonly session: Session; readonly incarnation: number; readonly sequence: number};

/** What it remembers of a sender and channel that it has opened a datagram of. */
type Receiving = {readonly session: Session; readonly window: ReplayWindow};

/** Creates a sealer with an empty memory and sessions of its own. Throws a TypeError when there is no key. */
export function createSealer({keys, farm, self}: SealerOptions): Sealer {
	let farmKeys = farmKeysOf(keys);
	const farmTag = digest('farmctl farm', Buffer.from(farm, 'utf8'), farmTagBytes);
	const sending = new Map<Channel, Sending>();
	const receiving = new Map<string, Receiving>();

	return {
		seal(channel, plaintext, incarnation, sequence) {
			const [sealingKey] = farmKeys;
			const last = sending.get(channel);
			const isRepeated = last === undefined || (incarnation === last.incarnation && sequence <= last.sequence);
			const salt = isRepeated ? randomBytes(saltBytes) : last.salt;
			const header = {
				sender: self, channel, keyId: sealingKey.id, farmTag, incarnation, salt, sequence,
			};
			const session = sessionOf(sealingKey, header, last?.session);
			sending.set(channel, {
				salt, session, incarnation, sequence,
			});
			return encrypt(session, sequence, encodeHeader(header), plaintext);
		},
		open(datagram, route = 'direct') {
			const bytes = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength);
			const inspected = inspect(bytes, farmTag);
			if (typeof inspected === 'string') {
				return {ok: false, reason: inspected};
			}

			const {header, name} = inspected;
			const {sender, channel, incarnation, sequence} = name;
			const place = `${sender} ${channel} ${route}`;
			const known = receiving.get(place);
			if (known?.window.isCopy(incarnation, sequence, tagOf(bytes))) {
				return {ok: false, reason: 'duplicate', copyOf: name};
			}

			const key = farmKeys.find(({id}) => id.equals(header.keyId));
			if (key === undefined) {
				return {ok: false, reason: 'key', keyId: header.keyId.toString('hex')};
			}

			const session = sessionOf(key, header, known?.session);
			const plaintext = decrypt(session, sequence, bytes);
			if (plaintext === undefined) {
				return {ok: false, reason: 'forged'};
			}

			const {window} = known ?? {window: createReplayWindow()};
			receiving.set(place, {session, window});
			const verdict = window.accept(incarnation, sequence, tagOf(bytes));
			return verdict === 'new'
				? {
					ok: true, ...name, plaintext, keyId: header.keyId.toString('hex'),
				}
				: {ok: false, reason: verdict};
		},
		useKeys(next) {
			farmKeys = farmKeysOf(next);
		},
		keyIds: () => keyIdsOf(farmKeys),
		idsOf: next => keyIdsOf(farmKeysOf(next)),
	};
}

function farmKeysOf(keys: readonly Uint8Array[]): readonly [FarmKey, ...FarmKey[]] {
	const [first, ...others] = keys.map(secret => ({id: digest('farmctl key id', secret, keyIdBytes), secret}));
	if (first === undefined) {
		throw new TypeError('A sealer needs at least one key.');
	}

	return [first, ...others];
}

const keyIdsOf = (keys: readonly [FarmKey, ...FarmKey[]]): KeyIds => ({sealing: keys[0].id.toString('hex'), accepted: keys.map(({id}) => id.toString('hex'))});

/** The header, or what is wrong with the datagram as far as can be seen without a key. */
function inspect(bytes: Buffer, farmTag: Buffer): SealRejection | {readonly header: SealHeader; readonly name: DatagramName} {
	if (bytes.length < sealBytes) {
		return 'truncated';
	}

	if (bytes.compare(magic, 0, magic.length, 0, magic.length) !== 0) {
		return 'foreign';
	}

	if (bytes[4] !== sealFormat) {
		return 'version';
	}

	const header = decodeHeader(bytes);
	if (!header.farmTag.equals(farmTag)) {
		return 'foreign';
	}

	const {sender, channel, incarnation, sequence} = header;
	if (!isChannel(channel)) {
		return 'channel';
	}

	return Number.isSafeInteger(incarnation) && Number.isSafeInteger(sequence)
		? {
			header, name: {
				sender, channel, incarnation, sequence,
			},
		}
		: 'forged';
}

const isChannel = (channel: number): channel is Channel => knownChannels.has(channel);
const knownChannels: ReadonlySet<number> = new Set(Object.values(channels));

const digest = (context: string, content: Uint8Array, size: number): Buffer =>
	createHash('sha256').update(context).update('\0').update(content).digest().subarray(0, size);
