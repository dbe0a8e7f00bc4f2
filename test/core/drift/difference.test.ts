import test from 'ava';
import fc from 'fast-check';
import {
	ownershipFormat, ownershipItems, ownershipItemsMax, type OwnershipItem,
} from '../../../src/core/config/ownership.js';
import {
	comparisonBytesMax, comparisonFormat, decodeComparison, encodeComparison, lackingBytesMax, type Comparison,
} from '../../../src/core/drift/comparison.js';
import {differenceText, itemCellsMax} from '../../../src/core/drift/difference.js';
import {
	hashItems, inventoryOf, missingFrom, placesCount, unknownCount, type HashedItem,
} from '../../../src/core/drift/inventory.js';
import {heartbeatBytesMax} from '../../../src/core/protocol/heartbeat.js';
import {farmWith, ruleFor} from '../../kernel/support/machine.js';

const web1 = {id: 1, name: 'web1'};
const web2 = {id: 2, name: 'web2'};
const vip = '192.0.2.100';

const items = (change: Parameters<typeof farmWith>[0]): HashedItem[] => hashItems(ownershipItems(farmWith(change)));
const plain = items({rules: []});

/** What the one with these items tells the other, over the wire, once it knows the other's. */
function told(own: readonly HashedItem[], other: readonly HashedItem[], place = 0): Comparison {
	const lacking = missingFrom(own, inventoryOf(other, place)).map(({part, text}) => `${part}: ${text}`)[0] ?? '';
	const decoded = decodeComparison(encodeComparison({
		fingerprint: '00000000000000aa', wantsAnswer: false, inventory: inventoryOf(own, place), lacking: {line: lacking, about: '00000000000000bb'},
	}));
	if (!decoded.ok) {
		throw new Error(decoded.reason);
	}

	return decoded.comparison;
}

/** The sentence on both nodes: they must say the same. */
function sentence(one: readonly HashedItem[], two: readonly HashedItem[]): string {
	const texts = new Set([
		differenceText({self: web1, peer: web2, items: one, comparison: told(two, one)}),
		differenceText({self: web2, peer: web1, items: two, comparison: told(one, two)}),
	]);
	return [...texts].join(' BUT ');
}

const rule = (port: number, affinity: 'client' | 'connection' | 'network' = 'client') => ruleFor(vip, 'tcp', [port], affinity);

test('a rule that is another on each side', t => {
	t.is(
		sentence(items({rules: [rule(80)]}), items({rules: [rule(80, 'connection')]})),
		'web1 has rule \'192.0.2.100 tcp 80 client\', web2 has rule \'192.0.2.100 tcp 80 connection\'',
	);
});

test('a rule that one side lacks, whichever it is', t => {
	const more = items({rules: [rule(80), rule(443)]});
	const less = items({rules: [rule(80)]});
	t.is(sentence(more, less), 'web1 has rule \'192.0.2.100 tcp 443 client\', which web2 lacks');
	t.is(sentence(less, more), 'web2 has rule \'192.0.2.100 tcp 443 client\', which web1 lacks');
});

test('a value of which there is one', t => {
	t.is(sentence(items({seed: 5, rules: [rule(80)]}), items({seed: 7, rules: [rule(80)]})), 'seed: 5 on web1, 7 on web2');
});

test('the first of several, and how many more there are', t => {
	t.is(sentence(items({seed: 5, rules: [rule(80)]}), items({seed: 7, rules: [rule(80), rule(443)]})), 'seed: 5 on web1, 7 on web2; 1 more item differs');
	t.is(sentence(items({seed: 5, rules: [rule(80)]}), items({seed: 7, rules: [rule(81)]})), 'seed: 5 on web1, 7 on web2; 2 more items differ');
});

test('of two items in different parts the earlier part is told, on both sides', t => {
	const [address] = farmWith({rules: []}).vips;
	const one = items({vips: [{...address!, mode: 'unicast'}], rules: [rule(80)]});
	const two = items({vips: [{...address!, mode: 'unicast'}], rules: [rule(81)]});
	const lackingVip = two.filter(({part}) => part !== 'VIP');
	t.regex(sentence(one, lackingVip), /^web1 has VIP '192\.0\.2\.100\/24 unicast 0a:00:00:00:00:64', which web2 lacks; 2 more items differ$/);
});

test('a format that differs says that the versions do', t => {
	const newer = hashItems(ownershipItems(farmWith({rules: []})).map(item => item.part === 'format' ? {...item, text: String(ownershipFormat + 1)} : item));
	t.is(sentence(items({rules: []}), newer), 'format: 1 on web1, 2 on web2: their versions of farmctl distribute clients differently');
});

