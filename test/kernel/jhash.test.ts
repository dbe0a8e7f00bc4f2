/** Our jhash against the kernel's: random clients send through a network namespace where nft hashes each, we compute the same. */
import process from 'node:process';
import test from 'ava';
import type {AddressFamily, Affinity} from '../../src/core/model/farm.js';
import {slotsCount} from '../../src/core/model/slot-set.js';
import {slotOfClient} from '../../src/core/hash/jhash.js';
import {clientsCount, marksInKernel, randomClients, reasonToSkip} from './support/kernel-marks.js';

/** nft's words for a family. */
const families = {
	4: {table: 'ip', networkMask: '255.255.255.0'},
	6: {table: 'ip6', networkMask: 'ffff:ffff:ffff:ffff::'},
} as const;

const keyText = (family: AddressFamily, affinity: Affinity): string => {
	const {table, networkMask} = families[family];
	return {
		client: `${table} saddr`,
		connection: `${table} saddr . udp sport`,
		network: `${table} saddr & ${networkMask}`,
	}[affinity];
};

const markingRules = (family: AddressFamily, affinity: Affinity, seed: number): string => `nft 'table ${families[family].table} jhash_test {
	chain output { type filter hook output priority -150;
		udp dport 9 meta mark set jhash ${keyText(family, affinity)} mod ${slotsCount} seed ${seed}
	}
}'`;

const agrees = test.macro({
	title: (reason, family: AddressFamily, affinity: Affinity) => `the kernel agrees: IPv${family}, ${affinity}${reason ? ` (skipped: ${reason})` : ''}`,
	async exec(t, family: AddressFamily, affinity: Affinity, seed: number) {
		const clients = randomClients(family, seed);
		const kernel = await marksInKernel(family, markingRules(family, affinity, seed), clients);
		t.is(kernel.size, clientsCount);
		const wrong = clients.filter(([address, port]) => kernel.get(`${address} ${port}`) !== slotOfClient(affinity, address, port, seed));
		t.deepEqual(wrong, []);
	},
});

const combinations = [
	[4, 'client', 0x5E_ED_00_01],
	[4, 'connection', 0xFF_FF_FF_FF],
	[4, 'network', 1],
	[6, 'client', 0x80_00_00_00],
	[6, 'connection', 0x5E_ED_00_01],
	[6, 'network', 0xC0_FF_EE_11],
] as const;

for (const combination of combinations) {
	if (reasonToSkip && !process.env.CI) {
		test.skip(reasonToSkip, agrees, ...combination);
	} else {
		test(agrees, ...combination);
	}
}
