/** Datagrams that no node may accept, made from real ones by a seed: the same seed makes the same. */

import {Buffer} from 'node:buffer';
import {heartbeatFormat} from '../../src/core/protocol/heartbeat.js';
import {encodeHeartbeat} from '../../src/core/protocol/encode.js';
import type {Random} from '../../src/core/simulation/random.js';
import {channels, headerBytes} from '../../src/edge/seal/header.js';
import {createSealer} from '../../src/edge/seal/seal.js';
import {heartbeatOf} from '../core/membership/single.js';
import {
	absentId, farmKey, farmName, firstIncarnation,
} from './farm.js';

export const datagramKinds = [
	'random', 'headed', 'truncated', 'extended', 'flipped', 'mutated', 'spliced', 'replayed', 'reflected', 'wrongly keyed', 'of another farm', 'of an old life', 'of a stranger with the key',
	'nonsense with the key',
] as const;

export type DatagramKind = (typeof datagramKinds)[number];

export type Recording = {
	/** What the target has accepted. */
	readonly received: readonly Uint8Array[];
	/** What it sent itself. */
	readonly sent: readonly Uint8Array[];
};

const lengthMax = 1500;

/** Of no node of the farm. */
const strangerId = 9;

/** A maker of hostile datagrams. */
export function createHostility(random: Random, {received, sent}: Recording): (kind: DatagramKind) => Uint8Array {
	const bytes = (length: number): Buffer => randomBytes(random, length);
	const real = (): Buffer => Buffer.from(random.pick(received));
	const wrong = createSealer({keys: [Buffer.alloc(32, 8)], farm: farmName, self: 2});
	const foreign = createSealer({keys: [farmKey], farm: 'mail', self: 2});
	const old = createSealer({keys: [farmKey], farm: farmName, self: 2});
	const stranger = createSealer({keys: [farmKey], farm: farmName, self: strangerId});
	const absent = createSealer({keys: [farmKey], farm: farmName, self: absentId});
	let sequence = 0;
	const makers: Readonly<Record<DatagramKind, () => Uint8Array>> = {
		random: () => bytes(random.whole(0, lengthMax)),
		headed: () => Buffer.concat([real().subarray(0, random.whole(1, headerBytes)), bytes(random.whole(0, 200))]),
		truncated() {
			const datagram = real();
			return datagram.subarray(0, random.whole(0, datagram.length - 1));
		},
		extended: () => Buffer.concat([real(), bytes(random.whole(1, 40))]),
		flipped() {
			const datagram = real();
			datagram[random.whole(0, datagram.length - 1)]! ^= 2 ** random.whole(0, 7);
			return datagram;
		},
		mutated() {
			const datagram = real();
			const at = random.whole(0, datagram.length - 1);
			bytes(random.whole(1, 16)).copy(datagram, at);
			datagram[at]! ^= 1;
			return Buffer.from(random.pick(received)).equals(datagram) ? datagram.subarray(1) : datagram;
		},
		spliced() {
			const at = random.whole(1, headerBytes);
			return spliced(real(), real(), at);
		},
		replayed: () => real(),
		reflected: () => random.pick(sent),
		'wrongly keyed': () => wrong.seal(channels.heartbeat, bytes(100), firstIncarnation + 2, sequence++),
		'of another farm': () => foreign.seal(channels.heartbeat, bytes(100), firstIncarnation + 2, sequence++),
		'of an old life': () => old.seal(channels.heartbeat, bytes(100), firstIncarnation - random.whole(1, 1000), sequence++),
		'of a stranger with the key'() {
			sequence++;
			return stranger.seal(channels.heartbeat, wholeHeartbeat(strangerId, sequence), firstIncarnation, sequence);
		},
		'nonsense with the key'() {
			sequence++;
			return random.chance(0.7)
				? absent.seal(channels.heartbeat, nonsense(random, sequence), firstIncarnation, sequence)
				: absent.seal(random.pick([channels.probe, channels.forwarded]), bytes(random.whole(0, 200)), firstIncarnation, sequence);
		},
	};
	return kind => makers[kind]();
}

/** Four at a time: a million datagrams are a gigabyte. */
function randomBytes(random: Random, length: number): Buffer {
	const bytes = Buffer.alloc(Math.ceil(length / 4) * 4);
	for (let at = 0; at < bytes.length; at += 4) {
		bytes.writeUInt32BE(Math.floor(random.next() * (2 ** 32)), at);
	}

	return bytes.subarray(0, length);
}

/** The clear part of one and the sealed part of another; of a datagram with itself nothing would be wrong. */
function spliced(a: Buffer, b: Buffer, at: number): Buffer {
	const joined = Buffer.concat([a.subarray(0, at), b.subarray(at)]);
	return joined.equals(a) || joined.equals(b) ? joined.subarray(0, -1) : joined;
}

const wholeHeartbeat = (sender: number, sequence: number): Uint8Array => encodeHeartbeat(heartbeatOf(sender, {incarnation: firstIncarnation, sequence}));

/** What the absent node may seal and nobody may believe: bytes, spoilt heartbeats, and a whole one of another node. */
function nonsense(random: Random, sequence: number): Uint8Array {
	const whole = wholeHeartbeat(absentId, sequence);
	switch (random.whole(0, 3)) {
		case 0: {
			return whole.map((_, at) => at === 0 ? random.whole(heartbeatFormat + 1, 255) : random.whole(0, 255));
		}

		case 1: {
			return whole.subarray(0, random.whole(0, whole.length - 1));
		}

		case 2: {
			return whole.with(random.pick([2, 3, 4, 40, 46, 47]), 255);
		}

		default: {
			return wholeHeartbeat(2, sequence);
		}
	}
}
