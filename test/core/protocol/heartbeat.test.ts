
import test from 'ava';
import fc from 'fast-check';
import {
	allSlots,
	noSlots,
	slotSetOf,
	slotsCount,
	type SlotSet,
} from '../../../src/core/model/slot-set.js';
import {decodeHeartbeat} from '../../../src/core/protocol/decode.js';
import {encodeHeartbeat} from '../../../src/core/protocol/encode.js';
import {printable} from '../../../src/core/status/display-width.js';
import {
	announcedLeaseMaxMs,
	heartbeatBytesMax,
	incarnationMax,
	problemBytesMax,
	versionBytesMax,
	type Heartbeat,
	type LifecycleState,
	type PeerRow,
} from '../../../src/core/protocol/heartbeat.js';

const nat = (bits: number) => fc.nat({max: Math.min((2 ** bits) - 1, Number.MAX_SAFE_INTEGER)});
const nat48 = fc.maxSafeNat().map(value => value % (2 ** 48));
const incarnation = fc.maxSafeNat().map(value => value % (incarnationMax + 1));
const leaseMs = fc.nat({max: announcedLeaseMaxMs});
const text = (bytesMax: number) => fc.string({unit: 'grapheme', maxLength: bytesMax}).map(value => printable(value)).filter(value => new TextEncoder().encode(value).length <= bytesMax);
const hex = fc.array(fc.constantFrom(...'0123456789abcdef'), {minLength: 16, maxLength: 16}).map(digits => digits.join(''));
const lifecycle = fc.constantFrom<LifecycleState>('UP', 'WAIT', 'STOPPING', 'STOP');
const slots: fc.Arbitrary<SlotSet> = fc.oneof(
	fc.constant(noSlots),
	fc.constant(allSlots),
	fc.uniqueArray(fc.nat({max: slotsCount - 1}), {maxLength: 60}).map(list => slotSetOf(list)),
	fc.nat({max: 4}).map(rest => slotSetOf(Array.from({length: slotsCount}, (_, slot) => slot).filter(slot => slot % 5 > rest))),
);
const row: fc.Arbitrary<PeerRow> = fc.record({
	id: fc.integer({min: 1, max: 64}), incarnation, sequence: nat48, generation: nat(31), ageMs: nat48, isDirect: fc.boolean(), leaseMs, state: lifecycle,
});
const heartbeat = (rowsMax: number): fc.Arbitrary<Heartbeat> => fc.record({
	sender: fc.integer({min: 1, max: 64}),
	incarnation,
	sequence: nat48,
	state: lifecycle,
	weight: fc.nat({max: 1000}),
	fingerprint: hex,
	version: fc.oneof(fc.constantFrom('', '0.1.0', '1.2.3-rc.4'), text(versionBytesMax)),
	leaseMs,
	generation: nat(31),
	viewHash: hex,
	phase: fc.constantFrom('prepared', 'released'),
	isServing: fc.boolean(),
	isReady: fc.boolean(),
	wantsEcho: fc.boolean(),
	held: slots,
	retained: slots,
	retainedConnections: nat(32),
	latenessMs: nat(16),
	problem: fc.oneof(fc.constantFrom('', 'waiting to hear n2', 'zwölf Knoten 🚦'), text(problemBytesMax)),
	peers: fc.array(row, {maxLength: rowsMax}),
});

const decoded = (bytes: Uint8Array): Heartbeat => {
	const result = decodeHeartbeat(bytes);
	if (!result.ok) {
		throw new Error(result.reason);
	}

	return result.heartbeat;
};

test('what is encoded is decoded', t => {
	fc.assert(fc.property(heartbeat(12), message => {
		t.deepEqual(decoded(encodeHeartbeat(message)), message);
	}), {numRuns: 300});
});

test('bytes that follow are ignored, so that a later version may add some', t => {
	fc.assert(fc.property(heartbeat(4), fc.uint8Array({maxLength: 40}), (message, rest) => {
		t.deepEqual(decoded(Uint8Array.from([...encodeHeartbeat(message), ...rest])), message);
	}), {numRuns: 50});
});

test('any cut is noticed, byte by byte', t => {
	const [message] = fc.sample(heartbeat(3), {numRuns: 1, seed: 1});
	const bytes = encodeHeartbeat(message!);
	for (let length = 0; length < bytes.length; length++) {
		t.deepEqual(decodeHeartbeat(bytes.subarray(0, length)), {ok: false, reason: 'short'});
	}
});

test('decoding never throws, whatever the bytes are', t => {
	fc.assert(fc.property(fc.uint8Array({maxLength: 500}), bytes => {
		t.is(typeof decodeHeartbeat(bytes).ok, 'boolean');
		t.is(typeof decodeHeartbeat(Uint8Array.from([1, ...bytes])).ok, 'boolean');
	}), {numRuns: 1000});
	fc.assert(fc.property(heartbeat(5), fc.nat(), fc.nat({max: 255}), (message, at, value) => {
		const bytes = encodeHeartbeat(message);
		bytes[at % bytes.length] = value;
		t.is(typeof decodeHeartbeat(bytes).ok, 'boolean');
	}), {numRuns: 1000});
});

