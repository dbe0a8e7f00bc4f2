/**
Rules that note the slot of every packet, behind the farm's own that hash it.

	nft        the map `slots` leads to a chain for each slot, which notes it, instead of to `owned`
	iptables   HMARK leaves the slot in the packet's mark; the rule that takes it away again in `owned` goes, and an nft chain behind reads it

Either way the packet ends there.
*/

import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {allSlots, slotsCount} from '../../../src/core/model/slot-set.js';
import {desiredRuleset} from '../../../src/core/ruleset/desired.js';
import {chainPrefix} from '../../../src/core/ruleset/iptables/names.js';
import {liveSets, tableName} from '../../../src/core/ruleset/model.js';
import {createNftFilter} from '../../../src/edge/filter/nft.js';
import type {IptablesVariant} from './iptables.js';
import {vips, type Machine} from './machine.js';

const slots = Array.from({length: slotsCount}, (_, slot) => slot);

/** The slot is in the mark. */
const note = `
	set seen4 { type ipv4_addr . inet_service . inet_service . mark; flags dynamic; size 65535; }
	set seen6 { type ipv6_addr . inet_service . inet_service . mark; flags dynamic; size 65535; }
	set echo4 { type ipv4_addr . mark; flags dynamic; size 65535; }
	set echo6 { type ipv6_addr . mark; flags dynamic; size 65535; }
	chain note {
		meta l4proto icmp add @echo4 { ip saddr . meta mark } drop
		meta l4proto icmpv6 add @echo6 { ip6 saddr . meta mark } drop
		meta nfproto ipv4 add @seen4 { ip saddr . th sport . th dport . meta mark } drop
		add @seen6 { ip6 saddr . th sport . th dport . meta mark } drop
	}
`;

const inMap = (table: string): string => `
	table inet ${table} {
		${note}
		${slots.map(slot => `chain seen-${slot} { meta mark set ${slot} goto note; }`).join('\n')}
	}
	add element inet ${table} ${liveSets.slots} { ${slots.map(slot => `${slot} : goto seen-${slot}`).join(', ')} }
`;

const behind = (table: string): string => `
	table inet ${table} {
		${note}
		chain noting {
			type filter hook prerouting priority -299;
			ip daddr ${vips[4]} goto note
			ip6 daddr ${vips[6]} goto note
		}
	}
`;

/** What was seen in a set: the parts of each element but the last, and that, the slot. */
export type Seen = (set: string) => Map<string, number>;

/** Installs the rules of the machine's farm with a lease, and what notes; of a machine with iptables its variant is to be said. */
export async function installNoting(t: ExecutionContext, machine: Machine, variant?: IptablesVariant): Promise<Seen> {
	const {farm} = machine;
	if (variant === undefined) {
		// Tables of a daemon are closed to others; these are as the rules of a farm without one.
		const filter = machine.namespace.run(() => createNftFilter({farm, tables: 'plain'}));
		t.teardown(() => {
			filter.close();
		});
		await filter.install(desiredRuleset(farm, {}));
		await filter.openLease(undefined);
		load(machine, inMap(tableName(farm.name)));
		return set => seen(machine, tableName(farm.name), set);
	}

	await machine.serve({owned: allSlots});
	for (const program of ['iptables', 'ip6tables']) {
		machine.namespace.sh(`${program}-${variant}`, '-t', 'raw', '-F', `${chainPrefix(farm.name)}owned`);
	}

	load(machine, behind('noting'));
	return set => seen(machine, 'noting', set);
}

/** From a file: it is longer than a program's arguments may be. */
function load(machine: Machine, text: string): void {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-noting-'));
	const file = path.join(folder, 'noting.nft');
	writeFileSync(file, text);
	machine.namespace.sh('nft', '-f', file);
	rmSync(folder, {recursive: true, force: true});
}

function seen(machine: Machine, table: string, name: string): Map<string, number> {
	const {nftables} = JSON.parse(machine.namespace.sh('nft', '-j', 'list', 'set', 'inet', table, name)) as {nftables: ReadonlyArray<{set?: {elem?: readonly unknown[]}}>};
	const elements = nftables.find(item => item.set)?.set?.elem ?? [];
	return new Map(elements.map(element => {
		const plain = ((element as {elem?: {val: unknown}}).elem?.val ?? element) as {readonly concat: ReadonlyArray<string | number>};
		return [plain.concat.slice(0, -1).join(' '), Number(plain.concat.at(-1))];
	}));
}
