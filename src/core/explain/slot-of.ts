/**
Which slot a packet for a VIP is in: the rule that names it, the rule's group, and the slot that the kernel's hash gives. Pure, and made to be asked of
every connection that a kernel holds: it keeps nothing of a packet and does no more than a few hundred nanoseconds of work for one.

It says what stage 1 of the ruleset says (`core/ruleset/stages.ts`): the first rule in the order of the configuration, echo requests by the client's address.
*/

import {hmarkSlotOfClient} from '../hash/hmark.js';
import {jhash, networkAffinityPrefix, reciprocalScale} from '../hash/jhash.js';
import {addressToBytes, isMapped, parseAddress} from '../model/address.js';
import type {Affinity, Farm, Protocol, Rule} from '../model/farm.js';
import {slotsCount, slotStride} from '../model/slot-set.js';
import {prefixMask} from '../ruleset/values.js';

/** What is asked about. Addresses are text, or four or sixteen bytes in network order; an IPv4 address may be mapped into IPv6, as sockets have it. */
export type Packet = {
	readonly client: string | Uint8Array;
	/** Only the affinity `connection` looks at it. */
	readonly clientPort?: number | undefined;
	readonly vip: string | Uint8Array;
	/** `echo` is an ICMP or ICMPv6 echo request. */
	readonly protocol: Protocol | 'echo';
	/** Without meaning for `echo`. */
	readonly vipPort?: number | undefined;
};

/** Why a packet is in no slot. `no-client-port`: the rule's affinity is `connection`, and the packet says no port. */
export type NoSlotReason = 'not-an-address' | 'no-such-vip' | 'other-family' | 'no-rule' | 'no-client-port';

export type SlotFound = {
	/** Absent for an echo request, which no rule names. */
	readonly rule: Rule | undefined;
	/** Position of the rule's group in the farm's list. */
	readonly group: number;
	/** 0 to 2519, in the group. */
	readonly slot: number;
	/** As slot sets number it. */
	readonly slotNumber: number;
};

/** What decides on slots. */
export type SlotFarm = Pick<Farm, 'vips' | 'rules' | 'groups' | 'seed' | 'backend'>;

export type SlotFinder = (packet: Packet) => SlotFound | {readonly reason: NoSlotReason};

/** By affinity and length of the address: bytes of a key of the length that the hash wants, filled anew for each packet. */
const keys = {4: {address: new Uint8Array(4), withPort: new Uint8Array(8)}, 16: {address: new Uint8Array(16), withPort: new Uint8Array(20)}};

const networkMasks = {4: prefixMask(networkAffinityPrefix[4], 4), 16: prefixMask(networkAffinityPrefix[6], 16)};

const mappedPrefixBytes = 12;

type VipRules = {readonly address: Uint8Array; readonly rules: ReadonlyArray<{readonly rule: Rule; readonly group: number}>};

/** Says of each packet which slot it is in; reads the farm once. */
export function createSlotFinder(farm: SlotFarm): SlotFinder {
	const groups = farm.groups.map(({name}) => name);
	const vips: VipRules[] = farm.vips.map(vip => ({
		address: addressToBytes(vip.address),
		rules: farm.rules.filter(rule => rule.vip === vip.address).map(rule => ({rule, group: groups.indexOf(rule.group)})),
	}));
	return packet => {
		const client = bytesOf(packet.client);
		const vipAddress = bytesOf(packet.vip);
		if (client === undefined || vipAddress === undefined) {
			return {reason: 'not-an-address'};
		}

		const vip = vips.find(({address}) => isSame(address, vipAddress));
		if (vip === undefined) {
			return {reason: 'no-such-vip'};
		}

		return client.length === vipAddress.length ? find(vip, client, packet, farm) : {reason: 'other-family'};
	};
}

function bytesOf(address: string | Uint8Array): Uint8Array | undefined {
	const bytes = typeof address === 'string' ? parseAddress(address)?.bytes : address;
	return bytes !== undefined && isMappedV4(bytes) ? bytes.subarray(mappedPrefixBytes) : bytes;
}

/** Looks at the first byte before it asks properly: an IPv6 address of a client never begins with 0. */
const isMappedV4 = (bytes: Uint8Array): boolean => bytes.length === 16 && bytes[0] === 0 && isMapped(bytes);

function isSame(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) {
		return false;
	}

	for (let index = a.length - 1; index >= 0; index--) {
		if (a[index] !== b[index]) {
			return false;
		}
	}

	return true;
}

function find(vip: VipRules, client: Uint8Array, {protocol, clientPort, vipPort}: Packet, farm: SlotFarm): SlotFound | {readonly reason: NoSlotReason} {
	if (protocol === 'echo') {
		return found(undefined, 0, slotOf('client', client, 0, farm));
	}

	const named = vip.rules.find(({rule}) => rule.protocol === protocol && vipPort !== undefined && rule.ports.some(({from, to}) => vipPort >= from && vipPort <= to));
	if (named === undefined) {
		return {reason: 'no-rule'};
	}

	const {rule, group} = named;
	return rule.affinity === 'connection' && clientPort === undefined
		? {reason: 'no-client-port'}
		: found(rule, group, slotOf(rule.affinity, client, clientPort ?? 0, farm));
}

const found = (rule: Rule | undefined, group: number, slot: number): SlotFound => ({rule, group, slot, slotNumber: (group * slotStride) + slot});

const slotOf = (affinity: Affinity, client: Uint8Array, port: number, {backend, seed}: SlotFarm): number => backend === 'iptables'
	? hmarkSlotOfClient(affinity, client, port, seed)
	: jhashSlot(affinity, client, port, seed);

/** As `slotOfClient`, without making anything. */
function jhashSlot(affinity: Affinity, client: Uint8Array, port: number, seed: number): number {
	const size = client.length === 4 ? 4 : 16;
	const key = affinity === 'connection' ? keys[size].withPort : keys[size].address;
	key.set(client);
	if (affinity === 'connection') {
		key[size] = Math.floor(port / 256);
		key[size + 1] = port % 256;
	} else if (affinity === 'network') {
		const mask = networkMasks[size];
		for (let index = 0; index < size; index++) {
			key[index]! &= mask[index]!; // eslint-disable-line no-bitwise
		}
	}

	return reciprocalScale(jhash(key, seed), slotsCount);
}
