import test from 'ava';
import {fnv1a64} from '../../../src/core/hash/fnv.js';

/** Vectors of the FNV authors' test suite. */
test('known values', t => {
	t.is(fnv1a64(''), 'cbf29ce484222325');
	t.is(fnv1a64('a'), 'af63dc4c8601ec8c');
	t.is(fnv1a64('foobar'), '85944171f73967e8');
});

test('text is its UTF-8', t => {
	t.is(fnv1a64('ü'), fnv1a64(Uint8Array.of(0xC3, 0xBC)));
});

test('always sixteen digits', t => {
	for (let number = 0; number < 1000; number++) {
		t.regex(fnv1a64(String(number)), /^[\da-f]{16}$/u);
	}
});
