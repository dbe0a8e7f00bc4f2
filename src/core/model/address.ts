/**
IPv4 and IPv6 addresses as text and as bytes in network order; four bytes are IPv4, sixteen are IPv6.

Reading is strict: IPv4 is four decimal numbers without leading zeros (some programs read those as octal), IPv6 is RFC 4291 section 2.2 without a zone.
Writing is canonical: RFC 5952, so that two texts of one address compare equal once both went through here.
*/

import type {AddressFamily} from './farm.js';

export type Address = {
	readonly family: AddressFamily;
	/** Four or sixteen bytes, network order. */
	readonly bytes: Uint8Array;
	/** Canonical. */
	readonly text: string;
};

/** Bits of an address of the family. */
export const addressBits = (family: AddressFamily): 32 | 128 => family === 4 ? 32 : 128;

/** The address that the text means, or nothing when it is not one. */
export function parseAddress(text: string): Address | undefined {
	const bytes = text.includes(':') ? parseV6(text) : parseV4(text);
	return bytes && {family: bytes.length === 4 ? 4 : 6, bytes: Uint8Array.from(bytes), text: addressFromBytes(bytes)};
}

/** The one text form of the address, or nothing when the text is not an address. */
export const canonicalAddress = (text: string): string | undefined => parseAddress(text)?.text;

/** Bytes of an address that has been checked before, such as every address of a `Farm`. Throws on anything else: that is our bug. */
export function addressToBytes(text: string): Uint8Array {
	const address = parseAddress(text);
	if (!address) {
		throw new TypeError(`Not an address: '${text}'`);
	}

	return address.bytes;
}

/** Canonical text of four or sixteen bytes. Throws on any other length: that is our bug. */
export function addressFromBytes(bytes: ArrayLike<number>): string {
	if (bytes.length !== 4 && bytes.length !== 16) {
		throw new TypeError(`An address has 4 or 16 bytes, not ${bytes.length}`);
	}

	const list = Array.from(bytes);
	return list.length === 4 ? list.join('.') : formatV6(list);
}

/** Whether the address lies in the network that `network/prefixLength` names; false when the families differ. */
export function inNetwork(address: Uint8Array, network: Uint8Array, prefixLength: number): boolean {
	if (address.length !== network.length) {
		return false;
	}

	const masked = networkOf(network, prefixLength);
	return networkOf(address, prefixLength).every((byte, index) => byte === masked[index]);
}

/** The address with every bit behind the prefix cleared. */
export const networkOf = (address: Uint8Array, prefixLength: number): Uint8Array =>
	address.map((byte, index) => Math.floor(byte / hostSize(prefixLength, index)) * hostSize(prefixLength, index));

/** The last address of the network: every bit behind the prefix set. In IPv4 this is the network's broadcast address. */
export const lastOfNetwork = (address: Uint8Array, prefixLength: number): Uint8Array =>
	networkOf(address, prefixLength).map((byte, index) => byte + hostSize(prefixLength, index) - 1);

/** Whether the address is `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2). */
export const isMapped = (bytes: ArrayLike<number>): boolean =>
	bytes.length === 16 && Array.from({length: 12}, (_, index) => bytes[index]).every((byte, index) => byte === (index < 10 ? 0 : 0xFF));

/** How many values the host bits of one byte have: 1 inside the prefix, 256 behind it. */
const hostSize = (prefixLength: number, index: number): number => 2 ** Math.min(8, Math.max(0, ((index + 1) * 8) - prefixLength));

function parseV4(text: string): number[] | undefined {
	const parts = text.split('.');
	const isWhole = parts.length === 4 && parts.every(part => /^(?:0|[1-9]\d{0,2})$/u.test(part) && Number(part) < 256);
	return isWhole ? parts.map(Number) : undefined;
}

function parseV6(text: string): number[] | undefined {
	const halves = text.split('::');
	if (halves.length > 2) {
		return undefined;
	}

	const isCompressed = halves.length === 2;
	const head = parseGroups(halves[0]!, !isCompressed);
	const tail = parseGroups(halves[1] ?? '', true);
	const missing = head && tail && 16 - head.length - tail.length;
	const fits = missing !== undefined && (isCompressed ? missing >= 2 : missing === 0);
	return fits ? [...head!, ...Array.from({length: missing}, () => 0), ...tail!] : undefined;
}

/** Bytes of groups between colons; the last may be an IPv4 address where the text ends. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
	if (text === '') {
		return [];
	}

	const groups = text.split(':');
	const bytes = groups.map((group, index) => {
		if (isEnd && index === groups.length - 1 && group.includes('.')) {
			return parseV4(group);
		}

		return /^[\da-f]{1,4}$/iu.test(group) ? bytesOfGroup(Number.parseInt(group, 16)) : undefined;
	});
	return bytes.every(part => part !== undefined) ? bytes.flat() : undefined;
}

const bytesOfGroup = (group: number): number[] => [Math.floor(group / 256), group % 256];

function formatV6(bytes: readonly number[]): string {
	if (isMapped(bytes)) {
		return `::ffff:${bytes.slice(12).join('.')}`;
	}

	const groups = Array.from({length: 8}, (_, index) => (bytes[2 * index]! * 256) + bytes[(2 * index) + 1]!);
	const run = longestZeroRun(groups);
	const hex = (from: number, to: number): string => groups.slice(from, to).map(group => group.toString(16)).join(':');
	return run.length < 2 ? hex(0, 8) : `${hex(0, run.start)}::${hex(run.start + run.length, 8)}`;
}

/** The first of the longest runs of zero groups (RFC 5952 section 4.2.3). */
function longestZeroRun(groups: readonly number[]): {start: number; length: number} {
	let best = {start: 0, length: 0};
	let length = 0;
	for (const [index, group] of groups.entries()) {
		length = group === 0 ? length + 1 : 0;
		if (length > best.length) {
			best = {start: index + 1 - length, length};
		}
	}

	return best;
}
