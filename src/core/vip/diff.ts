/**
The steps that lead from the virtual addresses an interface has to those it should have.

Only what is ours is ever removed. Order matters: a MAC is there before the address that makes clients send to it, and stays until the address
has gone. (That the filter stands before the address appears, and until it has gone, is the caller's part.)
*/

import type {AddressFamily} from '../model/farm.js';
import {addressBits} from '../model/address.js';
import {addressKey, macKey, type VipState} from './state.js';

export type VipStep =
	| {readonly kind: 'add-address' | 'remove-address'; readonly interface: string; readonly address: string; readonly family: AddressFamily}
	| {readonly kind: 'add-mac' | 'remove-mac'; readonly interface: string; readonly mac: string};

/** What to do, in order, so that the interfaces have what is desired and nothing else of ours. Empty when there is nothing to do. */
export function diffVips(desired: VipState, observed: VipState): VipStep[] {
	const addresses = compare(desired.addresses, observed.addresses, addressKey);
	const macs = compare(desired.macs, observed.macs, macKey);
	return [
		...addresses.surplus.map(({interface: name, address, family}): VipStep => ({kind: 'remove-address', interface: name, address, family})),
		...macs.missing.map(({interface: name, mac}): VipStep => ({kind: 'add-mac', interface: name, mac})),
		...addresses.missing.map(({interface: name, address, family}): VipStep => ({kind: 'add-address', interface: name, address, family})),
		...macs.surplus.map(({interface: name, mac}): VipStep => ({kind: 'remove-mac', interface: name, mac})),
	];
}

/**
The step as the command of iproute2 that does the same. An IPv6 address is deprecated from the start, so that the node's own connections
never take it as their source (RFC 6724, rule 3).
*/
export function renderVipStep(step: VipStep): string {
	switch (step.kind) {
		case 'add-address': {
			return `ip address add ${hostAddress(step)} dev ${step.interface}${step.family === 6 ? ' nodad noprefixroute preferred_lft 0' : ''}`;
		}

		case 'remove-address': {
			return `ip address del ${hostAddress(step)} dev ${step.interface}`;
		}

		case 'add-mac': {
			return `bridge fdb add ${step.mac} dev ${step.interface} self`;
		}

		case 'remove-mac': {
			return `bridge fdb del ${step.mac} dev ${step.interface} self`;
		}

		default: {
			return step satisfies never;
		}
	}
}

const hostAddress = ({address, family}: {readonly address: string; readonly family: AddressFamily}): string => `${address}/${addressBits(family)}`;

type Item = {readonly isOurs: boolean};

function compare<T extends Item>(desired: readonly T[], observed: readonly T[], key: (item: T) => string): {missing: T[]; surplus: T[]} {
	const wanted = new Set(desired.map(item => key(item)));
	const present = new Set(observed.map(item => key(item)));
	return {
		missing: desired.filter(item => !present.has(key(item))),
		surplus: observed.filter(item => item.isOurs && !wanted.has(key(item))),
	};
}
