/** The filter's contract with both variants of iptables; one case after the other, for each starts many programs. */

import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import {createIptablesFilter} from '../../../../src/edge/filter/iptables/iptables.js';
import {iptablesIn, variants} from '../../../kernel/support/iptables.js';
import {createNamespace, whyNoNamespace} from '../../../kernel/support/namespace.js';
import {contractFarm, testContract} from '../contract.js';

for (const variant of variants) {
	testContract(`in the kernel, iptables-${variant}`, () => {
		const namespace = createNamespace();
		const filter = namespace.run(() => createIptablesFilter({farm: {...contractFarm, backend: 'iptables'}, tables: 'owned', ...iptablesIn(namespace, variant)}));
		return {
			filter,
			backend: 'iptables',
			pass: async ms => sleep(ms),
			close() {
				filter.close();
				namespace.close();
			},
		};
	}, whyNoNamespace() === undefined ? test.serial : test.skip);
}
