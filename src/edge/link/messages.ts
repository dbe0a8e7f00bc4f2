
/**
The rtnetlink messages about interfaces, addresses and link-layer addresses: encode and decode, nothing else. Layouts and numbers:
`include/uapi/linux/rtnetlink.h`, `if_link.h`, `if_addr.h`, `neighbour.h`.
*/

import {addressBits, addressFromBytes, parseAddress} from '../../core/model/address.js';
import type {AddressFamily} from '../../core/model/farm.js';
import {attribute, attributeMap, decodeText, u8, u32} from '../netlink/attribute.js';
import {flags, type NetlinkMessage, type NetlinkRequest} from '../netlink/message.js';
import type {LinkInterface} from './port.js';

/** The value of IFA_PROTO on an address that farmctl added; the kernel's own are below 4. */
export const farmctlAddressProtocol = 0x46;

/** RTM_*. */
export const types = {
	newLink: 16, deleteLink: 17, getLink: 18, newAddress: 20, deleteAddress: 21, getAddress: 22, newNeighbour: 28, deleteNeighbour: 29, getNeighbour: 30,
} as const;
const families = {4: 2, 6: 10, bridge: 7} as const;
const linkAttributes = {address: 1, name: 3, mtu: 4} as const;
const addressAttributes = {address: 1, local: 2, cacheInfo: 6, flags: 8, protocol: 11} as const;
const neighbourAttributes = {linkAddress: 2, master: 9} as const;
const linkFlags = {up: 0x1, lowerUp: 0x1_00_00} as const;
const addressFlags = {noDad: 0x02, noPrefixRoute: 0x2_00} as const;
const neighbourFlags = {self: 0x02} as const;
const permanentState = 0x80;
const forever = 0xFF_FF_FF_FF;

/** Sizes of the fixed parts: `struct ifinfomsg`, `ifaddrmsg`, `ndmsg`. */
const fixedBytes = {link: 16, address: 8, neighbour: 12} as const;

export const dumpLinks: NetlinkRequest = {type: types.getLink, flags: flags.dump, payload: Buffer.alloc(fixedBytes.link)};

export const dumpAddresses: NetlinkRequest = {type: types.getAddress, flags: flags.dump, payload: Buffer.alloc(fixedBytes.address)};

export const dumpForwarding: NetlinkRequest = {
	type: types.getNeighbour, flags: flags.dump, payload: Buffer.concat([Buffer.of(families.bridge), Buffer.alloc(fixedBytes.neighbour - 1)]),
};

export function decodeLink({type, payload}: NetlinkMessage): LinkInterface | undefined {
	if (type !== types.newLink || payload.length < fixedBytes.link) {
		return undefined;
	}

	const attributes = attributeMap(payload.subarray(fixedBytes.link));
	const linkState = payload.readUInt32LE(8);
	return {
		index: payload.readInt32LE(4),
		name: decodeText(attributes.get(linkAttributes.name) ?? Buffer.alloc(0)),
		mac: macText(attributes.get(linkAttributes.address) ?? Buffer.alloc(0)),
		isUp: (linkState & linkFlags.up) !== 0,
		hasCarrier: (linkState & linkFlags.lowerUp) !== 0,
		mtu: attributes.get(linkAttributes.mtu)?.readUInt32LE(0) ?? 0,
	};
}

export type AddressEntry = {
	readonly index: number;
	readonly address: string;
	readonly family: AddressFamily;
	readonly prefixLength: number;
	/** Whether IFA_PROTO says that farmctl added it. */
	readonly isMarked: boolean;
};

/** IFA_LOCAL is the interface's own address where there is a peer (then IFA_ADDRESS is the peer); IPv6 sends only IFA_ADDRESS without one. */
export function decodeAddress({type, payload}: NetlinkMessage): AddressEntry | undefined {
	if (type !== types.newAddress || payload.length < fixedBytes.address) {
		return undefined;
	}

	const attributes = attributeMap(payload.subarray(fixedBytes.address));
	const bytes = attributes.get(addressAttributes.local) ?? attributes.get(addressAttributes.address);
	if (bytes?.length !== 4 && bytes?.length !== 16) {
		return undefined;
	}

	return {
		index: payload.readUInt32LE(4),
		address: addressFromBytes(bytes),
		family: bytes.length === 4 ? 4 : 6,
		prefixLength: payload[1]!,
		isMarked: attributes.get(addressAttributes.protocol)?.[0] === farmctlAddressProtocol,
	};
}

