
import test from 'ava';
import fc from 'fast-check';
import {
	allSlots,
	allSlotsOf,
	equalSlots,
	isEmptySlots,
	joinGroups,
	listSlots,
	minusSlots,
	noSlots,
	slotSetOf,
	slotsCount,
	slotsOfGroup,
	slotStride,
	type SlotSet,
} from '../../../src/core/model/slot-set.js';
import {ownersOfGroups} from '../../../src/core/assignment/groups.js';
import {slotsOf} from '../../../src/core/assignment/owners.js';
import {groupsMax, weightMax} from '../../../src/core/model/group.js';
import {decodeHeartbeat} from '../../../src/core/protocol/decode.js';
import {encodeHeartbeat} from '../../../src/core/protocol/encode.js';
import {printable} from '../../../src/core/status/display-width.js';
import {
	announcedLeaseMaxMs,
	awayMaxMs,
	heartbeatBytesMax,
	heartbeatFormat,
	heldCountsOf,
	isHeldExact,
	isRetainedExact,
	retainedCountsOf,
	incarnationMax,
	problemBytesMax,
	versionBytesMax,
	type Heartbeat,
	type LifecycleState,
	type PeerRow,
	type RowState,
	type Wellness,
	wholeShare,
} from '../../../src/core/protocol/heartbeat.js';

const nat = (bits: number) => fc.nat({max: Math.min((2 ** bits) - 1, Number.MAX_SAFE_INTEGER)});
const nat48 = fc.maxSafeNat().map(value => value % (2 ** 48));
const incarnation = fc.maxSafeNat().map(value => value % (incarnationMax + 1));
const leaseMs = fc.nat({max: announcedLeaseMaxMs});
const text = (bytesMax: number) => fc.string({unit: 'grapheme', maxLength: bytesMax}).map(value => printable(value)).filter(value => new TextEncoder().encode(value).length <= bytesMax);
const hex = fc.array(fc.constantFrom(...'0123456789abcdef'), {minLength: 16, maxLength: 16}).map(digits => digits.join(''));
const rowState = fc.constantFrom<RowState>('UP', 'WAIT', 'DRAINING', 'STOP', 'STOPPING', 'OFF');
const lifecycle = fc.oneof(rowState, fc.constant<LifecycleState>('STARTING'));
const slots: fc.Arbitrary<SlotSet> = fc.oneof(
	fc.constant(noSlots),
	fc.constant(allSlots),
	fc.uniqueArray(fc.nat({max: slotsCount - 1}), {maxLength: 60}).map(list => slotSetOf(list)),
	fc.nat({max: 4}).map(rest => slotSetOf(Array.from({length: slotsCount}, (_, slot) => slot).filter(slot => slot % 5 > rest))),
);
/** Small enough that those of all groups fit exactly. */
const fewSlots: fc.Arbitrary<SlotSet> = fc.oneof(
	fc.constant(noSlots),
	fc.constant(allSlots),
	fc.uniqueArray(fc.nat({max: slotsCount - 1}), {maxLength: 30}).map(list => slotSetOf(list)),
);
const groupsOf = (sets: fc.Arbitrary<SlotSet>, count: number): fc.Arbitrary<SlotSet> => count === 1
	? sets
	: fc.array(sets, {minLength: count, maxLength: count}).map(list => joinGroups(list));
const anyGroups = fc.integer({min: 1, max: groupsMax});
const row: fc.Arbitrary<PeerRow> = fc.record({
	id: fc.integer({min: 1, max: 64}), incarnation, sequence: nat48, generation: nat(31), ageMs: nat48, isDirect: fc.boolean(), leaseMs, state: rowState,
});
const heartbeat = (rowsMax: number, {groups = fc.constant(1), sets = slots}: {groups?: fc.Arbitrary<number>; sets?: fc.Arbitrary<SlotSet>} = {}): fc.Arbitrary<Heartbeat> => groups.chain(groupsCount => fc.record({
	sender: fc.integer({min: 1, max: 64}),
	incarnation,
	sequence: nat48,
	state: lifecycle,
	weights: fc.array(fc.nat({max: weightMax}), {minLength: groupsCount, maxLength: groupsCount}),
	shareThousandths: fc.oneof(fc.constant(wholeShare), fc.integer({min: 1, max: wholeShare})),
	wellness: fc.constantFrom<Wellness>('well', 'unwell', 'degraded', 'out'),
	fingerprint: hex,
	version: fc.oneof(fc.constantFrom('', '0.1.0', '1.2.3-rc.4'), text(versionBytesMax)),
	leaseMs,
	generation: nat(31),
	viewHash: hex,
	phase: fc.constantFrom('prepared', 'released'),
	isServing: fc.boolean(),
	isReady: fc.boolean(),
	wantsEcho: fc.boolean(),
	held: groupsOf(sets, groupsCount),
	retained: groupsOf(sets, groupsCount),
	heldCounts: fc.constant(undefined),
	retainedCounts: fc.constant(undefined),
	retainedConnections: nat(32),
	awayMs: fc.nat({max: awayMaxMs}),
	latenessMs: nat(16),
	problem: fc.oneof(fc.constantFrom('', 'waiting to hear n2', 'zwölf Knoten 🚦'), text(problemBytesMax)),
	peers: fc.array(row, {maxLength: rowsMax}),
}));

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

test('so is what is encoded of several groups, exactly where it fits', t => {
	fc.assert(fc.property(heartbeat(12, {groups: anyGroups, sets: fewSlots}), message => {
		t.deepEqual(decoded(encodeHeartbeat(message)), message);
	}), {numRuns: 300});
});