test('another format and impossible fields are refused by name', t => {
	const [message] = fc.sample(heartbeat(0), {numRuns: 1, seed: 2});
	const bytes = encodeHeartbeat(message!);
	const changed = (at: number, value: number): Uint8Array => bytes.with(at, value);
	t.deepEqual(decodeHeartbeat(changed(0, 2)), {ok: false, reason: 'format'});
	t.deepEqual(decodeHeartbeat(changed(2, 0)), {ok: false, reason: 'malformed'}, 'sender 0');
	t.deepEqual(decodeHeartbeat(changed(2, 65)), {ok: false, reason: 'malformed'}, 'sender 65');
	t.deepEqual(decodeHeartbeat(changed(3, 4)), {ok: false, reason: 'malformed'}, 'state 4');
	t.deepEqual(decodeHeartbeat(changed(44, 255)), {ok: false, reason: 'malformed'}, 'weight');
	t.deepEqual(decodeHeartbeat(changed(40, 1)), {ok: false, reason: 'malformed'}, 'a lease of half a year');
	t.deepEqual(decodeHeartbeat(changed(4, 128).with(9, 1)), {ok: false, reason: 'malformed'}, 'a life beyond the last');
	const full: PeerRow = {
		id: 2, incarnation: incarnationMax, sequence: 1, generation: 1, ageMs: 1, isDirect: true, leaseMs: announcedLeaseMaxMs, state: 'UP',
	};
	const bounded = (change: Partial<PeerRow>): string => {
		const result = decodeHeartbeat(encodeHeartbeat({...message!, peers: [{...full, ...change}]}));
		return result.ok ? 'ok' : result.reason;
	};

	t.is(bounded({}), 'ok');
	t.is(bounded({incarnation: incarnationMax + 1}), 'malformed');
	t.is(bounded({leaseMs: announcedLeaseMaxMs + 1}), 'malformed');
});

test('what could steer a terminal stays outside, and nothing else does', t => {
	const [message] = fc.sample(heartbeat(0), {numRuns: 1, seed: 5});
	fc.assert(fc.property(fc.string({unit: 'binary', maxLength: 60}), fc.string({unit: 'binary', maxLength: 8}), (problem, version) => {
		const heard = decoded(encodeHeartbeat({...message!, problem, version}));
		t.notRegex(heard.problem + heard.version, /[\p{Control}\u{61C}\u{200E}\u{200F}\u{2028}-\u{202E}\u{2066}-\u{2069}]/u);
		t.is(heard.version, printable(version.toWellFormed()));
	}), {numRuns: 500});
	t.is(decoded(encodeHeartbeat({...message!, problem: '\u{1B}]0;owned\u{7}\u{9B}2J ok'})).problem, '\u{FFFD}]0;owned\u{FFFD}2J ok');
});

test('a farm of 64 nodes fits one datagram whole', t => {
	const peers = Array.from({length: 63}, (_, index): PeerRow => ({
		id: index + 2, incarnation: 1_790_000_000_000 + index, sequence: 50_000_000 + index, generation: 300, ageMs: 200, isDirect: true, leaseMs: 260, state: 'UP',
	}));
	const message: Heartbeat = {
		sender: 1,
		incarnation: 1_790_000_000_000,
		sequence: 50_000_000,
		state: 'UP',
		weight: 1,
		fingerprint: '0123456789abcdef',
		version: '10.20.30',
		leaseMs: 260,
		generation: 300,
		viewHash: '0123456789abcdef',
		phase: 'released',
		isServing: true,
		isReady: true,
		wantsEcho: false,
		held: slotSetOf(Array.from({length: 40}, (_, index) => index * 63)),
		retained: slotSetOf(Array.from({length: 40}, (_, index) => (index * 61) + 1)),
		retainedConnections: 12_345,
		latenessMs: 3,
		problem: 'x'.repeat(100),
		peers,
	};
	const bytes = encodeHeartbeat(message);
	t.true(bytes.length <= heartbeatBytesMax, `${bytes.length} bytes`);
	t.deepEqual(decoded(bytes), message);
});

test('whatever a node has to say fits one datagram; each peer has its turn', t => {
	fc.assert(fc.property(heartbeat(63), message => {
		t.true(encodeHeartbeat({...message, problem: 'é'.repeat(400), version: 'v'.repeat(400)}).length <= heartbeatBytesMax);
	}), {numRuns: 50});
	const [message] = fc.sample(heartbeat(0), {numRuns: 1, seed: 3});
	const peers = Array.from({length: 63}, (_, index): PeerRow => ({
		id: index + 1, incarnation: incarnationMax, sequence: 2 ** 47, generation: 2 ** 30, ageMs: 2 ** 19, isDirect: true, leaseMs: 1, state: 'UP',
	}));
	const seen = new Set<number>();
	for (let sequence = 0; sequence < 63; sequence++) {
		for (const {id} of decoded(encodeHeartbeat({...message!, sequence, peers})).peers) {
			seen.add(id);
		}
	}

	t.is(seen.size, 63);
});

test('a long text is cut between characters', t => {
	const [message] = fc.sample(heartbeat(0), {numRuns: 1, seed: 4});
	const {problem} = decoded(encodeHeartbeat({
		...message!, held: noSlots, retained: noSlots, problem: 'ö'.repeat(300),
	}));
	t.is(problem, 'ö'.repeat(problemBytesMax / 2));
});
