import {Buffer} from 'node:buffer';
import test from 'ava';
import fc from 'fast-check';
import {heartbeatBytesMax} from '../../../src/core/protocol/heartbeat.js';
import {channels, headerBytes} from '../../../src/edge/seal/header.js';
import {windowSize} from '../../../src/edge/seal/replay-window.js';
import {createSealer, sealBytes, type OpenResult} from '../../../src/edge/seal/seal.js';

const key = Buffer.alloc(32, 7);
const otherKey = Buffer.alloc(32, 8);
const text = Buffer.from('a heartbeat');
const sealer = (keys: readonly Uint8Array[] = [key], farm = 'web', self = 1) => createSealer({keys, farm, self});
const reasonOf = (result: OpenResult): string => result.ok ? 'ok' : result.reason;

test('what one node seals another opens', t => {
	fc.assert(fc.property(fc.uint8Array({maxLength: heartbeatBytesMax}), fc.maxSafeNat(), fc.maxSafeNat(), (plaintext, incarnation, sequence) => {
		const result = sealer([key], 'web', 2).open(sealer().seal(channels.heartbeat, plaintext, incarnation, sequence));
		t.deepEqual(result, {
			ok: true, sender: 1, channel: channels.heartbeat, incarnation, sequence, plaintext: Buffer.from(plaintext), keyId: sealer().keyIds().sealing,
		});
	}), {numRuns: 100});
});

test('a sealed heartbeat fits one unfragmented datagram', t => {
	t.true(heartbeatBytesMax + sealBytes < 1400);
	t.is(sealer().seal(channels.heartbeat, text, 1, 1).length, text.length + sealBytes);
});

test('a flipped bit anywhere is refused', t => {
	const sealed = sealer().seal(channels.heartbeat, text, 1_700_000_000_000, 5);
	for (let bit = 0; bit < sealed.length * 8; bit++) {
		const bytes = Buffer.from(sealed);
		bytes[Math.floor(bit / 8)]! ^= 2 ** (bit % 8);
		t.false(sealer().open(bytes).ok, `bit ${bit}`);
	}
});

test('opening never throws, whatever the bytes are', t => {
	const receiver = sealer();
	const sealed = sealer().seal(channels.heartbeat, text, 1, 1);
	fc.assert(fc.property(fc.uint8Array({maxLength: 200}), bytes => {
		t.false(receiver.open(bytes).ok);
		t.false(receiver.open(Buffer.concat([sealed.subarray(0, 44), bytes])).ok);
	}), {numRuns: 300});
});

test('each rejection has its reason', t => {
	const sealed = sealer().seal(channels.heartbeat, text, 1, 1);
	const changed = (at: number): Buffer => {
		const bytes = Buffer.from(sealed);
		bytes[at]! += 1;
		return bytes;
	};

	t.is(reasonOf(sealer().open(sealed.subarray(0, sealBytes - 1))), 'truncated');
	t.is(reasonOf(sealer().open(sealed.subarray(0, -1))), 'forged');
	t.is(reasonOf(sealer().open(changed(0))), 'foreign');
	t.is(reasonOf(sealer().open(changed(4))), 'version');
	t.is(reasonOf(sealer([key], 'mail').open(sealed)), 'foreign');
	t.is(reasonOf(sealer([otherKey]).open(sealed)), 'key');
	t.is(reasonOf(sealer().open(changed(5))), 'forged');
	t.is(reasonOf(sealer().open(changed(6))), 'forged', 'moved to another channel');
	t.is(reasonOf(sealer().open(changed(7))), 'forged');
	t.is(reasonOf(sealer().open(Buffer.from(sealed).fill(200, 6, 7))), 'channel');
	t.is(reasonOf(sealer().open(changed(sealed.length - 1))), 'forged');
});

test('the first key seals, every key opens', t => {
	t.is(reasonOf(sealer([otherKey, key]).open(sealer([key]).seal(channels.heartbeat, text, 1, 1))), 'ok');
	t.is(reasonOf(sealer([key]).open(sealer([otherKey, key]).seal(channels.heartbeat, text, 1, 1))), 'key');
});

test('a second copy is a duplicate, an earlier life a replay, a restart neither', t => {
	const sender = sealer();
	const receiver = sealer([key], 'web', 2);
	const first = sender.seal(channels.heartbeat, text, 10, 1);
	t.is(reasonOf(receiver.open(first)), 'ok');
	t.is(reasonOf(receiver.open(first)), 'duplicate');
	t.is(reasonOf(receiver.open(sealer().seal(channels.heartbeat, text, 11, 1))), 'ok');
	t.is(reasonOf(receiver.open(sender.seal(channels.heartbeat, text, 10, 2))), 'replay');
	t.is(reasonOf(receiver.open(first)), 'replay');
	t.is(reasonOf(receiver.open(sealer([key], 'web', 3).seal(channels.heartbeat, text, 5, 1))), 'ok', 'senders are apart');
});

test('datagrams may overtake one another within the window only', t => {
	const sender = sealer();
	const receiver = sealer();
	const sealed = Array.from({length: windowSize + 2}, (_, sequence) => sender.seal(channels.heartbeat, text, 1, sequence));
	t.is(reasonOf(receiver.open(sealed[windowSize]!)), 'ok');
	t.is(reasonOf(receiver.open(sealed[1]!)), 'ok');
	t.is(reasonOf(receiver.open(sealed[1]!)), 'duplicate');
	t.is(reasonOf(receiver.open(sealed[0]!)), 'replay');
	t.is(reasonOf(receiver.open(sealed[windowSize + 1]!)), 'ok');
});

