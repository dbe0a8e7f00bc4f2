import test from 'ava';
import fc from 'fast-check';
import {delinearize} from '../../../src/core/ruleset/delinearize.js';
import {desiredRuleset} from '../../../src/core/ruleset/desired.js';
import {linearize} from '../../../src/core/ruleset/linearize.js';
import {renderRule} from '../../../src/core/ruleset/render.js';
import {arbitraryFarm, arbitraryRule} from './arbitrary.js';

for (const family of ['inet', 'arp', 'netdev'] as const) {
	test(`a rule's expressions read back as the rule, ${family}`, t => {
		fc.assert(fc.property(arbitraryRule(family), rule => {
			t.deepEqual(delinearize(family, linearize(rule)), rule);
		}), {numRuns: 500});
	});
}

test('so does every rule of every farm', t => {
	fc.assert(fc.property(arbitraryFarm, farm => {
		for (const {family, chains} of desiredRuleset(farm, {}).tables) {
			for (const rule of chains.flatMap(({rules}) => rules)) {
				t.deepEqual(delinearize(family, linearize(rule)), rule);
			}
		}
	}), {numRuns: 30});
});

test('the hash takes its key from its own words and feeds the lookup, touching no mark', t => {
	t.deepEqual(linearize([{kind: 'hash', key: [{field: 'ip6 saddr'}, {field: 'th sport'}], modulus: 2520, seed: 7, into: 'map', name: 'slots'}]), [
		{name: 'payload', base: 'network', offset: 8, length: 16, to: 4},
		{name: 'payload', base: 'transport', offset: 0, length: 2, to: 8},
		{name: 'hash', from: 4, length: 20, to: 0, modulus: 2520, seed: 7},
		{name: 'lookup', from: 0, set: 'slots', isMap: true, isInverted: false},
	]);
});

test('a link-layer option is overwritten with its checksum, an IPv6 source with the pseudo-header\'s', t => {
	t.deepEqual(linearize([{kind: 'write', field: 'nd address', value: [1, 2, 3, 4, 5, 6]}])[1], {
		name: 'payload', base: 'transport', offset: 26, length: 6, from: 0, checksumType: 1, checksumOffset: 2, checksumFlags: 0,
	});
	t.like(linearize([{kind: 'write', field: 'ip6 saddr', value: []}])[1], {checksumType: 0, checksumFlags: 1});
});

test('what farmctl would not write reads as unknown', t => {
	const strange = delinearize('inet', [
		{name: 'payload', base: 'transport', offset: 26, length: 6, from: 0, checksumType: 0, checksumOffset: 0, checksumFlags: 0},
		{name: 'payload', base: 'network', offset: 1, length: 1, to: 0},
		{name: 'unknown', text: 'limit 00'},
		{name: 'payload', base: 'network', offset: 12, length: 4, to: 1},
		{name: 'cmp', from: 1, is: 'equal', value: [1, 2, 3, 4]},
	]);
	t.deepEqual(strange.map(({kind}) => kind), Array.from({length: 5}, () => 'unknown'));
	t.regex(renderRule(strange), /limit 00/u);
});
