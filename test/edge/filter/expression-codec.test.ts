import test from 'ava';
import fc from 'fast-check';
import {linearize} from '../../../src/core/ruleset/linearize.js';
import {attributeMap, nested, text, u32be} from '../../../src/edge/netlink/attribute.js';
import {decodeExpression, encodeExpression} from '../../../src/edge/filter/expression-codec.js';
import {arbitraryRule} from '../../core/ruleset/arbitrary.js';

for (const family of ['inet', 'arp', 'netdev'] as const) {
	test(`expressions read back from their attributes, ${family}`, t => {
		fc.assert(fc.property(arbitraryRule(family), rule => {
			const expressions = linearize(rule);
			t.deepEqual(expressions.map(expression => decodeExpression(encodeExpression(expression))), expressions);
		}), {numRuns: 300});
	});
}

test('no bytes make the decoder throw', t => {
	fc.assert(fc.property(fc.constantFrom('meta', 'ct', 'payload', 'bitwise', 'cmp', 'range', 'lookup', 'hash', 'immediate', 'objref', 'limit'), fc.uint8Array({maxLength: 64}), (name, bytes) => {
		const payload = Buffer.concat([text(1, name), nested(2, bytes)]);
		t.notThrows(() => decodeExpression(payload));
	}));
});

test('an expression that farmctl never writes is unknown, by name and bytes', t => {
	const limit = Buffer.concat([text(1, 'limit'), nested(2, u32be(1, 5))]);
	const found = decodeExpression(limit);
	t.deepEqual(found, {name: 'unknown', text: `limit ${attributeMap(limit).get(2)!.toString('hex')}`});
});
