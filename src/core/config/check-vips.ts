/** VIPs: their addresses, their cluster MACs, and whether the nodes are on their networks. */

import {
	addressBits, addressFromBytes, addressToBytes, inNetwork, lastOfNetwork, networkOf, parseAddress, type Address,
} from '../model/address.js';
import type {FarmNode, Vip, VipMode} from '../model/farm.js';
import {checkAddress} from './check-nodes.js';
import {deriveMac} from './derive.js';
import type {RawFarm, RawVip} from './keys.js';
import type {Report} from './scalars.js';
import type {Path} from './tree.js';

/** The VIPs as far as they are right; `undefined` in the place of one that is not. */
export function checkVips(raw: RawFarm['vips'], farmName: string | undefined, nodes: ReadonlyArray<FarmNode | undefined>, report: Report): Array<Vip | undefined> {
	const vips = (raw ?? []).map((vip, index) => vip && checkVip(vip, farmName, ['vips', index], report));
	reportSharedVips(vips, report);
	for (const [index, vip] of vips.entries()) {
		if (vip) {
			reportNodesOf(vip, nodes, ['vips', index, 'address'], report);
		}
	}

	return vips;
}

function checkVip(raw: RawVip, farmName: string | undefined, path: Path, report: Report): Vip | undefined {
	const network = raw.address === undefined ? undefined : checkNetwork(raw.address, [...path, 'address'], report);
	const isMacWell = raw.mac === undefined || raw.mode === undefined || checkMac(raw.mac.toLowerCase(), raw.mode, [...path, 'mac'], report);
	if (!network || !isMacWell || raw.mode === undefined || raw.interface === undefined) {
		return undefined;
	}

	const {address, prefixLength} = network;
	return {
		address: address.text, family: address.family, prefixLength, interface: raw.interface, mode: raw.mode,
		mac: raw.mac?.toLowerCase() ?? deriveMac(farmName ?? '', address.text, raw.mode),
	};
}

function checkNetwork(text: string, path: Path, report: Report): {address: Address; prefixLength: number} | undefined {
	const [addressText, prefixText] = text.split('/') as [string, string];
	const canonical = checkAddress(addressText, path, report);
	if (canonical === undefined) {
		return undefined;
	}

	const address = parseAddress(canonical)!;
	const prefixLength = Number(prefixText);
	const bits = addressBits(address.family);
	if (prefixLength < 1 || prefixLength > bits) {
		report(path, `the prefix length of ${canonical} must be from 1 to ${bits}, not ${prefixText}`);
		return undefined;
	}

	const reason = endOfNetworkReason(address, prefixLength);
	if (reason !== undefined) {
		report(path, `${canonical} is ${reason} ${addressFromBytes(networkOf(address.bytes, prefixLength))}/${prefixLength}`);
	}

	return reason === undefined ? {address, prefixLength} : undefined;
}

/** Networks of one or two addresses have no address set apart (RFC 3021, RFC 6164). */
function endOfNetworkReason({family, bytes}: Address, prefixLength: number): string | undefined {
	if (prefixLength > addressBits(family) - 2) {
		return undefined;
	}

	const isEqual = (other: Uint8Array): boolean => other.every((byte, index) => byte === bytes[index]);
	if (isEqual(networkOf(bytes, prefixLength))) {
		return family === 4 ? 'the address of the network itself,' : 'the anycast address of the routers of';
	}

	return family === 4 && isEqual(lastOfNetwork(bytes, prefixLength)) ? 'the broadcast address of' : undefined;
}

function checkMac(mac: string, mode: VipMode, path: Path, report: Report): boolean {
	const isGroup = Number.parseInt(mac.slice(0, 2), 16) % 2 === 1;
	const reason = reservedMacReason(mac);
	if (reason !== undefined) {
		report(path, `the MAC ${mac} ${reason}`);
		return false;
	}

	if (isGroup === (mode === 'multicast')) {
		return true;
	}

	report(path, `the MAC ${mac} is ${isGroup ? 'a group' : 'an individual'} address, and mode ${mode} needs ${isGroup ? 'an individual' : 'a group'} one`, {
		hint: mode === 'unicast' ? 'such as 02:00:5e:00:53:01, or leave it out' : 'such as 03:00:5e:00:53:01, or leave it out',
	});
	return false;
}

/** 01-80-C2-00-00-0X never passes a bridge (IEEE 802.1Q, table 8-1). */
function reservedMacReason(mac: string): string | undefined {
	if (mac === '00:00:00:00:00:00' || mac === 'ff:ff:ff:ff:ff:ff') {
		return mac.startsWith('00') ? 'is no address' : 'is the broadcast address';
	}

	return mac.startsWith('01:80:c2:00:00:0') ? 'is reserved for bridges, which never forward it' : undefined;
}

function reportSharedVips(vips: ReadonlyArray<Vip | undefined>, report: Report): void {
	for (const [index, vip] of vips.entries()) {
		const before = vips.slice(0, index);
		if (vip && before.some(other => other?.address === vip.address)) {
			report(['vips', index, 'address'], `the VIP ${vip.address} is there twice`);
		} else if (vip) {
			const twin = before.find(other => other?.mac === vip.mac);
			if (twin) {
				report(['vips', index, 'mac'], `the MAC ${vip.mac} is already that of the VIP ${twin.address}`, {hint: 'each VIP has its own; leave it out to derive one'});
			}
		}
	}
}

function reportNodesOf(vip: Vip, nodes: ReadonlyArray<FarmNode | undefined>, path: Path, report: Report): void {
	const network = addressToBytes(vip.address);
	const known = nodes.filter(node => node !== undefined);
	for (const node of known) {
		if (node.addresses.includes(vip.address)) {
			report(path, `the VIP ${vip.address} is also an address of node '${node.name}'`, {hint: 'a VIP is an address of its own, which no node has otherwise'});
		} else if (!node.addresses.some(address => inNetwork(addressToBytes(address), network, vip.prefixLength))) {
			report(path, `node '${node.name}' has no address in the network of the VIP, ${addressFromBytes(networkOf(network, vip.prefixLength))}/${vip.prefixLength}`, {
				hint: `the prefix length is that of the network, such as ${vip.address}/${vip.family === 4 ? 24 : 64}; the VIP itself is installed as a host address`,
			});
		}
	}
}
