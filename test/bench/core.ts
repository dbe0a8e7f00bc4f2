/** What the daemon's own code costs for each heartbeat: for information, without a promise. */

import {Buffer} from 'node:buffer';
import {createCipheriv, createDecipheriv, randomBytes} from 'node:crypto';
import {ownersOf} from '../../src/core/assignment/owners.js';
import {decodeHeartbeat} from '../../src/core/protocol/decode.js';
import {encodeHeartbeat} from '../../src/core/protocol/encode.js';
import type {Heartbeat} from '../../src/core/protocol/heartbeat.js';
import {channels} from '../../src/edge/seal/header.js';
import {createSealer} from '../../src/edge/seal/seal.js';
import {loopUs, median} from './measure.js';
import {runQuietFarm} from './quiet-farm.js';
import {inUs, type Part, type Row} from './result.js';

const cipherName = 'aes-256-gcm';
const secret = randomBytes(32);
const nonceBytes = 12;

export const core: Part = {
	title: 'core',
	whyNot: () => undefined,
	async run({isShort}) {
		return [3, 10].flatMap(nodesCount => rowsFor(nodesCount, isShort));
	},
};

function rowsFor(nodesCount: number, isShort: boolean): Row[] {
	const loop = {runs: isShort ? 5 : 11, calls: 1000};
	const {stepUs, heartbeat} = runQuietFarm(nodesCount, isShort ? 2000 : 5000);
	const plaintext = encodeHeartbeat(heartbeat);
	const cipherUs = loopUs(() => {
		encrypt(plaintext);
	}, loop);
	const against = `AES-GCM alone, ${plaintext.length} bytes: ${inUs(cipherUs)}`;
	const row = (what: string, us: number): Row => ({
		what: `${what}, ${nodesCount} nodes`, measured: inUs(us), against, ratio: us / cipherUs,
	});
	const members = Array.from({length: nodesCount}, (_, index) => ({id: index + 1, weight: 1}));
	return [
		row('core: a heartbeat heard, nothing changes', median(stepUs.get('heard')!)),
		row('core: a heartbeat due, nothing changes', median(stepUs.get('tick')!)),
		row('encode and seal a heartbeat', sealUs(heartbeat, loop)),
		openRow(heartbeat, loop, nodesCount),
		row('owners of all slots', loopUs(() => {
			ownersOf(members);
		}, {...loop, calls: 50})),
	];
}

const sealer = (self: number) => createSealer({keys: [secret], farm: 'bench', self});

function sealUs(heartbeat: Heartbeat, loop: {readonly runs: number; readonly calls: number}): number {
	const {seal} = sealer(1);
	let sequence = 0;
	return loopUs(() => {
		seal(channels.heartbeat, encodeHeartbeat(heartbeat), heartbeat.incarnation, ++sequence);
	}, loop);
}

/** Every datagram is opened once: a second time it would be refused. */
function openRow(heartbeat: Heartbeat, loop: {readonly runs: number; readonly calls: number}, nodesCount: number): Row {
	const sender = sealer(1);
	const plaintext = encodeHeartbeat(heartbeat);
	const datagrams = Array.from({length: (loop.runs + 1) * loop.calls}, (_, index) => sender.seal(channels.heartbeat, plaintext, heartbeat.incarnation, index + 1));
	const receiver = sealer(2);
	let next = 0;
	const us = loopUs(() => {
		const opened = receiver.open(datagrams[next++]!);
		if (!opened.ok || !decodeHeartbeat(opened.plaintext).ok) {
			throw new Error('a heartbeat did not come through its seal');
		}
	}, loop);
	const sealed = encrypt(plaintext);
	const decipherUs = loopUs(() => {
		decrypt(sealed);
	}, loop);
	return {
		what: `open and decode a heartbeat, ${nodesCount} nodes`, measured: inUs(us), against: `AES-GCM alone, ${plaintext.length} bytes: ${inUs(decipherUs)}`, ratio: us / decipherUs,
	};
}

type Encrypted = {readonly nonce: Uint8Array; readonly bytes: Uint8Array; readonly tag: Uint8Array};

function encrypt(plaintext: Uint8Array): Encrypted {
	const nonce = Buffer.alloc(nonceBytes);
	const cipher = createCipheriv(cipherName, secret, nonce);
	const bytes = Buffer.concat([cipher.update(plaintext), cipher.final()]);
	return {nonce, bytes, tag: cipher.getAuthTag()};
}

function decrypt({nonce, bytes, tag}: Encrypted): Uint8Array {
	const decipher = createDecipheriv(cipherName, secret, nonce);
	decipher.setAuthTag(tag);
	return Buffer.concat([decipher.update(bytes), decipher.final()]);
}
