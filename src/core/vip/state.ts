/**
What the farm's virtual addresses need from the network interfaces: the addresses themselves, and the cluster MACs that the interfaces must
receive besides their own. `desiredVips` says it for a farm, `observeVips` reads it from what the kernel has; `diff.ts` compares the two.
*/

import type {AddressFamily, Farm, Vip} from '../model/farm.js';

export type VipAddress = {
	readonly interface: string;
	/** Canonical text. */
	readonly address: string;
	readonly family: AddressFamily;
	/** Whether farmctl put it there, and so may take it away. */
	readonly isOurs: boolean;
};

export type VipMac = {
	readonly interface: string;
	/** Lower case with colons. */
	readonly mac: string;
	/** Whether farmctl put it there, and so may take it away. */
	readonly isOurs: boolean;
};

export type VipState = {
	readonly addresses: readonly VipAddress[];
	readonly macs: readonly VipMac[];
};

/** What the kernel has, as the link reads it. */
export type FoundVips = {
	readonly addresses: ReadonlyArray<VipAddress & {readonly isRecorded: boolean}>;
	readonly macs: readonly VipMac[];
};

/** What `vip down` desires. */
export const noVips: VipState = {addresses: [], macs: []};

/** What the interfaces must have for the farm, each once; MACs in the order of the VIPs that need them first. */
export function desiredVips({vips}: Pick<Farm, 'vips'>): VipState {
	return {
		addresses: distinct(vips.map(({interface: name, address, family}) => ({interface: name, address, family, isOurs: true})), addressKey),
		macs: distinct(vips.map(({interface: name, mac}) => ({interface: name, mac, isOurs: true})), macKey),
	};
}

/**
What concerns the farm of all that the kernel has: what was added with its run directory, also what the farm no longer names, and what the farm names,
whoever put it there. Another farm's VIPs on the same machine do not. Of one address that an interface holds with several prefix lengths, ours counts.
*/
export function observeVips(found: FoundVips, farm: Pick<Farm, 'vips'>): VipState {
	const {addresses, macs} = desiredVips(farm);
	const names = new Set([...addresses.map(item => addressKey(item)), ...macs.map(item => macKey(item))]);
	return {
		addresses: distinct(oursFirst(found.addresses).filter(item => item.isRecorded || names.has(addressKey(item))).map(item => bareAddress(item)), addressKey),
		macs: distinct(oursFirst(found.macs).filter(item => item.isOurs || names.has(macKey(item))).map(item => bareMac(item)), macKey),
	};
}

export type VipReport = Vip & {
	/** Whether the interface has the address. */
	readonly hasAddress: boolean;
	/** Whether the interface receives frames for the cluster MAC. */
	readonly hasMac: boolean;
};

/** Each VIP of the farm and what of it is there, in the farm's order. */
export function reportVips({vips}: Pick<Farm, 'vips'>, {addresses, macs}: VipState): VipReport[] {
	const present = new Set([...addresses.map(item => addressKey(item)), ...macs.map(item => macKey(item))]);
	return vips.map(vip => ({...vip, hasAddress: present.has(addressKey(vip)), hasMac: present.has(macKey(vip))}));
}

type InterfaceProblem = {readonly interface: string; readonly kind: 'missing' | 'down'};

/** Why this machine cannot serve the farm now: the first interface of a VIP that frames cannot reach. Empty when there is none. */
export function linkHindrance(
	{vips}: Pick<Farm, 'vips'>,
	interfaces: ReadonlyArray<{readonly name: string; readonly isUp: boolean; readonly hasCarrier: boolean}>,
): string {
	for (const name of new Set(vips.map(vip => vip.interface))) {
		const found = interfaces.find(item => item.name === name);
		if (!(found?.isUp && found.hasCarrier)) {
			return found === undefined ? `interface ${name} is missing` : `interface ${name} ${found.isUp ? 'has no carrier' : 'is down'}`;
		}
	}

	return '';
}

/** The interfaces that the farm names and that do not exist or are not up, each once. */
export function findInterfaceProblems(
	{vips}: Pick<Farm, 'vips'>,
	interfaces: ReadonlyArray<{readonly name: string; readonly isUp: boolean}>,
): InterfaceProblem[] {
	return [...new Set(vips.map(vip => vip.interface))].flatMap((name): InterfaceProblem[] => {
		const found = interfaces.find(item => item.name === name);
		return found?.isUp ? [] : [{interface: name, kind: found ? 'down' : 'missing'}];
	});
}

/** What tells one address from another: the same address may stand on two interfaces. */
export const addressKey = (item: {readonly interface: string; readonly address: string}): string => `${item.interface} ${item.address}`;

/** What tells one link-layer address from another. */
export const macKey = (item: {readonly interface: string; readonly mac: string}): string => `${item.interface} ${item.mac}`;

const oursFirst = <T extends {readonly isOurs: boolean}>(items: readonly T[]): T[] =>
	[...items.filter(item => item.isOurs), ...items.filter(item => !item.isOurs)];

/** The first item of each key, in their order. */
const distinct = <T>(items: readonly T[], key: (item: T) => string): T[] =>
	items.filter((item, index) => items.findIndex(other => key(other) === key(item)) === index);

const bareAddress = ({interface: name, address, family, isOurs}: VipAddress): VipAddress => ({interface: name, address, family, isOurs});

const bareMac = ({interface: name, mac, isOurs}: VipMac): VipMac => ({interface: name, mac, isOurs});
