import test from 'ava';
import fc from 'fast-check';
import {
	decodeLetter,
	encodeLetter,
	partBytes,
	partsMax,
	partsOf,
	refusalReasons,
	type LetterContent,
} from '../../../src/core/letters/datagram.js';

const hex = (bytes: number) => fc.uint8Array({minLength: bytes, maxLength: bytes}).map(array => [...array].map(byte => byte.toString(16).padStart(2, '0')).join(''));
const clock = fc.nat({max: (2 ** 48) - 1});
const part = fc.integer({min: 1, max: partsMax}).chain(count => fc.nat({max: count - 1}).chain(position => fc.record({
	count: fc.constant(count),
	position: fc.constant(position),
	bytes: position === count - 1 ? fc.uint8Array({maxLength: partBytes}) : fc.constant(new Uint8Array(partBytes).fill(7)),
})));
const content: fc.Arbitrary<LetterContent> = fc.oneof(
	fc.constant({kind: 'hello'} as const),
	fc.record({kind: fc.constant('welcome' as const), token: hex(8), clockMs: clock}),
	fc.tuple(part, hex(8), clock).map(([at, token, untilMs]) => ({
		kind: 'request' as const, token, untilMs, ...at,
	})),
	part.map(at => ({kind: 'answer' as const, ...at})),
	fc.record({kind: fc.constant('receipt' as const), of: fc.constantFrom('request' as const, 'answer' as const), has: fc.array(fc.boolean(), {minLength: 1, maxLength: partsMax})}),
	fc.record({kind: fc.constant('refusal' as const), reason: fc.constantFrom(...refusalReasons)}),
);

/** What of it is missing cannot be seen. */
const isBody = (given: LetterContent): boolean => (given.kind === 'request' || given.kind === 'answer') && given.position === given.count - 1 && given.bytes.length > 0;

test('what is encoded is decoded, and nothing of it when it is cut', t => {
	fc.assert(fc.property(content, hex(16), fc.integer({min: 1, max: 255}), (given, id, receiver) => {
		const datagram = {receiver, id, ...given};
		const bytes = encodeLetter(datagram);
		t.deepEqual(decodeLetter(bytes), {ok: true, datagram});
		t.is(decodeLetter(bytes.subarray(0, -1)).ok, isBody(given), given.kind);
	}), {numRuns: 500});
});

test('no bytes make it throw, and what it makes of them is in its bounds', t => {
	fc.assert(fc.property(fc.uint8Array({maxLength: 1300}), fc.nat({max: 7}), (bytes, kind) => {
		bytes.set([1, kind].slice(0, bytes.length));
		const decoded = decodeLetter(bytes);
		const {position, count} = decoded.ok && 'position' in decoded.datagram ? decoded.datagram : {position: 0, count: 1};
		t.true(position < count && count <= partsMax);
	}), {numRuns: 2000});
});

test('parts are all that there is, in order', t => {
	for (const length of [0, 1, partBytes, partBytes + 1, 3 * partBytes]) {
		const bytes = new Uint8Array(length).map((_, index) => index % 251);
		const parts = partsOf(bytes);
		t.is(parts.length, Math.max(1, Math.ceil(length / partBytes)));
		t.deepEqual(parts.flatMap(piece => [...piece]), [...bytes]);
	}
});
