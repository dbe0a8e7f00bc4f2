/** The ruleset in the kernel: read back as it was meant, protected, printed as text that nft takes, and gone without a trace. */

import {writeFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {desiredRuleset} from '../../src/core/ruleset/desired.js';
import {describeDifferences, diffRulesets} from '../../src/core/ruleset/diff.js';
import {renderRuleset} from '../../src/core/ruleset/render.js';
import {createNftFilter} from '../../src/edge/filter/nft.js';
import {KernelFailure} from '../../src/errors.js';
import {kernelTest} from './support/kernel-test.js';
import {evenSlots, farmWith, ruleFor, slotTable, vip4, vips, type Machine} from './support/machine.js';

const farm = farmWith({
	rules: [ruleFor(vips[4], 'tcp', [80, 443], 'client'), {...ruleFor(vips[6], 'tcp', [], 'network'), ports: [{from: 1, to: 65_535}]}, ruleFor(vips[6], 'udp', [53], 'connection')],
});

const own = {[vips[4]]: '192.0.2.11', [vips[6]]: 'fe80::11'};

const foreignTable = 'table inet other { chain input { type filter hook input priority 0; policy accept; tcp dport 22 accept; }; }';

/** Without the comment that nft adds to tables with an owner. */
const listed = (machine: Machine): string => machine.namespace.sh('nft', 'list', 'ruleset');

/** Runs nft inside on this text; throws when it refuses. */
function nftReads(machine: Machine, text: string): void {
	const folder = mkdtempSync(join(tmpdir(), 'farmctl-filter-'));
	try {
		const file = join(folder, 'ruleset.nft');
		writeFileSync(file, text);
		machine.namespace.sh('nft', '-c', '-f', file);
	} finally {
		rmSync(folder, {recursive: true});
	}
}

for (const addresses of [own, {}]) {
	kernelTest(`the text is nft's, ${Object.keys(addresses).length === 0 ? 'without' : 'with'} own addresses`, farm, async (t, machine) => {
		t.notThrows(() => {
			nftReads(machine, renderRuleset(desiredRuleset(farm, addresses)));
		});
	});

	kernelTest(`what is observed is what was desired, ${Object.keys(addresses).length === 0 ? 'without' : 'with'} own addresses`, farm, async (t, machine) => {
		const desired = desiredRuleset(farm, addresses);
		await machine.filter.install(desired);
		await machine.filter.setSlots(slotTable({owned: evenSlots}));
		await machine.filter.openLease(undefined);
		t.deepEqual(describeDifferences(diffRulesets(desired, await machine.filter.observe())), []);
	});
}

kernelTest('what is removed leaves the ruleset as it was, another table included', farm, async (t, machine) => {
	machine.namespace.sh('nft', foreignTable);
	const before = listed(machine);
	await machine.serve({owned: evenSlots});
	t.not(listed(machine), before);
	await machine.filter.remove();
	t.is(listed(machine), before);
});

kernelTest('owned tables withstand a flush and every other hand', farm, async (t, machine) => {
	const desired = desiredRuleset(farm, own);
	await machine.filter.install(desired);
	machine.namespace.sh('nft', 'flush', 'ruleset');
	t.deepEqual(diffRulesets(desired, await machine.filter.observe()), []);
	t.throws(() => machine.namespace.sh('nft', 'delete', 'table', 'inet', 'farmctl-kernel-test'));
	const other = machine.namespace.run(() => createNftFilter({farm, tables: 'plain'}));
	t.teardown(() => {
		other.close();
	});
	const error = await t.throwsAsync(other.install(desired), {instanceOf: KernelFailure});
	t.is(error.errno, 'EPERM');
	t.regex(error.hint!, /farmctl status/u);
	await t.throwsAsync(other.remove(), {instanceOf: KernelFailure});
	t.deepEqual(diffRulesets(desired, await machine.filter.observe()), []);
});

kernelTest('tables that a dead owner left go on dropping, and can be replaced and removed by anyone', farm, async (t, machine) => {
	const before = listed(machine);
	await machine.serve({owned: evenSlots});
	machine.filter.close();
	const next = machine.namespace.run(() => createNftFilter({farm, tables: 'plain'}));
	t.teardown(() => {
		next.close();
	});
	t.deepEqual(diffRulesets(desiredRuleset(farm, {[vips[4]]: '192.0.2.11', [vips[6]]: '2001:db8::11'}), await next.observe()), []);
	await next.install(desiredRuleset(farm, own));
	t.deepEqual(diffRulesets(desiredRuleset(farm, own), await next.observe()), []);
	await next.remove();
	t.is(listed(machine), before);
});

kernelTest('plain tables are listed as text that nft reads back, and a change by hand shows', farm, async (t, machine) => {
	const plain = machine.namespace.run(() => createNftFilter({farm, tables: 'plain'}));
	t.teardown(() => {
		plain.close();
	});
	const desired = desiredRuleset(farm, own);
	await plain.install(desired);
	await plain.setSlots(slotTable({owned: evenSlots}));
	t.notThrows(() => {
		nftReads(machine, listed(machine));
	});
	machine.namespace.sh('nft', 'insert', 'rule', 'inet', 'farmctl-kernel-test', 'owned', 'tcp', 'dport', '22', 'drop');
	machine.namespace.sh('nft', 'add', 'chain', 'arp', 'farmctl-kernel-test', 'extra');
	const differences = diffRulesets(desired, await plain.observe());
	t.is(differences.length, 2);
	t.deepEqual(describeDifferences(differences), [
		'@ table inet farmctl-kernel-test',
		'  chain owned {',
		'+ \tmeta l4proto tcp tcp dport 22 drop',
		'@ table arp farmctl-kernel-test',
		'+ chain extra {',
		'+ }',
	]);
});

kernelTest('slots that someone else changed are written anew', farm, async (t, machine) => {
	const plain = machine.namespace.run(() => createNftFilter({farm, tables: 'plain'}));
	t.teardown(() => {
		plain.close();
	});
	await plain.install(desiredRuleset(farm, own));
	await plain.setSlots(slotTable({owned: evenSlots}));
	machine.namespace.sh('nft', 'flush', 'map', 'inet', 'farmctl-kernel-test', 'slots');
	await plain.setSlots(slotTable({retained: evenSlots}));
	t.deepEqual(await plain.observeSlots(), slotTable({retained: evenSlots}));
});

kernelTest('a missing interface is named, or waited for by kernels that can', farm, async (t, machine) => {
	const lost = farmWith({vips: [{...vip4, interface: 'eth9'}], rules: [ruleFor(vips[4], 'tcp', [80], 'client')]});
	const desired = desiredRuleset(lost, {});
	try {
		await machine.filter.install(desired);
	} catch (error) {
		t.true(error instanceof KernelFailure);
		t.regex((error as KernelFailure).message, /chain ingress-eth9 of table netdev/u);
		t.is(await machine.filter.observe(), undefined);
		return;
	}

	machine.namespace.addWire('eth9', 'wire9');
	t.deepEqual(describeDifferences(diffRulesets(desired, await machine.filter.observe())), []);
});
