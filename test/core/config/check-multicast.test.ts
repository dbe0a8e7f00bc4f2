import test from 'ava';
import type {JsonValue} from '../../../src/core/config/tree.js';
import {
	goodDocument, parse, problemsOf, withAt,
} from './documents.js';

const withGroups = (value: JsonValue): JsonValue => withAt(goodDocument, ['heartbeat', 'multicast'], value);
const onlyV4 = withAt(withAt(goodDocument, ['nodes', 'web1', 'addresses'], ['192.0.2.11']), ['nodes', 'web2', 'addresses'], ['192.0.2.12']);
const v4Farm = withAt(withAt(onlyV4, ['vips'], [goodDocument.vips[0]]), ['rules'], [goodDocument.rules[0]]);
const groupsOf = (document: JsonValue): unknown => {
	const result = parse(document);
	return 'farm' in result ? result.farm.heartbeat.multicast : result.problems;
};

test('one group for each family of the networks, in canonical text', t => {
	t.deepEqual(groupsOf(withGroups(['239.77.48.3', 'FF15::4803'])), ['239.77.48.3', 'ff15::4803']);
	t.deepEqual(groupsOf(withGroups(['ff12::1', '239.0.0.1'])), ['ff12::1', '239.0.0.1']);
	t.deepEqual(groupsOf(withGroups([])), []);
});

test('a single group may stand without brackets', t => {
	t.deepEqual(groupsOf(withAt(v4Farm, ['heartbeat', 'multicast'], '239.77.48.3')), ['239.77.48.3']);
	t.deepEqual(groupsOf(withAt(v4Farm, ['heartbeat', 'multicast'], ['239.77.48.3'])), ['239.77.48.3']);
});

const told = test.macro<[JsonValue, JsonValue, ...string[]]>((t, document, value, ...problems) => {
	t.deepEqual(problemsOf(withAt(document, ['heartbeat', 'multicast'], value)), problems);
});

test('no multicast address', told, v4Farm, '192.0.2.7', 'heartbeat.multicast[0]: \'192.0.2.7\' is not a multicast address');
test('nor a word', told, v4Farm, 'auto', 'heartbeat.multicast: multicast: expected a multicast address, found \'auto\'');
test('of the range of the link', told, v4Farm, '224.0.0.18', 'heartbeat.multicast[0]: \'224.0.0.18\' is of the range that is kept for the protocols of a link');
test('of the range of the link, IPv6', told, goodDocument, ['239.0.0.1', 'ff02::1'], 'heartbeat.multicast[1]: \'ff02::1\' is of the range that is kept for the protocols of a link');
test('of a scope that ends in the machine', told, goodDocument, ['239.0.0.1', 'ff11::5'], 'heartbeat.multicast[1]: \'ff11::5\' never leaves the machine');
test('two of one family', told, v4Farm, ['239.0.0.1', '239.0.0.2'], 'heartbeat.multicast[1]: there is another IPv4 group already');
test('none for a family', told, goodDocument, '239.0.0.1', 'heartbeat.multicast: there are heartbeat networks of IPv6, and no group for them');
test('one that no network uses', told, v4Farm, ['239.0.0.1', 'ff15::1'], 'heartbeat.multicast[1]: no heartbeat network is of IPv6, so nobody would use ff15::1');