test('a part that this version does not know is told whole, before the others', t => {
	const future: OwnershipItem = {part: 'colour', text: 'blue'};
	const newer = [...items({seed: 7, rules: []}), ...hashItems([future])];
	t.is(
		differenceText({self: web1, peer: web2, items: items({seed: 5, rules: []}), comparison: {...told(newer, items({seed: 5, rules: []})), lacking: {line: 'colour: blue', about: ''}}}),
		'web2 has \'colour: blue\', which web1 lacks; 2 more items differ',
	);
});

test('nothing differs: no sentence', t => {
	t.is(sentence(plain, plain), '');
});

test('a hostile text is cut and cannot steer a terminal', t => {
	const comparison = {...told(plain, plain), lacking: {line: `rule: \u{1B}[2J\u{202E}${'x'.repeat(5000)}`, about: ''}};
	const text = differenceText({self: web1, peer: web2, items: plain, comparison});
	t.regex(text, /^web2 has rule '\u{FFFD}\[2J\u{FFFD}x+…', which web1 lacks$/u);
	t.true(text.length < itemCellsMax + 50);
});

const line = fc.string({unit: 'grapheme', maxLength: 300});
const digits = fc.stringMatching(/^[\da-f]{6}$/);
const fingerprint = fc.stringMatching(/^[\da-f]{15}[1-9a-f]$/);

test('what is decoded is what was encoded, its text cut to whole characters', t => {
	fc.assert(fc.property(
		fingerprint, fc.boolean(), fc.nat(placesCount - 1), fc.array(digits, {maxLength: ownershipItemsMax}), fc.option(fc.record({line, about: fingerprint}), {nil: undefined}),
		(own, wantsAnswer, place, hashes, lacking) => {
			const comparison = {
				fingerprint: own, wantsAnswer, inventory: {place, hashes}, lacking,
			};
			const bytes = encodeComparison(comparison);
			const decoded = decodeComparison(Uint8Array.from([...bytes, 1, 2, 3]));
			if (!decoded.ok) {
				throw new Error(decoded.reason);
			}

			const found = decoded.comparison.lacking?.line ?? '';
			t.deepEqual({...decoded.comparison, lacking: undefined}, {...comparison, lacking: undefined});
			t.is(decoded.comparison.lacking?.about, lacking?.about);
			t.true((lacking?.line ?? '').toWellFormed().startsWith(found) && (found === lacking?.line.toWellFormed() || Buffer.byteLength(found) > lackingBytesMax - 4 || lacking === undefined));
			t.true(bytes.length <= comparisonBytesMax);
		},
	));
});

test('the largest farm fits a datagram', t => {
	t.true(comparisonBytesMax <= heartbeatBytesMax, `${comparisonBytesMax} bytes`);
});

test('whatever the bytes are, there is an answer; whole messages cut anywhere are refused', t => {
	fc.assert(fc.property(fc.uint8Array({maxLength: 400}), fc.boolean(), (bytes, isOurs) => {
		if (isOurs && bytes.length > 0) {
			bytes[0] = comparisonFormat;
		}

		const decoded = decodeComparison(bytes);
		t.is(typeof decoded.ok, 'boolean');
	}), {numRuns: 2000});
	const whole = encodeComparison({
		fingerprint: '00000000000000aa', wantsAnswer: true, inventory: inventoryOf(plain, 3), lacking: {line: 'seed: 7', about: '00000000000000bb'},
	});
	for (let length = 0; length < whole.length; length++) {
		t.deepEqual(decodeComparison(whole.subarray(0, length)), {ok: false, reason: 'malformed'});
	}

	t.deepEqual(decodeComparison(Uint8Array.of(comparisonFormat + 1)), {ok: false, reason: 'format'});
});

test('what is missing on either side is found, whatever the two have', t => {
	const item = fc.record({part: fc.constantFrom('VIP', 'rule'), text: fc.string({maxLength: 12})});
	const key = ({part, text}: OwnershipItem) => `${part}: ${text}`;
	fc.assert(fc.property(fc.uniqueArray(item, {selector: key, maxLength: 40}), fc.uniqueArray(item, {selector: key, maxLength: 40}), fc.nat(20), (one, two, place) => {
		const [mine, theirs] = [hashItems(one), hashItems(two)];
		const known = new Set(two.map(entry => key(entry)));
		t.deepEqual(missingFrom(mine, inventoryOf(theirs, place)).map(entry => key(entry)), one.map(entry => key(entry)).filter(text => !known.has(text)));
		t.is(unknownCount(mine, inventoryOf(theirs, place)), missingFrom(theirs, inventoryOf(mine, place)).length);
	}), {seed: 1});
});
