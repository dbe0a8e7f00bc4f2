import test from 'ava';
import fc from 'fast-check';
import {decodeProbe, encodeProbe, probeBytes, probeClockBytes, type Probe} from '../../../src/core/networks/probe.js';

const number = fc.nat(2 ** 31).map(value => value * 65_535);
const common = {receiver: fc.integer({min: 1, max: 64}), network: fc.integer({min: 0, max: 7}), hearsGroup: fc.boolean()};
const probe: fc.Arbitrary<Probe> = fc.oneof(
	fc.record({kind: fc.constant('ask' as const), sent: number, ...common}),
	fc.record({
		kind: fc.constant('answer' as const), sequence: number, incarnation: number, clocks: fc.constant(undefined), ...common,
	}),
	fc.record({
		kind: fc.constant('answer' as const), sequence: number, incarnation: number, ...common,
		clocks: fc.record({life: number, ms: number.map(us => us / 1000), wallMs: number}),
	}),
);

test('what is encoded is decoded, also with more behind it', t => {
	fc.assert(fc.property(probe, fc.uint8Array({maxLength: 17}), (sent, rest) => {
		const bytes = encodeProbe(sent);
		t.is(bytes.length, sent.kind === 'answer' && sent.clocks !== undefined ? probeClockBytes : probeBytes);
		t.deepEqual(decodeProbe(Uint8Array.from([...bytes, ...rest])), {ok: true, probe: sent});
	}));
});

test('anything else is refused, without a throw', t => {
	fc.assert(fc.property(fc.uint8Array({maxLength: 40}), bytes => {
		const result = decodeProbe(bytes);
		t.true(result.ok ? bytes.length >= probeBytes && bytes[0] === 1 : result.reason === 'probe');
	}));
	const right = encodeProbe({
		kind: 'ask', receiver: 1, network: 0, hearsGroup: false, sent: 5,
	});
	t.false(decodeProbe(right.subarray(1)).ok);
	t.false(decodeProbe(right.subarray(0, probeBytes - 1)).ok);
	t.false(decodeProbe(Uint8Array.from(right, (byte, index) => index === 1 ? 3 : byte)).ok);
	t.false(decodeProbe(Uint8Array.from(right, (byte, index) => index === 0 ? 2 : byte)).ok);
});
