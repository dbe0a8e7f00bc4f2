/**
What two nodes whose fingerprints differ tell one another, as bytes: all items as short hashes and, once the receiver's are known, the first item that it
lacks. A node that knows enough asks no more, and an answer asks for none. All numbers big endian.

	 0  u8  format               4  8    fingerprint of the sender
	 1  u8  flags, 1: answer me  12 8    fingerprint of the receiver that `lacking` is about, zeros for none
	 2  u8  place of the hashes  20 u16  count of hashes, three bytes each
	 3  u8  reserved, 0          ..      lacking: a length byte and UTF-8

What follows is ignored. The datagram is sealed as a heartbeat is, on a channel of its own.
*/

import {ownershipItemsMax} from '../config/ownership.js';
import {placesCount, shortHashDigits, type Inventory} from './inventory.js';

/** A receiver refuses any other. */
export const comparisonFormat = 1;

/** Longer ones are cut. */
export const lackingBytesMax = 200;

const headBytes = 22;
const hashBytes = shortHashDigits / 2;

/** No comparison takes more, so that it fits one unfragmented datagram with its seal. */
export const comparisonBytesMax = headBytes + (ownershipItemsMax * hashBytes) + 1 + lackingBytesMax;

export type Comparison = {
	/** Of the sender, 16 hexadecimal digits. */
	readonly fingerprint: string;
	readonly wantsAnswer: boolean;
	readonly inventory: Inventory;
	/** The line of the sender's first item that the receiver lacks: empty when it lacks none; undefined when its inventory is not known. */
	readonly lacking: {readonly line: string; readonly about: string} | undefined;
};

const noFingerprint = '0'.repeat(16);

/** At most `comparisonBytesMax` bytes. */
export function encodeComparison({fingerprint, wantsAnswer, inventory, lacking}: Comparison): Uint8Array {
	const hashes = inventory.hashes.slice(0, ownershipItemsMax);
	const line = cut(lacking?.line ?? '');
	const bytes = new Uint8Array(headBytes + (hashes.length * hashBytes) + 1 + line.length);
	bytes.set([comparisonFormat, wantsAnswer ? 1 : 0, inventory.place], 0);
	bytes.set(hexBytes(fingerprint), 4);
	bytes.set(hexBytes(lacking?.about ?? noFingerprint), 12);
	new DataView(bytes.buffer).setUint16(20, hashes.length);
	bytes.set(hexBytes(hashes.join('')), headBytes);
	const end = headBytes + (hashes.length * hashBytes);
	bytes[end] = line.length;
	bytes.set(line, end + 1);
	return bytes;
}

export type ComparisonResult =
	| {readonly ok: true; readonly comparison: Comparison}
	/** `format`: of another version of farmctl. `malformed`: ends too early, or a field is out of its range. */
	| {readonly ok: false; readonly reason: 'format' | 'malformed'};

/** The comparison in the bytes, or why there is none. Never throws. */
export function decodeComparison(bytes: Uint8Array): ComparisonResult {
	if (bytes.length > 0 && bytes[0] !== comparisonFormat) {
		return {ok: false, reason: 'format'};
	}

	const count = bytes.length < headBytes ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint16(20);
	const end = headBytes + (count * hashBytes);
	const lineBytes = bytes[end] ?? 0;
	if (bytes.length <= end || count > ownershipItemsMax || lineBytes > lackingBytesMax || bytes.length < end + 1 + lineBytes || bytes[2]! >= placesCount) {
		return {ok: false, reason: 'malformed'};
	}

	const about = hexOf(bytes.subarray(12, 20));
	const hashes = Array.from({length: count}, (_, index) => hexOf(bytes.subarray(headBytes + (index * hashBytes), headBytes + ((index + 1) * hashBytes))));
	return {
		ok: true,
		comparison: {
			fingerprint: hexOf(bytes.subarray(4, 12)),
			wantsAnswer: bytes[1]! % 2 === 1,
			inventory: {place: bytes[2]!, hashes},
			lacking: about === noFingerprint ? undefined : {line: new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes.subarray(end + 1, end + 1 + lineBytes)), about},
		},
	};
}

/** UTF-8 of at most so many bytes, never ending inside a character. */
function cut(text: string): Uint8Array {
	const bytes = new TextEncoder().encode(text);
	let end = Math.min(bytes.length, lackingBytesMax);
	while (end < bytes.length && end > 0 && bytes[end]! >= 0x80 && bytes[end]! < 0xC0) {
		end--;
	}

	return bytes.subarray(0, end);
}

const hexBytes = (hex: string): number[] => Array.from({length: hex.length / 2}, (_, index) => Number.parseInt(hex.slice(2 * index, (2 * index) + 2), 16));

const hexOf = (bytes: Uint8Array): string => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
