/**
Interfaces, addresses and link-layer addresses in the kernel. The real one (rtnetlink) is in `rtnetlink.ts`, a complete fake in `fake.ts`; both
run the same contract test.
*/

import type {AddressFamily} from '../../core/model/farm.js';

export type LinkInterface = {
	readonly index: number;
	readonly name: string;
	/** Lower case with colons. */
	readonly mac: string;
	readonly isUp: boolean;
	readonly hasCarrier: boolean;
	readonly mtu: number;
};

export type LinkAddress = {
	readonly interface: string;
	/** Canonical text. */
	readonly address: string;
	readonly family: AddressFamily;
	readonly prefixLength: number;
	/** Whether farmctl put it there: IFA_PROTO carries our mark or, where the kernel keeps no such thing, our record says so. */
	readonly isOurs: boolean;
	/** Whether it was put there with this run directory; another farm's on the same machine was not. */
	readonly isRecorded: boolean;
};

/** A link-layer address that the interface receives besides its own. */
export type LinkMac = {
	readonly interface: string;
	/** Lower case with colons. */
	readonly mac: string;
	/** Whether farmctl put it there. The kernel keeps no mark on it, so our record says so. */
	readonly isOurs: boolean;
};

/** What changed, by someone else's hand or the kernel's own. */
export type LinkNotice =
	/** It appeared, went, or changed its state. */
	| {readonly kind: 'interface'; readonly interface: string}
	/** An address, or a link-layer address that an interface received besides its own, is gone. `by` as far as it can be known, else empty. */
	| {readonly kind: 'address' | 'mac'; readonly value: string; readonly by: string}
	/** The kernel had to drop notices: it may have been anything or nothing. */
	| {readonly kind: 'unknown'};

export type Link = {
	interfaces: () => Promise<readonly LinkInterface[]>;
	addresses: () => Promise<readonly LinkAddress[]>;
	/** Adds a host address marked as ours; IPv6 without duplicate address detection. Does nothing when it is there already, ours or not. */
	addAddress: (interfaceName: string, address: string) => Promise<void>;
	/** Removes an address that is ours; does nothing when it is absent or not ours. */
	removeAddress: (interfaceName: string, address: string) => Promise<void>;
	/** The extra link-layer addresses, unicast and multicast, that the interface receives. */
	macs: () => Promise<readonly LinkMac[]>;
	/** Adds one as ours; does nothing when it is there already, ours or not. */
	addMac: (interfaceName: string, mac: string) => Promise<void>;
	/** Removes one that is ours; does nothing when it is absent or not ours. */
	removeMac: (interfaceName: string, mac: string) => Promise<void>;
	/** Forgets what was put on interfaces that no longer exist: one that is made anew may get the same number, and nothing on it is ours. */
	forgetGone: () => Promise<void>;
	/** Calls the listener whenever something changed. Returns what ends that. */
	watch: (listener: (notice: LinkNotice) => void) => () => void;
	close: () => void;
};
