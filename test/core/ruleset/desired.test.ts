import test from 'ava';
import fc from 'fast-check';
import {noApplication} from '../../../src/core/model/application.js';
import type {Statement, Table, Verdict} from '../../../src/core/ruleset/model.js';
import {desiredRuleset, ownAddresses} from '../../../src/core/ruleset/desired.js';
import {renderChain, renderRuleset} from '../../../src/core/ruleset/render.js';
import {farmWith, ruleFor, vip4, vip6, vips} from '../../kernel/support/machine.js';
import {arbitraryFarm} from './arbitrary.js';

const chainText = (tables: readonly Table[], family: string, name: string): string[] => renderChain(tables.find(table => table.family === family)!.chains.find(chain => chain.name === name)!);

test('stage 1 of a VIP, in order', t => {
	const {tables} = desiredRuleset(farmWith({rules: [ruleFor(vips[4], 'tcp', [80], 'client'), {...ruleFor(vips[4], 'udp', [], 'connection'), ports: [{from: 1000, to: 2000}]}]}), {});
	t.deepEqual(chainText(tables, 'inet', 'vip-192.0.2.100'), [
		'chain vip-192.0.2.100 {',
		'\tiifname "lo" accept',
		'\tmeta nfproto ipv4 ip daddr != @lease4 counter name "leaseless" drop',
		'\tmeta l4proto tcp tcp dport 80 goto client4',
		'\tmeta l4proto udp udp dport 1000-2000 goto connection4',
		'\tmeta l4proto icmp icmp type 3 accept',
		'\tmeta l4proto icmp icmp type 4 accept',
		'\tmeta l4proto icmp icmp type 11 accept',
		'\tmeta l4proto icmp icmp type 12 accept',
		'\tmeta l4proto icmp icmp type 8 goto client4',
		'\tcounter name "unnamed" drop',
		'}',
	]);
	t.deepEqual(chainText(tables, 'inet', 'connection4'), [
		'chain connection4 {',
		'\tmeta nfproto ipv4 jhash ip saddr . th sport mod 2520 seed 0x5eed vmap @slots',
		'\tcounter name "foreign" drop',
		'}',
	]);
});

test('a farm without TCP still looks at ct state: that is what puts fragments together', t => {
	const text = renderRuleset(desiredRuleset(farmWith({vips: [vip4], rules: [ruleFor(vips[4], 'udp', [53], 'client')]}), {}));
	t.true(text.includes('ct state established,related accept'));
});

test('only a farm with services keeps silent where nobody listens, on the ports of its rules for TCP', t => {
	const farm = farmWith({rules: [ruleFor(vips[4], 'tcp', [80], 'client'), {...ruleFor(vips[6], 'tcp', [], 'client'), ports: [{from: 1000, to: 2000}]}, ruleFor(vips[4], 'udp', [53], 'client')]});
	t.false(renderRuleset(desiredRuleset(farm, {})).includes('silence'));
	const service = {name: 'web', run: {kind: 'unit' as const, unit: 'web.service'}, startTimeoutMs: 1, stopTimeoutMs: 1};
	t.deepEqual(chainText(desiredRuleset({...farm, application: {...noApplication, services: [service]}}, {}).tables, 'inet', 'silence'), [
		'chain silence {',
		'\ttype filter hook output priority 0; policy accept;',
		'\tmeta l4proto tcp tcp flags & (rst|ack) == rst|ack tcp sequence 0 meta nfproto ipv4 ip saddr 192.0.2.100 tcp sport 80 oifname != "lo" drop',
		'\tmeta l4proto tcp tcp flags & (rst|ack) == rst|ack tcp sequence 0 meta nfproto ipv6 ip6 saddr 2001:db8::100 tcp sport 1000-2000 oifname != "lo" drop',
		'}',
	]);
});

test('a farm of one family has nothing of the other', t => {
	const only4 = renderRuleset(desiredRuleset(farmWith({vips: [vip4], rules: [ruleFor(vips[4], 'tcp', [80], 'client')]}), {}));
	t.notRegex(only4, /ipv6|ip6|lease6/u);
	const only6 = desiredRuleset(farmWith({vips: [vip6], rules: [ruleFor(vips[6], 'tcp', [80], 'network')]}), {});
	t.deepEqual(only6.tables.map(({family}) => family), ['inet', 'netdev']);
	t.notRegex(renderRuleset(only6), /ipv4|ip saddr|lease4/u);
});

const verdictsOf = (statement: Statement): Verdict[] => statement.kind === 'verdict' ? [statement.verdict] : [];

test('whatever the farm, every name in a rule exists, and every chain that is gone to ends in a verdict', t => {
	fc.assert(fc.property(arbitraryFarm, farm => {
		for (const table of desiredRuleset(farm, {}).tables) {
			const chains = new Map(table.chains.map(chain => [chain.name, chain]));
			t.is(chains.size, table.chains.length);
			const statements = table.chains.flatMap(({rules}) => rules.flat());
			const elements = table.sets.flatMap(set => set.elements === 'live' ? [] : set.elements);
			const verdicts = [...statements.flatMap(statement => verdictsOf(statement)), ...elements.map(({verdict}) => verdict!)];
			const targets = verdicts.flatMap(verdict => verdict.kind === 'goto' ? [verdict.chain] : []);
			for (const target of targets) {
				const last = chains.get(target)?.rules.at(-1)?.at(-1);
				t.is(last?.kind, 'verdict', target);
			}

			const sets = new Set(table.sets.map(({name}) => name));
			for (const statement of statements) {
				t.true(!('set' in statement) || sets.has(statement.set));
				t.true(!('map' in statement) || sets.has(statement.map));
				t.true(statement.kind !== 'hash' || sets.has(statement.name));
				t.true(statement.kind !== 'count' || table.counters.includes(statement.counter));
			}
		}
	}), {numRuns: 60});
});

test('the own address is one on the VIP\'s network and interface, for IPv6 else the link-local one', t => {
	const farm = farmWith({rules: []});
	const found = ownAddresses(farm, [
		{interface: 'eth1', address: '192.0.2.9'},
		{interface: 'eth0', address: '198.51.100.1'},
		{interface: 'eth0', address: vips[4]},
		{interface: 'eth0', address: '192.0.2.11'},
		{interface: 'eth0', address: 'fe80::1'},
		{interface: 'eth0', address: vips[6]},
	]);
	t.deepEqual(found, {[vips[4]]: '192.0.2.11', [vips[6]]: 'fe80::1'});
	t.is(ownAddresses(farm, [{interface: 'eth0', address: 'fe80::1'}, {interface: 'eth0', address: '2001:db8::5'}])[vips[6]], '2001:db8::5');
	t.deepEqual(ownAddresses(farm, []), {[vips[4]]: undefined, [vips[6]]: undefined});
});
