/**
The real `Link`: rtnetlink requests over one socket. Every change looks first and acts then, so that what someone else put there is never
taken for ours; EEXIST and ENOENT after that look only mean that another was faster.
*/

import {KernelFailure, SystemFailure} from '../../errors.js';
import {NetlinkConnection, protocols} from '../netlink/connection.js';
import type {NetlinkRequest} from '../netlink/message.js';
import {
	addAddressRequest, addMacRequest, decodeAddress, decodeForwarding, decodeLink, dumpAddresses, dumpForwarding, dumpLinks, removeAddressRequest,
	removeMacRequest, type AddressEntry, type MacEntry,
} from './messages.js';
import {noSuchInterface} from './no-such-interface.js';
import {decodeNotice, noticeGroups} from './notices.js';
import type {Link, LinkAddress, LinkInterface, LinkMac, LinkNotice} from './port.js';
import {createLinkRecord, isSame, type LinkRecord, type RecordEntry} from './record.js';

/** A link of this process's network namespace. The run directory holds the record of what farmctl added. Throws a SystemFailure without netlink. */
export function openRtnetlink({runDir}: {readonly runDir: string}): Link {
	return new RtnetlinkLink(createLinkRecord(runDir));
}

class RtnetlinkLink implements Link {
	readonly #listeners = new Set<(notice: LinkNotice) => void>();
	readonly #connection = new NetlinkConnection(protocols.route);
	#notices: NetlinkConnection | undefined;
	readonly #record: LinkRecord;

	constructor(record: LinkRecord) {
		this.#record = record;
	}

	async interfaces(): Promise<readonly LinkInterface[]> {
		return this.#dump(dumpLinks, decodeLink, 'list the interfaces');
	}

