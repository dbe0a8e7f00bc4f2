import test from 'ava';
import fc from 'fast-check';
import {attribute, attributeMap, decodeAttributes, decodeText, nested, text, u32be, u64be, u8} from '../../../src/edge/netlink/attribute.js';

test('attributes read back in order, whatever their length', t => {
	const list = fc.array(fc.record({type: fc.integer({min: 1, max: 0x3F_FF}), payload: fc.uint8Array({maxLength: 40}).map(bytes => Buffer.from(bytes))}));
	fc.assert(fc.property(list, attributes => {
		const bytes = Buffer.concat(attributes.map(({type, payload}) => attribute(type, payload)));
		t.is(bytes.length % 4, 0);
		t.deepEqual(decodeAttributes(bytes), attributes);
	}));
});

test('no bytes make the decoder throw or loop', t => {
	fc.assert(fc.property(fc.uint8Array({maxLength: 200}), bytes => {
		t.true(decodeAttributes(Buffer.from(bytes)).length <= bytes.length);
	}));
});

test('numbers are big endian, text ends with NUL, nests nest', t => {
	const found = attributeMap(nested(7, u32be(1, 0xFF_FF_FF_FC), u64be(2, 260), text(3, 'farmctl-web'), u8(4, 9)).subarray(4));
	t.is(found.get(1)!.readInt32BE(0), -4);
	t.is(found.get(2)!.readBigUInt64BE(0), 260n);
	t.is(decodeText(found.get(3)!), 'farmctl-web');
	t.is(found.get(3)!.at(-1), 0);
	t.deepEqual([...found.get(4)!], [9]);
});

test('a payload that the length field cannot say is refused', t => {
	t.notThrows(() => attribute(1, Buffer.alloc(65_531)));
	t.throws(() => attribute(1, Buffer.alloc(65_532)), {instanceOf: RangeError});
});