export type MacEntry = {readonly index: number; readonly mac: string};

/** An entry of the device itself. Of a bridge the kernel reports unicast ones as entries of which the bridge is its own master. */
export function decodeForwarding({type, payload}: NetlinkMessage): MacEntry | undefined {
	if (type !== types.newNeighbour || payload.length < fixedBytes.neighbour || payload[0] !== families.bridge) {
		return undefined;
	}

	const attributes = attributeMap(payload.subarray(fixedBytes.neighbour));
	const index = payload.readInt32LE(4);
	const mac = attributes.get(neighbourAttributes.linkAddress);
	const isOfDevice = (payload[10]! & neighbourFlags.self) !== 0 || attributes.get(neighbourAttributes.master)?.readInt32LE(0) === index;
	return isOfDevice && mac?.length === 6 ? {index, mac: macText(mac)} : undefined;
}

/**
A host address marked as ours. IPv6: no duplicate address detection (every node has it), no route, and deprecated from the start, so that the
node's own connections never take it as their source (RFC 6724, rule 3).
*/
export function addAddressRequest(index: number, address: string): NetlinkRequest {
	const {payload, family} = hostAddress(index, address);
	const extra = family === 4 ? [] : [
		u32(addressAttributes.flags, addressFlags.noDad | addressFlags.noPrefixRoute),
		attribute(addressAttributes.cacheInfo, cacheInfo({preferredSeconds: 0, validSeconds: forever})),
	];
	return {
		type: types.newAddress,
		flags: flags.create | flags.exclusive,
		payload: Buffer.concat([payload, ...extra, u8(addressAttributes.protocol, farmctlAddressProtocol)]),
	};
}

export const removeAddressRequest = (index: number, address: string): NetlinkRequest =>
	({type: types.deleteAddress, payload: hostAddress(index, address).payload});

/** The kernel puts a unicast MAC on the device's unicast list and a multicast one on its multicast list (`ndo_dflt_fdb_add`). */
export const addMacRequest = (index: number, mac: string): NetlinkRequest =>
	({type: types.newNeighbour, flags: flags.create | flags.exclusive, payload: forwardingEntry(index, mac)});

export const removeMacRequest = (index: number, mac: string): NetlinkRequest => ({type: types.deleteNeighbour, payload: forwardingEntry(index, mac)});

function hostAddress(index: number, text: string): {payload: Buffer; family: AddressFamily} {
	const address = parseAddress(text);
	if (!address) {
		throw new TypeError(`not an address: '${text}'`);
	}

	const fixed = Buffer.of(families[address.family], addressBits(address.family), 0, 0, 0, 0, 0, 0);
	fixed.writeUInt32LE(index, 4);
	const {bytes, family} = address;
	return {payload: Buffer.concat([fixed, attribute(addressAttributes.local, bytes), attribute(addressAttributes.address, bytes)]), family};
}

/** `struct ifa_cacheinfo`: preferred, valid, and two times that only the kernel fills in. */
function cacheInfo({preferredSeconds, validSeconds}: {readonly preferredSeconds: number; readonly validSeconds: number}): Buffer {
	const bytes = Buffer.alloc(16);
	bytes.writeUInt32LE(preferredSeconds, 0);
	bytes.writeUInt32LE(validSeconds, 4);
	return bytes;
}

function forwardingEntry(index: number, mac: string): Buffer {
	const fixed = Buffer.alloc(fixedBytes.neighbour);
	fixed[0] = families.bridge;
	fixed.writeInt32LE(index, 4);
	fixed.writeUInt16LE(permanentState, 8);
	fixed[10] = neighbourFlags.self;
	return Buffer.concat([fixed, attribute(neighbourAttributes.linkAddress, Buffer.from(mac.replaceAll(':', ''), 'hex'))]);
}

const macText = (bytes: Buffer): string => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(':');