	async addresses(): Promise<readonly LinkAddress[]> {
		const [interfaces, entries, recorded] = await Promise.all([this.interfaces(), this.#addressEntries(), this.#record.entries()]);
		return entries.flatMap((entry): LinkAddress[] => {
			const name = nameOf(interfaces, entry.index);
			return name === undefined ? [] : [{
				interface: name,
				address: entry.address,
				family: entry.family,
				prefixLength: entry.prefixLength,
				isOurs: entry.isMarked || has(recorded, addressRecord(entry)),
				isRecorded: has(recorded, addressRecord(entry)),
			}];
		});
	}

	async macs(): Promise<readonly LinkMac[]> {
		const [interfaces, entries, recorded] = await Promise.all([this.interfaces(), this.#macEntries(), this.#record.entries()]);
		return entries.flatMap((entry): LinkMac[] => {
			const found = interfaces.find(item => item.index === entry.index);
			return !found || found.mac === entry.mac ? [] : [{interface: found.name, mac: entry.mac, isOurs: has(recorded, macRecord(entry))}];
		});
	}

	async addAddress(interfaceName: string, address: string): Promise<void> {
		const index = await this.#indexOf(interfaceName);
		if (find(await this.#addressEntries(), {index, address})) {
			return;
		}

		const entry = addressRecord({index, address});
		await this.#record.add(entry);
		const isAdded = await this.#change(addAddressRequest(index, address), 'EEXIST', `add address ${address} to interface '${interfaceName}'`, entry);
		if (!isAdded) {
			await this.#record.remove(entry);
		}
	}

	async removeAddress(interfaceName: string, address: string): Promise<void> {
		const index = await this.#indexOf(interfaceName);
		const found = find(await this.#addressEntries(), {index, address});
		const entry = addressRecord({index, address});
		if (found && (found.isMarked || has(await this.#record.entries(), entry))) {
			await this.#change(removeAddressRequest(index, address), 'EADDRNOTAVAIL', `remove address ${address} from interface '${interfaceName}'`);
		}

		await this.#record.remove(entry);
	}

	async addMac(interfaceName: string, mac: string): Promise<void> {
		const index = await this.#indexOf(interfaceName);
		const entries = await this.#macEntries();
		if (entries.some(other => other.index === index && other.mac === mac)) {
			return;
		}

		const entry = macRecord({index, mac});
		await this.#record.add(entry);
		const isAdded = await this.#change(addMacRequest(index, mac), 'EEXIST', `make interface '${interfaceName}' receive frames for ${mac}`, entry);
		if (!isAdded) {
			await this.#record.remove(entry);
		}
	}

	async removeMac(interfaceName: string, mac: string): Promise<void> {
		const index = await this.#indexOf(interfaceName);
		const entry = macRecord({index, mac});
		if (!has(await this.#record.entries(), entry)) {
			return;
		}

		await this.#change(removeMacRequest(index, mac), 'ENOENT', `stop interface '${interfaceName}' receiving frames for ${mac}`);
		await this.#record.remove(entry);
	}

	async forgetGone(): Promise<void> {
		const [interfaces, entries] = await Promise.all([this.interfaces(), this.#record.entries()]);
		for (const entry of entries) {
			if (nameOf(interfaces, entry.index) === undefined) {
				await this.#record.remove(entry); // eslint-disable-line no-await-in-loop -- each writes the whole file
			}
		}
	}

	watch(listener: (notice: LinkNotice) => void): () => void {
		this.#notices ??= this.#listen();
		this.#listeners.add(listener);
		return () => {
			this.#listeners.delete(listener);
		};
	}

	#listen(): NetlinkConnection {
		const notices = new NetlinkConnection(protocols.route, {
			ownPort: this.#connection.port,
			notice: message => {
				this.#tellListeners(decodeNotice(message));
			},
			lost: () => {
				this.#tellListeners({kind: 'unknown'});
			},
		});
		for (const group of noticeGroups) {
			notices.subscribe(group);
		}

		return notices;
	}

	close(): void {
		this.#listeners.clear();
		this.#connection.close();
		this.#notices?.close();
	}

	#tellListeners(notice: LinkNotice | undefined): void {
		if (notice !== undefined) {
			for (const listener of this.#listeners) {
				listener(notice);
			}
		}
	}

	async #addressEntries(): Promise<AddressEntry[]> {
		return this.#dump(dumpAddresses, decodeAddress, 'list the addresses');
	}

	/** Each once: a bridge with VLANs reports an entry for each of them. */
	async #macEntries(): Promise<MacEntry[]> {
		const entries = await this.#dump(dumpForwarding, decodeForwarding, 'list the link-layer addresses');
		return [...new Map(entries.map(entry => [`${entry.index} ${entry.mac}`, entry])).values()];
	}

	async #dump<T>(request: NetlinkRequest, decode: (message: Parameters<typeof decodeLink>[0]) => T | undefined, what: string): Promise<T[]> {
		const messages = await this.#connection.request(request, what);
		return messages.map(message => decode(message)).filter(item => item !== undefined);
	}

	async #indexOf(name: string): Promise<number> {
		const interfaces = await this.interfaces();
		const found = interfaces.find(item => item.name === name);
		if (!found) {
			throw noSuchInterface(name, interfaces);
		}

		return found.index;
	}

	/** Whether the change was made; false when the kernel says, with the expected errno, that there was nothing to change. A failure voids the record's entry. */
	async #change(request: NetlinkRequest, expectedErrno: string, what: string, entry?: RecordEntry): Promise<boolean> {
		try {
			await this.#connection.request(request, what);
			return true;
		} catch (error) {
			if (error instanceof KernelFailure && error.errno === expectedErrno) {
				return false;
			}

			if (entry) {
				await this.#record.remove(entry);
			}

			throw explain(error, what);
		}
	}
}

const hints: Readonly<Record<string, string>> = {
	EACCES: 'IPv6 is disabled on the interface: sysctl net.ipv6.conf.INTERFACE.disable_ipv6=0',
	EOPNOTSUPP: 'the driver of the interface takes no further link-layer addresses: use another interface, or a bridge or macvlan above it',
	ENODEV: 'the interface disappeared meanwhile: try again',
};

function explain(error: unknown, what: string): unknown {
	if (!(error instanceof KernelFailure)) {
		return error;
	}

	if (error.errno === 'EPERM') {
		return new SystemFailure(`only root (CAP_NET_ADMIN) may ${what}`, {hint: 'run the same command with sudo', cause: error});
	}

	const hint = hints[error.errno];
	return hint === undefined ? error : new KernelFailure(error.message, {errno: error.errno, hint, cause: error});
}

const nameOf = (interfaces: readonly LinkInterface[], index: number): string | undefined => interfaces.find(item => item.index === index)?.name;

const find = (entries: readonly AddressEntry[], {index, address}: {readonly index: number; readonly address: string}): AddressEntry | undefined => {
	const found = entries.filter(entry => entry.index === index && entry.address === address);
	return found.find(entry => entry.isMarked) ?? found[0];
};

const has = (recorded: readonly RecordEntry[], entry: RecordEntry): boolean => recorded.some(other => isSame(other, entry));

const addressRecord = ({index, address}: {readonly index: number; readonly address: string}): RecordEntry => ({index, kind: 'address', value: address});

const macRecord = ({index, mac}: MacEntry): RecordEntry => ({index, kind: 'mac', value: mac});
