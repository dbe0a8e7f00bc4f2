import test from 'ava';
import fc from 'fast-check';
import {hmarkSlotOfClient} from '../../../src/core/hash/hmark.js';
import {addressToBytes} from '../../../src/core/model/address.js';
import {slotsCount} from '../../../src/core/model/slot-set.js';

const seed = 0x5E_ED_00_01;

test('text and bytes of an address are one client', t => {
	for (const address of ['192.0.2.7', '2001:db8::7']) {
		t.is(hmarkSlotOfClient('connection', address, 4242, seed), hmarkSlotOfClient('connection', addressToBytes(address), 4242, seed));
	}
});

test('only connection affinity looks at the port, only network affinity leaves the host away', t => {
	t.is(hmarkSlotOfClient('client', '192.0.2.7', 1, seed), hmarkSlotOfClient('client', '192.0.2.7', 2, seed));
	t.not(hmarkSlotOfClient('connection', '192.0.2.7', 1, seed), hmarkSlotOfClient('connection', '192.0.2.7', 2, seed));
	t.is(hmarkSlotOfClient('network', '192.0.2.7', 1, seed), hmarkSlotOfClient('network', '192.0.2.200', 2, seed));
	t.is(hmarkSlotOfClient('network', '2001:db8:0:1::7', 1, seed), hmarkSlotOfClient('network', '2001:db8:0:1:f::', 2, seed));
	t.not(hmarkSlotOfClient('network', '192.0.2.7', 1, seed), hmarkSlotOfClient('network', '192.0.3.7', 1, seed));
});

test('random clients are spread over all slots, evenly', t => {
	const counts = Array.from({length: slotsCount}, () => 0);
	for (let client = 0; client < 100 * slotsCount; client++) {
		counts[hmarkSlotOfClient('client', Uint8Array.of(10, client >>> 16, client >>> 8, client), undefined, seed)]! += 1;
	}

	t.true(Math.min(...counts) > 50 && Math.max(...counts) < 150, `${Math.min(...counts)} to ${Math.max(...counts)}`);
});

test('a slot is a slot', t => {
	t.notThrows(() => {
		fc.assert(fc.property(fc.uint8Array({minLength: 16, maxLength: 16}), fc.nat(65_535), fc.nat(0xFF_FF_FF_FF), (bytes, port, anySeed) => {
			const slot = hmarkSlotOfClient('connection', bytes, port, anySeed);
			return Number.isSafeInteger(slot) && slot >= 0 && slot < slotsCount;
		}));
	});
});
