/** The filter's contract with both variants of iptables; one case after the other, for each starts many programs. */

import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import type {AddressLists} from '../../../../src/edge/filter/iptables/address-lists.js';
import {createIptablesFilter} from '../../../../src/edge/filter/iptables/iptables.js';
import {KernelFailure} from '../../../../src/errors.js';
import {iptablesIn} from '../../../kernel/support/iptables.js';
import {createNamespace, whyNoNamespace} from '../../../kernel/support/namespace.js';
import {contractFarm, testContract} from '../contract.js';

/** As in a user namespace. */
const unwritable = (lists: AddressLists): AddressLists => {
	const refuse = (): void => {
		throw new KernelFailure('the kernel refused to change the list', {errno: 'EACCES'});
	};

	return {...lists, add: refuse, empty: refuse};
};

for (const [name, variant, listsFrom] of [['iptables-legacy', 'legacy', unwritable], ['iptables-nft', 'nft', undefined]] as const) {
	testContract(`in the kernel, ${name}${listsFrom === undefined ? '' : ', lists that nobody may write'}`, () => {
		const namespace = createNamespace();
		const {programs, lists} = iptablesIn(namespace, variant);
		const filter = namespace.run(() => createIptablesFilter({farm: {...contractFarm, backend: 'iptables'}, tables: 'owned', programs, lists: listsFrom === undefined ? lists : listsFrom(lists)}));
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
