import {isIPv4, isIPv6} from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import {
	addressFromBytes, addressToBytes, canonicalAddress, inNetwork, isMapped, lastOfNetwork, networkOf, parseAddress,
} from '../../../src/core/model/address.js';

const canonical = test.macro({
	exec(t, text: string, expected: string | undefined) {
		t.is(canonicalAddress(text), expected);
	},
	title: (_, text) => `canonical form of '${text}'`,
});

test(canonical, '192.0.2.1', '192.0.2.1');
test(canonical, '0.0.0.0', '0.0.0.0');
test(canonical, '255.255.255.255', '255.255.255.255');
test(canonical, '192.0.2.01', undefined);
test(canonical, '192.0.2.256', undefined);
test(canonical, '192.0.2', undefined);
test(canonical, '192.0.2.1.', undefined);
test(canonical, ' 192.0.2.1', undefined);
test(canonical, '', undefined);
test(canonical, '::', '::');
test(canonical, '::1', '::1');
test(canonical, '1::', '1::');
test(canonical, '2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1');
test(canonical, '2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1');
test(canonical, '2001:0db8::0001', '2001:db8::1');
test(canonical, '1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0');
test(canonical, '::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8');
test(canonical, '::ffff:192.0.2.1', '::ffff:192.0.2.1');
test(canonical, '::ffff:c000:201', '::ffff:192.0.2.1');
test(canonical, '64:ff9b::192.0.2.33', '64:ff9b::c000:221');
test(canonical, '1:2:3:4:5:6:7:8:9', undefined);
test(canonical, '1:2:3:4:5:6:7', undefined);
test(canonical, '1::2::3', undefined);
test(canonical, '1:2:3:4::5:6:7:8', undefined);
test(canonical, ':1:2:3:4:5:6:7', undefined);
test(canonical, '1:2:3:4:5:6:7:', undefined);
test(canonical, ':::', undefined);
test(canonical, '12345::', undefined);
test(canonical, '192.0.2.1::', undefined);
test(canonical, 'fe80::1%eth0', undefined);

test('text and bytes are each other\'s inverse, and node reads the same addresses', t => {
	const bytes = fc.oneof(
		fc.uint8Array({minLength: 4, maxLength: 4}),
		fc.array(fc.constantFrom(0, 0, 0, 1, 255), {minLength: 16, maxLength: 16}).map(list => Uint8Array.from(list)),
		fc.uint8Array({minLength: 16, maxLength: 16}),
	);
	fc.assert(fc.property(bytes, raw => {
		const text = addressFromBytes(raw);
		t.deepEqual(addressToBytes(text), raw);
		t.true(raw.length === 4 ? isIPv4(text) : isIPv6(text), text);
	}));
});

test('accepts what node accepts and nothing else, but for zones', t => {
	const text = fc.string({unit: fc.constantFrom('0', '1', 'f', ':', ':', '::', '.', '25', 'A'), maxLength: 20});
	fc.assert(fc.property(fc.oneof(text, fc.ipV4(), fc.ipV6(), fc.string()), candidate => {
		t.is(parseAddress(candidate) !== undefined, isIPv4(candidate) || (isIPv6(candidate) && !candidate.includes('%')), candidate);
	}), {numRuns: 1000});
});

test('networks', t => {
	const bytes = (text: string) => addressToBytes(text);
	t.true(inNetwork(bytes('192.0.2.11'), bytes('192.0.2.100'), 24));
	t.false(inNetwork(bytes('192.0.3.11'), bytes('192.0.2.100'), 24));
	t.true(inNetwork(bytes('192.0.3.11'), bytes('192.0.2.100'), 23));
	t.false(inNetwork(bytes('192.0.2.11'), bytes('2001:db8::1'), 0));
	t.true(inNetwork(bytes('203.0.113.1'), bytes('192.0.2.1'), 0));
	t.false(inNetwork(bytes('192.0.2.11'), bytes('192.0.2.10'), 32));
	t.true(inNetwork(bytes('2001:db8::1:2'), bytes('2001:db8::ffff'), 64));
	t.is(addressFromBytes(networkOf(bytes('192.0.2.200'), 25)), '192.0.2.128');
	t.is(addressFromBytes(lastOfNetwork(bytes('192.0.2.100'), 22)), '192.0.3.255');
	t.true(isMapped(bytes('::ffff:1.2.3.4')));
	t.false(isMapped(bytes('::fffe:1.2.3.4')));
});

test('bytes of what is no address are our bug', t => {
	t.throws(() => addressToBytes('web1'), {instanceOf: TypeError});
	t.throws(() => addressFromBytes([1, 2, 3]), {instanceOf: TypeError});
});
