/** The filter's contract, on the one in memory and on the kernel's, with owned tables and with plain ones. */

import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import {createFakeFilter} from '../../../src/edge/filter/fake.js';
import {createNftFilter} from '../../../src/edge/filter/nft.js';
import {createNamespace, whyNoNamespace} from '../../kernel/support/namespace.js';
import {contractFarm, testContract} from './contract.js';

for (const backend of ['nft', 'iptables'] as const) {
	testContract(`in memory, ${backend}`, () => {
		let now = 0;
		return {
			filter: createFakeFilter({now: () => now}),
			backend,
			async pass(ms) {
				now += ms;
			},
			close() {},
		};
	});
}

for (const tables of ['owned', 'plain'] as const) {
	testContract(`in the kernel, ${tables}`, () => {
		const namespace = createNamespace();
		const filter = namespace.run(() => createNftFilter({farm: contractFarm, tables}));
		return {
			filter,
			backend: 'nft',
			pass: async ms => sleep(ms),
			close() {
				filter.close();
				namespace.close();
			},
		};
	}, whyNoNamespace() === undefined ? test : test.skip);
}
