/** What is the iptables back end's alone: it lives among the rules and marks of others, and looks for what they do to its own. */

import {once} from 'node:events';
import test from 'ava';
import {desiredRuleset} from '../../src/core/ruleset/desired.js';
import {diffRulesets} from '../../src/core/ruleset/diff.js';
import {chainPrefix} from '../../src/core/ruleset/iptables/names.js';
import {createIptablesFilter} from '../../src/edge/filter/iptables/iptables.js';
import {createPrograms, startProgram} from '../../src/edge/filter/iptables/programs.js';
import type {FilterNotice} from '../../src/edge/filter/port.js';
import {SystemFailure} from '../../src/errors.js';
import {udpFrame} from './support/frame.js';
import type {IptablesVariant} from './support/iptables.js';
import {iptablesTest} from './support/kernel-test.js';
import {evenSlots, farmWith, oddSlots, ruleFor, slotTable, vips, type Machine} from './support/machine.js';

const farm = farmWith({rules: [ruleFor(vips[4], 'udp', [53], 'client'), ruleFor(vips[6], 'tcp', [80], 'connection')]});

const programs = ['iptables', 'ip6tables'] as const;

const run = (machine: Machine, variant: IptablesVariant, program: typeof programs[number], ...words: readonly string[]): string =>
	machine.namespace.sh(`${program}-${variant}`, '--wait', ...words);

/** What iptables-save prints of both families, without counters and comments. */
const saved = (machine: Machine, variant: IptablesVariant): string[] => programs.flatMap(program => machine.namespace.sh(`${program}-${variant}-save`).split('\n'))
	.filter(line => !line.startsWith('#')).map(line => line.replace(/ \[\d+:\d+\]$/u, ''));

/** Chains and rules of others, before and behind where ours come, in tables that we use and in one that we do not. */
function makeOthers(machine: Machine, variant: IptablesVariant): void {
	for (const program of programs) {
		for (const table of ['raw', 'mangle', 'filter']) {
			run(machine, variant, program, '-t', table, '-N', 'others');
			run(machine, variant, program, '-t', table, '-A', 'others', '-p', 'tcp', '--dport', '2222', '-j', 'ACCEPT');
			run(machine, variant, program, '-t', table, '-A', table === 'filter' ? 'INPUT' : 'PREROUTING', '-j', 'others');
		}
	}
}

iptablesTest('rules of others stay as they are, in their order, and after removal nothing is left', farm, async (t, machine, variant) => {
	makeOthers(machine, variant);
	const before = saved(machine, variant);
	await machine.serve({owned: evenSlots, retained: oddSlots, resettable: evenSlots});
	await machine.filter.setSlots(slotTable({owned: oddSlots}));
	const during = saved(machine, variant);
	t.deepEqual(during.filter(line => !line.includes(chainPrefix(farm.name))), before);
	t.is(during.filter(line => line.startsWith('-A PREROUTING -j farmctl/')).length, 4, 'one jump each');
	await machine.filter.install(desiredRuleset(machine.farm, {}));
	t.is(saved(machine, variant).filter(line => line.startsWith('-A PREROUTING -j farmctl/')).length, 4, 'still one each');
	await machine.filter.remove();
	t.deepEqual(saved(machine, variant), before);
	t.is(await machine.filter.observe(), undefined);
});

iptablesTest('a packet leaves our chains without a mark, and marks that others give it later are theirs', farm, async (t, machine, variant) => {
	const marks = ['0x0', '0x7'] as const;
	run(machine, variant, 'iptables', '-t', 'mangle', '-A', 'PREROUTING', '-m', 'mark', '--mark', marks[0], '-p', 'udp', '-j', 'MARK', '--set-mark', marks[1]);
	run(machine, variant, 'iptables', '-A', 'INPUT', '-p', 'udp', '-m', 'mark', '--mark', marks[1], '-j', 'ACCEPT');
	await machine.serve({owned: evenSlots});
	const client = machine.clientIn(evenSlots, 4, 'client');
	machine.wire.send(udpFrame(machine.endsOf(client), client.port, 53, Buffer.from('x')));
	await machine.wire.settle();
	t.regex(machine.namespace.sh(`iptables-${variant}-save`, '-c'), /^\[1:\d+\] -A INPUT -p udp -m mark --mark 0x7 -j ACCEPT$/mu);
});

iptablesTest('what someone else does to our chains is noticed, and what we do is not', farm, async (t, machine, variant) => {
	const notices: FilterNotice[] = [];
	const waiting = new EventTarget();
	machine.filter.watch(notice => {
		notices.push(notice);
		waiting.dispatchEvent(new Event('notice'));
	});
	const next = async (kind: FilterNotice['kind']): Promise<FilterNotice> => {
		let found = notices.find(notice => notice.kind === kind);
		while (found === undefined) {
			await once(waiting, 'notice');
			found = notices.find(notice => notice.kind === kind);
		}

		return found;
	};

	await machine.serve({owned: evenSlots});
	const prefix = chainPrefix(farm.name);
	run(machine, variant, 'iptables', '-t', 'raw', '-F', `${prefix}slots0`);
	t.is((await next('live')).what, 'chains of slots were changed');
	t.deepEqual(notices.filter(({kind}) => kind !== 'live'), []);
	await machine.filter.clear();

	run(machine, variant, 'ip6tables', '-t', 'mangle', '-F', 'PREROUTING');
	t.regex((await next('rules')).what, /PREROUTING was gone/u);
	const desired = desiredRuleset(machine.farm, {[vips[4]]: '192.0.2.11', [vips[6]]: '2001:db8::11'});
	t.true(await machine.filter.rewrite(diffRulesets(await machine.filter.observe(), desired)));
	t.deepEqual(diffRulesets(await machine.filter.observe(), desired), []);

	run(machine, variant, 'iptables', '-t', 'raw', '-F');
	run(machine, variant, 'iptables', '-t', 'raw', '-X');
	t.regex((await next('tables')).what, /iptables' raw/u);
	t.deepEqual(await machine.filter.restore(desired), ['ip']);
	t.deepEqual(diffRulesets(await machine.filter.observe(), desired), []);
});

test('a program that is not there is told with what to install', async t => {
	const missing = createPrograms({start: async (_program, words, input) => startProgram('iptables-of-nobody', words, input)});
	const filter = createIptablesFilter({farm: {...farm, backend: 'iptables'}, tables: 'plain', programs: missing});
	const error = await t.throwsAsync(filter.observeSlots(), {instanceOf: SystemFailure});
	t.regex(error.hint!, /apt-get install iptables/u);
	filter.close();
});