test('a sequence number used twice is sealed under another key', t => {
	const sender = sealer();
	const saltOf = (sealed: Buffer): string => sealed.subarray(28, 36).toString('hex');
	const first = sender.seal(channels.heartbeat, text, 1, 1);
	t.is(saltOf(first), saltOf(sender.seal(channels.heartbeat, text, 1, 2)));
	t.not(saltOf(first), saltOf(sender.seal(channels.heartbeat, text, 1, 1)));
	t.not(saltOf(first), saltOf(sealer().seal(channels.heartbeat, text, 1, 1)), 'another daemon with the same incarnation');
});

test('a true copy is told with its name, before anything is decrypted', t => {
	const receiver = sealer();
	const sealed = sealer().seal(channels.probe, text, 10, 1);
	const copyOf = {
		sender: 1, channel: channels.probe, incarnation: 10, sequence: 1,
	};
	t.true(receiver.open(sealed).ok);
	t.deepEqual(receiver.open(sealed), {ok: false, reason: 'duplicate', copyOf});
	const sameTag = Buffer.from(sealed).fill(0, headerBytes, headerBytes + text.length);
	t.deepEqual(receiver.open(sameTag), {ok: false, reason: 'duplicate', copyOf}, 'not decrypted, or it would be found forged');
	const otherTag = Buffer.from(sealed);
	otherTag[sealed.length - 1]! += 1;
	t.deepEqual(receiver.open(otherTag), {ok: false, reason: 'forged'}, 'a header alone counts for nothing');
});

test('the same number sealed twice is a duplicate and no copy', t => {
	const receiver = sealer();
	t.true(receiver.open(sealer().seal(channels.heartbeat, text, 10, 1)).ok);
	t.deepEqual(receiver.open(sealer().seal(channels.heartbeat, text, 10, 1)), {ok: false, reason: 'duplicate'});
});

test('each channel has its own key, its own numbers and its own replay window', t => {
	const sender = sealer();
	const receiver = sealer([key], 'web', 2);
	const sealed = Object.values(channels).map(channel => sender.seal(channel, text, 10, 5));
	const cipherOf = (bytes: Buffer): string => bytes.subarray(headerBytes, headerBytes + text.length).toString('hex');
	t.is(new Set(sealed.map(bytes => cipherOf(bytes))).size, sealed.length, 'one number, and no nonce twice under one key');
	for (const bytes of sealed) {
		t.true(receiver.open(bytes).ok);
		t.is(reasonOf(receiver.open(bytes)), 'duplicate');
	}

	t.true(receiver.open(sender.seal(channels.heartbeat, text, 11, 1)).ok);
	t.true(receiver.open(sender.seal(channels.probe, text, 10, 6)).ok, 'another channel does not learn of the new life');
});

test('a channel draws its random bytes without regard to the others', t => {
	const sender = sealer();
	const saltOf = (sealed: Buffer): string => sealed.subarray(28, 36).toString('hex');
	const first = saltOf(sender.seal(channels.heartbeat, text, 1, 7));
	const probe = saltOf(sender.seal(channels.probe, text, 1, 3));
	t.not(probe, first);
	t.is(saltOf(sender.seal(channels.heartbeat, text, 1, 8)), first, 'a probe with a lower number is no repetition');
	t.is(saltOf(sender.seal(channels.probe, text, 1, 4)), probe);
	t.not(saltOf(sender.seal(channels.probe, text, 1, 4)), probe);
});

test('moving a datagram to another channel opens nothing', t => {
	const moved = sealer().seal(channels.heartbeat, text, 1, 1);
	moved.writeUInt8(channels.probe, 6);
	t.is(reasonOf(sealer().open(moved)), 'forged');
});

test('a forged datagram leaves the replay window as it was', t => {
	const receiver = sealer();
	const forged = sealer().seal(channels.heartbeat, text, 99, 99);
	forged[sealBytes - 1]! += 1;
	t.is(reasonOf(receiver.open(forged)), 'forged');
	t.is(reasonOf(receiver.open(sealer().seal(channels.heartbeat, text, 1, 1))), 'ok');
});

test('a sealer without a key cannot be made', t => {
	t.throws(() => sealer([]), {instanceOf: TypeError});
});

test('keys are changed without a gap, and nothing that was accepted is accepted again', t => {
	const sender = sealer([key]);
	const receiver = sealer([key], 'web', 2);
	const first = sender.seal(channels.heartbeat, text, 1, 1);
	t.is(reasonOf(receiver.open(first)), 'ok');
	receiver.useKeys([key, otherKey]);
	sender.useKeys([key, otherKey]);
	t.is(reasonOf(receiver.open(sender.seal(channels.heartbeat, text, 1, 2))), 'ok');
	sender.useKeys([otherKey, key]);
	const second = sender.seal(channels.heartbeat, text, 1, 3);
	t.like(receiver.open(second), {ok: true, keyId: sealer([otherKey]).keyIds().sealing});
	t.is(reasonOf(receiver.open(first)), 'duplicate');
	receiver.useKeys([otherKey]);
	t.is(reasonOf(receiver.open(second)), 'duplicate');
	t.deepEqual(receiver.open(sealer([key]).seal(channels.heartbeat, text, 1, 4)), {ok: false, reason: 'key', keyId: sealer([key]).keyIds().sealing});
	t.throws(() => {
		receiver.useKeys([]);
	}, {instanceOf: TypeError});
	t.is(reasonOf(receiver.open(sender.seal(channels.heartbeat, text, 1, 5))), 'ok', 'a refused change changes nothing');
});

test('key ids tell keys apart and say nothing of them', t => {
	const {sealing, accepted} = sealer([otherKey, key]).keyIds();
	t.regex(sealing, /^[\da-f]{8}$/u);
	t.deepEqual(accepted, [sealing, sealer([key]).keyIds().sealing]);
	t.false(key.toString('hex').includes(accepted[1]!));
});
