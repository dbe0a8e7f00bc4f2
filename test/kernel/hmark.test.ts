/** Our HMARK against the kernel's, from both variants of iptables: random clients send through a network namespace where it marks each, we compute the same. */
import process from 'node:process';
import test from 'ava';
import type {AddressFamily, Affinity} from '../../src/core/model/farm.js';
import {slotsCount} from '../../src/core/model/slot-set.js';
import {hmarkSlotOfClient} from '../../src/core/hash/hmark.js';
import {clientsCount, marksInKernel, randomClients, reasonToSkip} from './support/kernel-marks.js';

const programs = {4: 'iptables', 6: 'ip6tables'} as const;

const keyText = (family: AddressFamily, affinity: Affinity): string => ({
	client: '--hmark-tuple src',
	connection: '--hmark-tuple src,sport',
	network: `--hmark-src-prefix ${family === 4 ? 24 : 64}`,
})[affinity];

type Variant = 'legacy' | 'nft';

const markingRules = (variant: Variant, family: AddressFamily, affinity: Affinity, seed: number): string =>
	`${programs[family]}-${variant} -t mangle -A OUTPUT -p udp --dport 9 -j HMARK ${keyText(family, affinity)} --hmark-mod ${slotsCount} --hmark-rnd ${seed} --hmark-offset 0`;

const agrees = test.macro({
	title: (reason, variant: Variant, family: AddressFamily, affinity: Affinity) => `the kernel agrees: ${variant}, IPv${family}, ${affinity}${reason ? ` (skipped: ${reason})` : ''}`,
	async exec(t, variant: Variant, family: AddressFamily, affinity: Affinity, seed: number) {
		const clients = randomClients(family, seed);
		const kernel = await marksInKernel(family, markingRules(variant, family, affinity, seed), clients);
		t.is(kernel.size, clientsCount);
		const wrong = clients.filter(([address, port]) => kernel.get(`${address} ${port}`) !== hmarkSlotOfClient(affinity, address, port, seed));
		t.deepEqual(wrong, []);
	},
});

const combinations = [
	['legacy', 4, 'client', 0x5E_ED_00_01],
	['legacy', 4, 'connection', 0xFF_FF_FF_FF],
	['legacy', 4, 'network', 1],
	['legacy', 6, 'client', 0x80_00_00_00],
	['legacy', 6, 'connection', 0x5E_ED_00_01],
	['legacy', 6, 'network', 0xC0_FF_EE_11],
	['nft', 4, 'connection', 0],
	['nft', 6, 'client', 0x5E_ED_00_01],
] as const;

for (const combination of combinations) {
	if (reasonToSkip && !process.env.CI) {
		test.skip(reasonToSkip, agrees, ...combination);
	} else {
		test(agrees, ...combination);
	}
}
