import test from 'ava';
import fc from 'fast-check';
import {slotSetOf, slotsCount, slotStride} from '../../../src/core/model/slot-set.js';
import {desiredRuleset} from '../../../src/core/ruleset/desired.js';
import {diffRulesets} from '../../../src/core/ruleset/diff.js';
import {parseRule} from '../../../src/core/ruleset/parse-rule.js';
import {renderRule} from '../../../src/core/ruleset/render.js';
import {parseSavedRules, renderSavedRules, type SavedRules} from '../../../src/core/ruleset/saved-rules.js';
import {arbitraryFarm, arbitraryStatement} from './arbitrary.js';

const slots = fc.array(fc.tuple(fc.nat(1), fc.nat(slotsCount - 1)).map(([group, slot]) => (group * slotStride) + slot), {maxLength: 50}).map(list => slotSetOf(list));

const saved: fc.Arbitrary<SavedRules> = fc.tuple(arbitraryFarm, fc.constantFrom('nft' as const, 'iptables' as const), fc.boolean(), slots, slots).map(([farm, backend, hasOwn, owned, resettable]) => {
	const own = Object.fromEntries(farm.vips.map(({address, family}) => [address, hasOwn ? (family === 4 ? '10.0.0.1' : 'fe80::1') : undefined]));
	const none = slotSetOf([]);
	return {farm: farm.name, backend, ruleset: desiredRuleset({...farm, backend}, own), slots: {owned, resettable, retained: none, leaving: none, arriving: none}};
});

test('what is saved is read back, and saved again it is the same text', t => {
	fc.assert(fc.property(saved, rules => {
		const text = renderSavedRules(rules);
		const read = parseSavedRules(text);
		if ('problem' in read) {
			throw new Error(JSON.stringify(read.problem));
		}

		t.deepEqual(diffRulesets(read.ruleset, rules.ruleset), []);
		t.is(renderSavedRules(read), text);
	}), {numRuns: 60});
});

test('a rule is read as it was written, or not at all', t => {
	fc.assert(fc.property(fc.constantFrom('inet' as const, 'arp' as const, 'netdev' as const).chain(family => arbitraryStatement(family)), statement => {
		const text = renderRule([statement]);
		const read = parseRule(text);
		return read === undefined || renderRule(read) === text;
	}));
	t.pass();
});

const [example] = fc.sample(saved.filter(({backend}) => backend === 'iptables'), {seed: 7, numRuns: 1});
const lines = renderSavedRules(example!).split('\n');

const refusesLine = test.macro({
	exec(t, find: string, replacement: string, cause: RegExp) {
		const index = lines.findIndex(line => line.includes(find));
		const read = parseSavedRules(lines.with(index, replacement).join('\n'));
		t.true('problem' in read);
		if (!('problem' in read)) {
			return;
		}

		t.is(read.problem.line, index + 1);
		t.regex(read.problem.cause, cause);
	},
	title: (title = '') => `restore refuses ${title}`,
});

test('another first line', refusesLine, '# farmctl rules', '# something', /first line/u);
test('slots that are none', refusesLine, 'owned: ', 'owned: 5-3', /slots/u);
test('slots beyond the last', refusesLine, 'retained: ', 'retained: 99999', /slots/u);
test('a rule that farmctl never writes', refusesLine, 'iifname "lo" accept', '\t\ttcp dport 22 masquerade', /no such rule/u);
test('another family', refusesLine, 'table netdev', 'table bridge x {', /expected a table/u);
test('a rule in a chain of somebody else', refusesLine, '-A farmctl/', '-A INPUT -j ACCEPT', /chain of the farm/u);
test('a type of set that farmctl has not', refusesLine, '\t\ttype ipv', '\t\ttype mark', /type of the key/u);

test('whatever is given, nothing is thrown', t => {
	fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), {maxLength: 30}), list => {
		parseSavedRules([...lines.slice(0, 6), ...list].join('\n'));
	}));
	t.true('problem' in parseSavedRules(''));
});
