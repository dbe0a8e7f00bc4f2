/** Nodes that contradict one another: ids, addresses and networks. */

import {parseAddress} from '../model/address.js';
import type {FarmNode} from '../model/farm.js';
import {unusableReason} from './address-kind.js';
import type {RawFarm} from './keys.js';
import type {Report} from './scalars.js';
import {quote} from './problem.js';
import type {Path} from './tree.js';

/** The nodes as far as they are right; `undefined` in the place of one that is not. */
export function checkNodes(raw: RawFarm['nodes'], report: Report): Array<FarmNode | undefined> {
	const nodes = (raw ?? []).map(({key, value}) => {
		const path = ['nodes', key, 'addresses'];
		const addresses = (value?.addresses ?? []).map((text, index) => text === undefined ? undefined : checkAddress(text, [...path, index], report));
		return {name: key, id: value?.id, weight: value?.weight, addresses: value?.addresses && addresses};
	});
	reportSharedIds(nodes, report);
	reportSharedAddresses(nodes, report);
	reportUnevenNetworks(nodes, report);
	return nodes.map(({name, id, weight, addresses}) => {
		const isWhole = id !== undefined && weight !== undefined && addresses?.every(address => address !== undefined);
		return isWhole ? {name, id, weight, addresses} : undefined;
	});
}

/** Canonical text; reports and answers nothing when no node or VIP can have the address. */
export function checkAddress(text: string, path: Path, report: Report): string | undefined {
	const address = parseAddress(text);
	const reason = address && unusableReason(address);
	if (!address || reason !== undefined) {
		report(path, address ? `${quote(text)} ${reason}` : `${quote(text)} is not an IPv4 or IPv6 address`);
	}

	return reason === undefined ? address?.text : undefined;
}

type PartialNode = {readonly name: string; readonly id: number | undefined; readonly addresses: ReadonlyArray<string | undefined> | undefined};

function reportSharedIds(nodes: readonly PartialNode[], report: Report): void {
	for (const [index, {name, id}] of nodes.entries()) {
		const first = nodes.slice(0, index).find(other => id !== undefined && other.id === id);
		if (first) {
			report(['nodes', name, 'id'], `the id ${id} is already that of node '${first.name}'`);
		}
	}
}

function reportSharedAddresses(nodes: readonly PartialNode[], report: Report): void {
	const owners = new Map<string, string>();
	for (const {name, addresses = []} of nodes) {
		for (const [index, address] of addresses.entries()) {
			const owner = address === undefined ? undefined : owners.get(address);
			if (owner !== undefined) {
				report(['nodes', name, 'addresses', index], `the address ${address} is already that of node '${owner}'`);
			} else if (address !== undefined) {
				owners.set(address, name);
			}
		}
	}
}

function reportUnevenNetworks(nodes: readonly PartialNode[], report: Report): void {
	const model = nodes.find(({addresses}) => addresses !== undefined);
	for (const {name, addresses} of nodes) {
		if (!model?.addresses || !addresses) {
			continue;
		}

		if (addresses.length !== model.addresses.length) {
			report(['nodes', name, 'addresses'], `node '${name}' has ${addresses.length} addresses and node '${model.name}' has ${model.addresses.length}`, {
				hint: 'one address a heartbeat network, in the same order on every node',
			});
			continue;
		}

		const index = addresses.findIndex((address, position) => familyText(address) !== (familyText(model.addresses![position]) ?? familyText(address)) && address !== undefined);
		if (index !== -1) {
			report(['nodes', name, 'addresses', index], `address ${index + 1} of node '${name}' is ${familyText(addresses[index])}, that of node '${model.name}' is ${familyText(model.addresses[index])}`, {
				hint: 'the same position is the same network on every node',
			});
		}
	}
}

const familyText = (address: string | undefined): string | undefined => address === undefined ? undefined : (address.includes(':') ? 'IPv6' : 'IPv4');
