/** Bytes as a heartbeat; the layout is in `encode.ts`. A peer never causes an exception: whatever the bytes are, the answer says what is wrong with them. */

import {groupsMax, weightMax} from '../model/group.js';
import {printable} from '../status/display-width.js';
import {stateCodes, wellnessCodes} from './encode.js';
import {
	announcedLeaseMaxMs,
	awayMaxMs,
	heartbeatFormat,
	incarnationMax,
	nodeIdMax,
	problemBytesMax,
	rowStateOf,
	versionBytesMax,
	type Heartbeat,
	type PeerRow,
	wholeShare,
} from './heartbeat.js';
import {
	readBounded,
	readHex,
	readId,
	readUint,
	readVarint,
	type Reader,
} from './reader.js';
import {readSlots} from './slots.js';

/** `short`: ends too early. `format`: a version this program does not speak. `malformed`: a field is out of its range. */
export const decodeFailures = ['short', 'format', 'malformed'] as const;
export type DecodeFailure = (typeof decodeFailures)[number];

export type DecodeResult =
	| {readonly ok: true; readonly heartbeat: Heartbeat}
	| {readonly ok: false; readonly reason: DecodeFailure};

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
	const latenessMs = readUint(reader, 2);
	const awayMs = readBounded(reader, 4, awayMaxMs);
	const weights = readWeights(reader);
	const version = readText(reader, versionBytesMax);
	const problem = readText(reader, problemBytesMax);
	const held = readSlots(reader, weights.length);
	const retained = readSlots(reader, weights.length);
	const peers = readRows(reader, leaseMs);
	const shareThousandths = (flags & 128) === 0 ? wholeShare : readShare(reader);
	return {
		shareThousandths, wellness: wellnessCodes[(flags >> 5) & 3]!,
		sender, incarnation, sequence, state, weights, fingerprint, version, leaseMs, generation, viewHash,
		phase: (flags & 4) === 0 ? ((flags & 16) === 0 ? 'prepared' : 'noticed') : 'released',
		isServing: (flags & 1) !== 0,
		isReady: (flags & 2) !== 0,
		wantsEcho: (flags & 8) !== 0,
		held: held.slots, retained: retained.slots, heldCounts: held.counts, retainedCounts: retained.counts, retainedConnections, awayMs, latenessMs, problem,
		peers,
	};
}

function readWeights(reader: Reader): number[] {
	const count = readBounded(reader, 1, groupsMax);
	reader.isMalformed ||= count === 0;
	const weights = [readBounded(reader, 2, weightMax)];
	while (weights.length < count) {
		weights.push(readBounded(reader, 2, weightMax));
	}

	return weights;
}

function readShare(reader: Reader): number {
	const share = readBounded(reader, 2, wholeShare);
	reader.isMalformed ||= share === 0;
	return share;
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
		state: readRowState(reader, flags & 7),
	};
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

function readRowState(reader: Reader, code: number): PeerRow['state'] {
	const state = readState(reader, code);
	reader.isMalformed ||= state === 'STARTING';
	return rowStateOf(state);
}

function readState(reader: Reader, code: number): Heartbeat['state'] {
	const state = stateCodes[code];
	reader.isMalformed ||= state === undefined;
	return state ?? 'OFF';
}
