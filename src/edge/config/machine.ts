/** What this machine calls itself, for a first configuration. */

import {hostname, networkInterfaces} from 'node:os';
import {unusableReason} from '../../core/config/address-kind.js';
import type {MachineAddress} from '../../core/config/sample.js';
import {parseAddress} from '../../core/model/address.js';

/** The name without its domain. */
export const machineName = (): string => hostname().split('.', 1)[0]!;

/** The first address that a node could have, IPv4 before IPv6; nothing on a machine without a network. */
export function machineAddress(): MachineAddress | undefined {
	const candidates = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) => addresses
		.filter(({internal, cidr}) => !internal && cidr !== null)
		.map(({address, cidr}) => ({interface: name, address, prefixLength: Number(cidr!.split('/', 2)[1])})));
	const usable = candidates.filter(({address}) => {
		const parsed = parseAddress(address);
		return parsed !== undefined && unusableReason(parsed) === undefined;
	});
	return usable.find(({address}) => !address.includes(':')) ?? usable[0];
}
