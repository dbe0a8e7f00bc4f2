import test from 'ava';
import fc from 'fast-check';
import {desiredRuleset} from '../../../src/core/ruleset/desired.js';
import {applyDifferences, describeDifferences, diffRulesets} from '../../../src/core/ruleset/diff.js';
import type {Ruleset} from '../../../src/core/ruleset/model.js';
import {farmWith, ruleFor, vips} from '../../kernel/support/machine.js';
import {arbitraryRuleset} from './arbitrary.js';

test('nothing differs from itself', t => {
	fc.assert(fc.property(arbitraryRuleset, ruleset => {
		t.deepEqual(diffRulesets(ruleset, structuredClone(ruleset)), []);
	}), {numRuns: 200});
});

/** Tables and what is in them by name, so that order among them counts for nothing. */
const inOrder = (ruleset: Ruleset): unknown => ruleset.tables.map(table => ({
	...table,
	counters: table.counters.toSorted(),
	sets: table.sets.toSorted((a, b) => a.name.localeCompare(b.name)),
	chains: table.chains.toSorted((a, b) => a.name.localeCompare(b.name)),
})).toSorted((a, b) => `${a.family} ${a.name}` < `${b.family} ${b.name}` ? -1 : 1);

test('the differences from a to b make b out of a', t => {
	fc.assert(fc.property(arbitraryRuleset, arbitraryRuleset, (a, b) => {
		t.deepEqual(inOrder(applyDifferences(a, diffRulesets(a, b))), inOrder(b));
	}), {numRuns: 300});
});

test('from nothing to all and back', t => {
	fc.assert(fc.property(arbitraryRuleset, ruleset => {
		t.deepEqual(inOrder(applyDifferences(undefined, diffRulesets(undefined, ruleset))), inOrder(ruleset));
		t.deepEqual(applyDifferences(ruleset, diffRulesets(ruleset, undefined)), {tables: []});
	}), {numRuns: 100});
});

const small = desiredRuleset(farmWith({rules: [ruleFor(vips[4], 'tcp', [80], 'client')]}), {});

test('order of tables, chains, sets and elements means nothing; order of rules does', t => {
	const turned: Ruleset = {tables: small.tables.toReversed().map(table => ({...table, chains: table.chains.toReversed(), sets: table.sets.toReversed()}))};
	t.deepEqual(diffRulesets(small, turned), []);
	const swapped: Ruleset = {tables: small.tables.map(table => ({...table, chains: table.chains.map(chain => chain.name === 'retained' ? {...chain, rules: chain.rules.toReversed()} : chain)}))};
	t.is(diffRulesets(small, swapped).length, 1);
	t.deepEqual(describeDifferences(diffRulesets(small, swapped)).slice(-1), ['  (the same lines in another order)']);
});

test('a difference is told as lines that come and go', t => {
	const more = desiredRuleset(farmWith({rules: [ruleFor(vips[4], 'tcp', [80, 81], 'client')]}), {});
	t.deepEqual(describeDifferences(diffRulesets(small, more)), [
		'@ table inet farmctl-kernel-test',
		'  chain vip-192.0.2.100 {',
		'+ \tmeta l4proto tcp tcp dport 81 goto client4',
		'@ table inet farmctl-kernel-test',
		'  chain connection-192.0.2.100 {',
		'+ \tmeta l4proto tcp tcp dport 81 goto unknown-client4',
	]);
});
