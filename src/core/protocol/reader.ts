/** Numbers out of bytes, one after another. Big endian; varints are LEB128. What is wrong is noted in the reader, and reading goes on with zeros. */

import {nodeIdMax} from './heartbeat.js';

export type Reader = {readonly bytes: Uint8Array; offset: number; isShort: boolean; isMalformed: boolean};

export function readId(reader: Reader): number {
	const id = readBounded(reader, 1, nodeIdMax);
	reader.isMalformed ||= id === 0;
	return id;
}

export function readBounded(reader: Reader, size: number, max: number): number {
	const value = readUint(reader, size);
	reader.isMalformed ||= value > max;
	return Math.min(value, max);
}

export function readUint(reader: Reader, size: number): number {
	const {bytes, offset} = reader;
	const end = offset + size;
	reader.offset = end;
	if (end > bytes.length) {
		reader.isShort = true;
		return 0;
	}

	let value = 0;
	for (let at = offset; at < end; at++) {
		value = (value * 256) + bytes[at]!;
	}

	return value;
}

export function readVarint(reader: Reader, max: number): number {
	let value = 0;
	for (let power = 0; power < 7; power++) {
		const byte = readUint(reader, 1);
		value += (byte & 127) * (128 ** power);
		if (byte < 128) {
			reader.isMalformed ||= value > max;
			return Math.min(value, max);
		}
	}

	reader.isMalformed = true;
	return 0;
}

const hexOfByte = Array.from({length: 256}, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Eight bytes as 16 digits. */
export function readHex(reader: Reader): string {
	let hex = '';
	for (let index = 0; index < 8; index++) {
		hex += hexOfByte[readUint(reader, 1)]!;
	}

	return hex;
}
