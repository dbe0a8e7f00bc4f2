import test from 'ava';
import fc from 'fast-check';
import {jhash, reciprocalScale, slotOfClient} from '../../../src/core/hash/jhash.js';
import {addressToBytes} from '../../../src/core/model/address.js';
import {slotsCount} from '../../../src/core/model/slot-set.js';

const seed = 0x5E_ED_00_01;

/** What a 6.18 kernel said, so that a change shows without one; test/kernel/jhash.test.ts asks the kernel itself. */
test('slots as a kernel computed them', t => {
	t.is(slotOfClient('client', '10.1.2.3', undefined, 1), 1058);
	t.is(slotOfClient('client', '200.1.2.3', undefined, 1), 1955);
});

test('no bytes give the start value, as in the kernel', t => {
	t.is(jhash(new Uint8Array(), 0), 0xDE_AD_BE_EF);
	t.is(jhash(new Uint8Array(), 0xFF_FF_FF_FF), 0xDE_AD_BE_EE);
});

test('text and bytes of an address are one client', t => {
	for (const address of ['192.0.2.7', '2001:db8::7']) {
		t.is(slotOfClient('connection', address, 4242, seed), slotOfClient('connection', addressToBytes(address), 4242, seed));
	}
});

test('only connection affinity looks at the port', t => {
	t.is(slotOfClient('client', '192.0.2.7', 1, seed), slotOfClient('client', '192.0.2.7', 2, seed));
	t.is(slotOfClient('network', '192.0.2.7', 1, seed), slotOfClient('network', '192.0.2.7', 2, seed));
	t.not(slotOfClient('connection', '192.0.2.7', 1, seed), slotOfClient('connection', '192.0.2.7', 2, seed));
});

test('network affinity keeps /24 and /64', t => {
	t.is(slotOfClient('network', '192.0.2.7', undefined, seed), slotOfClient('network', '192.0.2.200', undefined, seed));
	t.not(slotOfClient('network', '192.0.2.7', undefined, seed), slotOfClient('network', '192.0.3.7', undefined, seed));
	t.is(slotOfClient('network', '2001:db8:0:1::7', undefined, seed), slotOfClient('network', '2001:db8:0:1:f::', undefined, seed));
	t.not(slotOfClient('network', '2001:db8:0:1::7', undefined, seed), slotOfClient('network', '2001:db8:0:2::7', undefined, seed));
});

test('text that is no address throws', t => {
	t.throws(() => slotOfClient('client', 'nobody', undefined, seed));
});

test('the ends of the scale are slots', t => {
	t.is(reciprocalScale(0, slotsCount), 0);
	t.is(reciprocalScale(0xFF_FF_FF_FF, slotsCount), slotsCount - 1);
});

test('any bytes and any seed give 32 unsigned bits', t => {
	fc.assert(fc.property(fc.uint8Array({maxLength: 64}), fc.nat({max: 0xFF_FF_FF_FF}), (bytes, anySeed) => {
		const hash = jhash(bytes, anySeed);
		return Number.isSafeInteger(hash) && hash >= 0 && hash <= 0xFF_FF_FF_FF;
	}));
	t.pass();
});
