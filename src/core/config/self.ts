/** Which node of the farm this machine is. */

import {canonicalAddress} from '../model/address.js';
import type {Farm, FarmNode} from '../model/farm.js';
import {quote} from './problem.js';
import {suggest} from './suggest.js';

export type Self = {readonly node: FarmNode} | {readonly reason: string};

/** The node named (`--node`, `FARMCTL_NODE`), or else the only node that has an address of this machine; otherwise why there is none. */
export function findSelf(farm: Farm, {name, machineAddresses}: {readonly name?: string; readonly machineAddresses: readonly string[]}): Self {
	const names = farm.nodes.map(node => node.name);
	if (name !== undefined) {
		const node = farm.nodes.find(candidate => candidate.name === name);
		const close = suggest(name, names);
		return node ? {node} : {reason: `the farm '${farm.name}' has no node ${quote(name)}${close === undefined ? '' : `; did you mean '${close}'?`}`};
	}

	const own = new Set(machineAddresses.map(address => canonicalAddress(address) ?? address));
	const [node, ...others] = farm.nodes.filter(({addresses}) => addresses.some(address => own.has(address)));
	if (!node) {
		return {reason: `no address of this machine is a node's address in the farm '${farm.name}' (${names.join(', ')})`};
	}

	return others.length === 0 ? {node} : {reason: `this machine has addresses of several nodes: ${[node, ...others].map(other => other.name).join(', ')}`};
}
