import test from 'ava';
import {encodeDiscovery, internetChecksum} from '../../../src/edge/snooping/messages.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('an IGMP advertisement announces its interval and carries its checksum', t => {
	t.is(hex(encodeDiscovery('advertisement', 4, 20)), '3014cfeb00000000');
});

test('an IGMP termination has four bytes', t => {
	t.is(hex(encodeDiscovery('termination', 4, 20)), '3200cdff');
});

test('of ICMPv6 the kernel fills in the checksum', t => {
	t.is(hex(encodeDiscovery('advertisement', 6, 20)), '9714000000000000');
	t.is(hex(encodeDiscovery('termination', 6, 20)), '99000000');
});

test('the checksum over a message that carries one is zero', t => {
	for (let seconds = 4; seconds <= 180; seconds++) {
		t.is(internetChecksum(encodeDiscovery('advertisement', 4, seconds)), 0);
	}
});

test('the example of RFC 1071, section 3', t => {
	t.is(internetChecksum(Uint8Array.of(0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7)), 0xFF_FF - 0xDD_F2);
});

test('an odd last byte counts as the high half of a word', t => {
	t.is(internetChecksum(Uint8Array.of(1)), internetChecksum(Uint8Array.of(1, 0)));
});