test('where sets do not fit exactly they say more than is true, never less, and how many slots there are', t => {
	const rest = fc.integer({min: 0, max: 4});
	const many = fc.tuple(rest, rest, slots).map(([a, b, some]) => slotSetOf(Array.from({length: slotsCount}, (_, slot) => slot).filter(slot => slot % 5 >= a && slot % 7 >= b).concat(listSlots(some))));
	let inexact = 0;
	fc.assert(fc.property(heartbeat(63, {groups: anyGroups, sets: fc.oneof(many, fewSlots)}), message => {
		const bytes = encodeHeartbeat(message);
		const heard = decoded(bytes);
		t.true(bytes.length <= heartbeatBytesMax);
		for (const [told, meant, isExact] of [[heard.held, message.held, isHeldExact(heard)], [heard.retained, message.retained, isRetainedExact(heard)]] as const) {
			t.true(isEmptySlots(minusSlots(meant, told)));
			t.true(isEmptySlots(minusSlots(told, allSlotsOf(message.weights.length))));
			t.is(isExact, equalSlots(told, meant));
			inexact += isExact ? 0 : 1;
		}

		t.deepEqual(heldCountsOf(heard), heldCountsOf(message));
		t.deepEqual(retainedCountsOf(heard), retainedCountsOf(message));
	}), {numRuns: 150});
	t.true(inexact > 5, `${inexact} sets did not fit`);
});

test('a set of one group always fits exactly with those of a dozen peers', t => {
	const half = slotSetOf(Array.from({length: slotsCount / 2}, (_, index) => index * 2));
	fc.assert(fc.property(heartbeat(12), message => {
		const heard = decoded(encodeHeartbeat({...message, held: half, retained: minusSlots(allSlots, half)}));
		t.true(isHeldExact(heard) && isRetainedExact(heard));
	}), {numRuns: 50});
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
		t.is(typeof decodeHeartbeat(Uint8Array.from([heartbeatFormat, ...bytes])).ok, 'boolean');
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
	t.deepEqual(decodeHeartbeat(changed(0, 1)), {ok: false, reason: 'format'});
	t.deepEqual(decodeHeartbeat(changed(2, 0)), {ok: false, reason: 'malformed'}, 'sender 0');
	t.deepEqual(decodeHeartbeat(changed(2, 65)), {ok: false, reason: 'malformed'}, 'sender 65');
	t.deepEqual(decodeHeartbeat(changed(3, 7)), {ok: false, reason: 'malformed'}, 'state 7');
	t.false(decodeHeartbeat(changed(50, 0)).ok, 'no group');
	t.deepEqual(decodeHeartbeat(changed(46, 255)), {ok: false, reason: 'malformed'}, 'away for half a year');
	t.false(decodeHeartbeat(changed(50, groupsMax + 1)).ok, 'more groups than there can be');
	t.deepEqual(decodeHeartbeat(changed(51, 255)), {ok: false, reason: 'malformed'}, 'weight');
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
		weights: [1],
		shareThousandths: wholeShare,
		wellness: 'well',
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
		heldCounts: undefined,
		retainedCounts: undefined,
		retainedConnections: 12_345,
		awayMs: 0,
		latenessMs: 3,
		problem: 'x'.repeat(100),
		peers,
	};
	const bytes = encodeHeartbeat(message);
	t.true(bytes.length <= heartbeatBytesMax, `${bytes.length} bytes`);
	t.deepEqual(decoded(bytes), message);
});

test('so does one of 64 nodes and four groups: all peers, and exactly what is held', t => {
	const peers = Array.from({length: 63}, (_, index): PeerRow => ({
		id: index + 2, incarnation: 1_790_000_000_000 + index, sequence: 50_000_000 + index, generation: 300, ageMs: 200, isDirect: true, leaseMs: 260, state: 'UP',
	}));
	const [any] = fc.sample(heartbeat(0), {numRuns: 1, seed: 6});
	const members = Array.from({length: 64}, (_, index) => ({id: index + 1, weights: [0, 1, 2, 3].map(group => 1 + ((index * (group + 3)) % 7))}));
	const owners = ownersOfGroups(Array.from({length: groupsMax}, () => ({order: []})), members);
	for (const {id, weights} of members) {
		const message = {...any!, version: '10.20.30', sender: id, weights, held: slotsOf(owners, id), retained: noSlots, peers, leaseMs: 260, problem: ''};
		const bytes = encodeHeartbeat(message);
		t.true(bytes.length <= heartbeatBytesMax);
		const heard = decoded(bytes);
		t.deepEqual(heard.held.length, Math.ceil(slotStride * groupsMax / 32));
		t.true(isHeldExact(heard) && equalSlots(heard.held, message.held));
		t.true(heard.peers.length >= 55, `${heard.peers.length} peers`);
	}
});

test('groups that share alike take a byte each', t => {
	const [message] = fc.sample(heartbeat(3), {numRuns: 1, seed: 7});
	const half = slotSetOf(Array.from({length: slotsCount / 2}, (_, index) => index * 2));
	const one = encodeHeartbeat({...message!, weights: [1], held: half, retained: noSlots});
	const four = {...message!, weights: [1, 1, 1, 1], held: joinGroups([half, half, half, half]), retained: noSlots};
	t.is(encodeHeartbeat(four).length, one.length + (3 * 2) + 3 + 3);
	t.deepEqual(listSlots(slotsOfGroup(decoded(encodeHeartbeat(four)).held, 3)), listSlots(half));
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
