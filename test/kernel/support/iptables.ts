/** iptables' programs and lists in a test's namespace. */

import {createAddressLists, type AddressLists} from '../../../src/edge/filter/iptables/address-lists.js';
import {createPrograms, startProgram, type Programs} from '../../../src/edge/filter/iptables/programs.js';
import type {Namespace} from './namespace.js';

export const variants = ['legacy', 'nft'] as const;

export type IptablesVariant = typeof variants[number];

/** Each program is started while the main thread is inside, and belongs there then. */
export const iptablesIn = (namespace: Namespace, variant: IptablesVariant): {readonly programs: Programs; readonly lists: AddressLists} => ({
	programs: createPrograms({variant, start: async (...call) => namespace.run(async () => startProgram(...call))}),
	lists: createAddressLists(namespace.run),
});
