/** Pairs of farms that differ in what an operator changes, for properties. */

import fc from 'fast-check';
import type {Farm, PortRange, Rule} from '../../../src/core/model/farm.js';
import {farmWith, vip4, vip6} from '../../kernel/support/machine.js';

export const otherVip = {...vip4, address: '192.0.2.101', mac: '0a:00:00:00:00:65'};

export const twoNodes: Farm['nodes'] = [{name: 'web1', id: 1, addresses: ['192.0.2.11'], weight: 1}, {name: 'web2', id: 2, addresses: ['192.0.2.12'], weight: 1}];

const vips = [vip4, vip6, otherVip];

/** Few ports, so that two rules often meet in one. */
export const portsUnder = 12;

const range: fc.Arbitrary<PortRange> = fc.tuple(fc.integer({min: 1, max: portsUnder - 1}), fc.integer({min: 0, max: 4}))
	.map(([from, length]) => ({from, to: Math.min(from + length, portsUnder - 1)}));

const rule: fc.Arbitrary<Rule> = fc.record({
	vip: fc.constantFrom(...vips.map(({address}) => address)),
	protocol: fc.constantFrom('tcp' as const, 'udp' as const),
	ports: range.map(one => [one]),
	affinity: fc.constantFrom('client' as const, 'connection' as const, 'network' as const),
	group: fc.constant('default'),
});

/** A farm whose rules are disjoint, as the checker demands. */
export const anyFarm: fc.Arbitrary<Farm> = fc.record({rules: fc.array(rule, {maxLength: 6}), kept: fc.subarray(vips, {minLength: 1})}).map(({rules, kept}) => ({
	...farmWith({
		vips: kept,
		seed: 7,
		rules: rules.filter((one, index) => kept.some(({address}) => address === one.vip) && rules.slice(0, index).every(other => !meets(one, other))),
	}),
	nodes: twoNodes,
}));

/** Often two of which a rule deals clients differently. */
export const anyPair: fc.Arbitrary<readonly [Farm, Farm]> = fc.oneof(fc.tuple(anyFarm, anyFarm), fc.tuple(anyFarm, fc.array(rule.map(({affinity}) => affinity), {minLength: 6, maxLength: 6}))
	.map(([farm, affinities]) => [farm, {...farm, rules: farm.rules.map((one, index) => ({...one, affinity: affinities[index]!}))}] as const));

const meets = (a: Rule, b: Rule): boolean => a.vip === b.vip && a.protocol === b.protocol && a.ports.some(one => b.ports.some(other => one.from <= other.to && other.from <= one.to));
