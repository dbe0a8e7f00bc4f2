/** Bytes as a heartbeat; the layout is in `encode.ts`. A peer never causes an exception: whatever the bytes are, the answer says what is wrong with them. */

import {
	allSlots,
	noSlots,
	slotSetOf,
	slotsCount,
	type SlotSet,
} from '../model/slot-set.js';
import {printable} from '../status/display-width.js';
import {slotBytes, stateCodes} from './encode.js';
import {
	announcedLeaseMaxMs,
	heartbeatFormat,
	incarnationMax,
	nodeIdMax,
	problemBytesMax,
	versionBytesMax,
	type Heartbeat,
	type PeerRow,
} from './heartbeat.js';

/** `short`: ends too early. `format`: a version this program does not speak. `malformed`: a field is out of its range. */
export const decodeFailures = ['short', 'format', 'malformed'] as const;
export type DecodeFailure = (typeof decodeFailures)[number];

export type DecodeResult =
	| {readonly ok: true; readonly heartbeat: Heartbeat}
	| {readonly ok: false; readonly reason: DecodeFailure};

type Reader = {readonly bytes: Uint8Array; offset: number; isShort: boolean; isMalformed: boolean};

/** The heartbeat in the bytes, or the reason why there is none. Never throws. */
export function decodeHeartbeat(bytes: Uint8Array): DecodeResult {
	if (bytes.length > 0 && bytes[0] !== heartbeatFormat) {
		return {ok: false, reason: 'format'};
	}

	const reader: Reader = {
		bytes, offset: 0, isShort: false, isMalformed: false,
	};
	const heartbeat = readHeartbeat(reader);
	if (reader.isShort) {
		return {ok: false, reason: 'short'};
	}

	return reader.isMalformed ? {ok: false, reason: 'malformed'} : {ok: true, heartbeat};
}

function readHeartbeat(reader: Reader): Heartbeat {
	readUint(reader, 1);
	const flags = readUint(reader, 1);
	const sender = readId(reader);
	const state = readState(reader, readUint(reader, 1));
	const incarnation = readBounded(reader, 6, incarnationMax);
	const sequence = readUint(reader, 6);
	const retainedConnections = readUint(reader, 4);
	const fingerprint = readHex(reader);
	const viewHash = readHex(reader);
	const generation = readUint(reader, 4);
	const leaseMs = readBounded(reader, 4, announcedLeaseMaxMs);
	const weight = readBounded(reader, 2, 1000);
	const latenessMs = readUint(reader, 2);
	const version = readText(reader, versionBytesMax);
	const problem = readText(reader, problemBytesMax);
	const held = readSlots(reader);
	const retained = readSlots(reader);
	return {
		sender, incarnation, sequence, state, weight, fingerprint, version, leaseMs, generation, viewHash,
		phase: (flags & 4) === 0 ? ((flags & 16) === 0 ? 'prepared' : 'noticed') : 'released',
		isServing: (flags & 1) !== 0,
		isReady: (flags & 2) !== 0,
		wantsEcho: (flags & 8) !== 0,
		held, retained, retainedConnections, latenessMs, problem,
		peers: readRows(reader, leaseMs),
	};
}

function readRows(reader: Reader, senderLeaseMs: number): PeerRow[] {
	const count = readBounded(reader, 1, nodeIdMax);
	const rows: PeerRow[] = [];
	for (let index = 0; index < count && !reader.isShort; index++) {
		rows.push(readRow(reader, senderLeaseMs));
	}

	return rows;
}

function readRow(reader: Reader, senderLeaseMs: number): PeerRow {
	const id = readId(reader);
	const flags = readUint(reader, 1);
	return {
		id,
		incarnation: readBounded(reader, 6, incarnationMax),
		sequence: readVarint(reader, (2 ** 48) - 1),
		generation: readVarint(reader, (2 ** 32) - 1),
		ageMs: readVarint(reader, (2 ** 48) - 1),
		isDirect: (flags & 8) !== 0,
		leaseMs: (flags & 16) === 0 ? senderLeaseMs : readVarint(reader, announcedLeaseMaxMs),
		state: readState(reader, flags & 7),
	};
}

function readSlots(reader: Reader): SlotSet {
	const kind = readBounded(reader, 1, 3);
	if (kind === 0) {
		return noSlots;
	}

	if (kind === 1) {
		return allSlots;
	}

	return kind === 2 ? readGaps(reader) : readBits(reader);
}

function readGaps(reader: Reader): SlotSet {
	const count = readVarint(reader, slotsCount);
	const slots: number[] = [];
	let next = 0;
	for (let index = 0; index < count && !reader.isShort; index++) {
		const slot = next + readVarint(reader, slotsCount);
		if (slot >= slotsCount) {
			reader.isMalformed = true;
			return noSlots;
		}

		slots.push(slot);
		next = slot + 1;
	}

	return slotSetOf(slots);
}

function readBits(reader: Reader): SlotSet {
	const words = [...noSlots];
	const {bytes, offset} = reader;
	reader.offset += slotBytes;
	reader.isShort ||= reader.offset > bytes.length;
	for (let index = 0; index < slotBytes && !reader.isShort; index++) {
		words[index >>> 2]! |= bytes[offset + index]! << ((index & 3) * 8);
	}

	return words;
}

const utf8 = new TextDecoder('utf-8', {ignoreBOM: true});

/** Another's text goes to logs and terminals: what could steer one stays outside. */
function readText(reader: Reader, bytesMax: number): string {
	const length = readBounded(reader, 1, bytesMax);
	const bytes = reader.bytes.subarray(reader.offset, reader.offset + length);
	reader.offset += length;
	reader.isShort ||= bytes.length < length;
	return printable(utf8.decode(bytes));
}

function readState(reader: Reader, code: number): Heartbeat['state'] {
	const state = stateCodes[code];
	reader.isMalformed ||= state === undefined;
	return state ?? 'STOP';
}

function readId(reader: Reader): number {
	const id = readBounded(reader, 1, nodeIdMax);
	reader.isMalformed ||= id === 0;
	return id;
}

function readBounded(reader: Reader, size: number, max: number): number {
	const value = readUint(reader, size);
	reader.isMalformed ||= value > max;
	return Math.min(value, max);
}

function readUint(reader: Reader, size: number): number {
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

function readVarint(reader: Reader, max: number): number {
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

function readHex(reader: Reader): string {
	let hex = '';
	for (let index = 0; index < 8; index++) {
		hex += hexOfByte[readUint(reader, 1)]!;
	}

	return hex;
}
