import test from 'ava';
import fc from 'fast-check';
import type {Farm, Rule} from '../../../../src/core/model/farm.js';
import {chainNameLengthMax, chainPrefix} from '../../../../src/core/ruleset/iptables/names.js';
import {countingRules, iptablesTables} from '../../../../src/core/ruleset/iptables/stages.js';
import type {Chain, Table} from '../../../../src/core/ruleset/model.js';
import {farmWith, ruleFor, vips} from '../../../kernel/support/machine.js';

const rules: Rule[] = [
	{...ruleFor(vips[4], 'tcp', [80], 'client'), ports: [{from: 80, to: 80}, {from: 8000, to: 8010}]},
	ruleFor(vips[4], 'udp', [53], 'connection'),
	ruleFor(vips[6], 'tcp', [443], 'network'),
];
const farm: Farm = {...farmWith({rules}), name: 'web', backend: 'iptables'};

const chainsOf = (tables: readonly Table[]): Chain[] => tables.flatMap(({chains}) => chains);

const textsOf = (table: Table | undefined, part: string): string[] =>
	table?.chains.find(({name}) => name === `farmctl/web/${part}`)?.rules.map(([statement]) => statement?.kind === 'iptables' ? statement.text : '') ?? [];

test('the rules of a VIP, in the words of iptables', t => {
	const [raw] = iptablesTables(farm);
	t.deepEqual(textsOf(raw, 'stage1'), ['-d 192.0.2.100/32 -g farmctl/web/vip0']);
	t.deepEqual(textsOf(raw, 'vip0'), [
		'-i lo -j RETURN',
		'-p tcp -m tcp --dport 80 -g farmctl/web/s0-client',
		'-p tcp -m tcp --dport 8000:8010 -g farmctl/web/s0-client',
		'-p udp -m udp --dport 53 -g farmctl/web/s0-connect',
		...[3, 4, 11, 12].map(type => `-p icmp -m icmp --icmp-type ${type} -j RETURN`),
		'-p icmp -m icmp --icmp-type 8 -g farmctl/web/s0-client',
		'-g farmctl/web/unnamed',
	]);
	t.deepEqual(textsOf(raw, 's0-connect'), [
		'-j HMARK --hmark-src-prefix 32 --hmark-sport-mask 0xffff --hmark-rnd 0x00005eed --hmark-mod 2520 --hmark-offset 0', '-g farmctl/web/slots0',
	]);
});

test('only families with a VIP have tables', t => {
	t.deepEqual(iptablesTables(farm).map(({family, name}) => `${family} ${name}`), ['ip raw', 'ip mangle', 'ip6 raw', 'ip6 mangle']);
	t.deepEqual(iptablesTables({...farm, vips: farm.vips.slice(0, 1)}).map(({family}) => family), ['ip', 'ip']);
});

test('every group has chains of its own for its slots', t => {
	const [first] = farm.groups;
	const grouped: Farm = {...farm, groups: [first!, {...first!, name: 'static'}], rules: rules.map((rule, index) => index === 0 ? {...rule, group: 'static'} : rule)};
	const [raw, mangle] = iptablesTables(grouped);
	t.true(textsOf(raw, 'vip0').includes('-p tcp -m tcp --dport 80 -g farmctl/web/s1-client'));
	t.is(textsOf(raw, 's1-client').at(-1), '-g farmctl/web/slots1');
	t.is(textsOf(mangle, 'u1-client').at(-1), '-g farmctl/web/reset1');
});

test('every chain that is gone to is there, and every counter has its rule', t => {
	for (const {chains} of iptablesTables(farm)) {
		const names = new Set(chains.map(({name}) => name));
		const goals = chains.flatMap(({rules: found}) => found.flatMap(([statement]) => /(?:-g|-j) (?<goal>farmctl\S*)$/u.exec(statement?.kind === 'iptables' ? statement.text : '')?.groups?.goal ?? []));
		t.deepEqual(goals.filter(goal => !names.has(goal)), []);
	}

	for (const {table, part, index} of Object.values(countingRules).flat()) {
		const rule = textsOf(iptablesTables(farm).find(({name}) => name === table), part)[index]!;
		t.regex(rule, /^-j (?:DROP|MARK)/u, `${table} ${part}`);
	}
});

test('no name is too long for iptables, and no farm has another\'s chains', t => {
	const names = fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,62}$/u);
	t.notThrows(() => {
		fc.assert(fc.property(names, names, (name, other) => chainsOf(iptablesTables({...farm, name})).every(chain => chain.name.length <= chainNameLengthMax)
			&& (name === other || !chainPrefix(name).startsWith(chainPrefix(other)))));
	});
});
