/** A complete `Link` in memory, which behaves as the real one does in one network namespace. */

import {addressBits, canonicalAddress} from '../../core/model/address.js';
import type {Link, LinkAddress, LinkInterface, LinkMac, LinkNotice} from './port.js';
import {noSuchInterface} from './no-such-interface.js';

export type FakeLink = Link & {
	/** Makes the next change reject with this, once, having changed nothing. */
	readonly failNext: (error: Error) => void;
	/** Someone else's hand: the given is there, or no longer, without farmctl. */
	readonly putAddress: (address: LinkAddress) => void;
	readonly takeAddress: (interfaceName: string, address: string) => void;
	readonly putMac: (mac: LinkMac) => void;
	readonly takeMac: (interfaceName: string, mac: string) => void;
	readonly setCarrier: (interfaceName: string, hasCarrier: boolean) => void;
	/** The interface goes with all that is on it, or stands again, bare and with a new number. */
	readonly removeInterface: (interfaceName: string) => void;
	readonly makeInterface: (interfaceName: string) => void;
	/** Every change asked for, in order, such as `addMac eth0 02:00:00:00:00:01`. */
	readonly changes: readonly string[];
};

/** Who it was, in the notices of what the test takes away. */
const someone = 'someone (pid 4711)';

/** A fake with the named interfaces, up, numbered from 1, with no address. */
export function createFakeLink(names: readonly string[]): FakeLink {
	const fresh = (name: string, index: number): LinkInterface => ({index, name, mac: `02:00:00:00:fa:${index.toString(16).padStart(2, '0')}`, isUp: true, hasCarrier: true, mtu: 1500});
	let interfaces = names.map((name, position) => fresh(name, position + 1));
	const changes: string[] = [];
	let addresses: LinkAddress[] = [];
	let macs: LinkMac[] = [];
	let failure: Error | undefined;
	let lastIndex = names.length;
	const listeners = new Set<(notice: LinkNotice) => void>();
	const notify = (notice: LinkNotice): void => {
		for (const listener of listeners) {
			listener(notice);
		}
	};

	const begin = (verb: string, interfaceName: string, value: string): void => {
		changes.push(`${verb} ${interfaceName} ${value}`);
		const error = failure;
		failure = undefined;
		if (error) {
			throw error;
		}

		if (!interfaces.some(({name}) => name === interfaceName)) {
			throw noSuchInterface(interfaceName, interfaces);
		}
	};

	const isAddress = (interfaceName: string, address: string) => (item: LinkAddress): boolean => item.interface === interfaceName && item.address === address;
	const isMac = (interfaceName: string, mac: string) => (item: LinkMac): boolean => item.interface === interfaceName && item.mac === mac;
	return {
		changes,
		failNext(error) {
			failure = error;
		},
		putAddress(address) {
			addresses = [...addresses, address];
		},
		takeAddress(interfaceName, address) {
			addresses = addresses.filter(item => !isAddress(interfaceName, address)(item));
			notify({kind: 'address', value: address, by: someone});
		},
		putMac(mac) {
			macs = [...macs, mac];
		},
		takeMac(interfaceName, mac) {
			macs = macs.filter(item => !isMac(interfaceName, mac)(item));
			notify({kind: 'mac', value: mac, by: someone});
		},
		setCarrier(interfaceName, hasCarrier) {
			interfaces = interfaces.map(item => item.name === interfaceName ? {...item, hasCarrier} : item);
			notify({kind: 'interface', interface: interfaceName});
		},
		removeInterface(interfaceName) {
			interfaces = interfaces.filter(item => item.name !== interfaceName);
			addresses = addresses.filter(item => item.interface !== interfaceName);
			macs = macs.filter(item => item.interface !== interfaceName);
			notify({kind: 'interface', interface: interfaceName});
		},
		makeInterface(interfaceName) {
			interfaces = [...interfaces, fresh(interfaceName, ++lastIndex)];
			notify({kind: 'interface', interface: interfaceName});
		},
		async forgetGone() {
			changes.push('forgetGone');
		},
		watch(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		interfaces: async () => interfaces,
		addresses: async () => addresses,
		macs: async () => macs,
		async addAddress(interfaceName, text) {
			begin('addAddress', interfaceName, text);
			const address = canonicalAddress(text)!;
			const family = address.includes(':') ? 6 : 4;
			if (!addresses.some(isAddress(interfaceName, address))) {
				addresses = [...addresses, {interface: interfaceName, address, family, prefixLength: addressBits(family), isOurs: true, isRecorded: true}];
			}
		},
		async removeAddress(interfaceName, address) {
			begin('removeAddress', interfaceName, address);
			addresses = addresses.filter(item => !(item.isOurs && isAddress(interfaceName, address)(item)));
		},
		async addMac(interfaceName, mac) {
			begin('addMac', interfaceName, mac);
			if (!macs.some(isMac(interfaceName, mac))) {
				macs = [...macs, {interface: interfaceName, mac, isOurs: true}];
			}
		},
		async removeMac(interfaceName, mac) {
			begin('removeMac', interfaceName, mac);
			macs = macs.filter(item => !(item.isOurs && isMac(interfaceName, mac)(item)));
		},
		close() {}, // eslint-disable-line @typescript-eslint/no-empty-function
	};
}
