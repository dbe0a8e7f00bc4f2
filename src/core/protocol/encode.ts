/**
A heartbeat as bytes. All numbers big endian.

	 0  u8   format            20  8    fingerprint
	 1  u8   flags             28  8    view hash
	 2  u8   sender            36  u32  generation
	 3  u8   state             40  u32  lease, ms
	 4  u48  incarnation       44  u16  weight
	10  u48  sequence          46  u16  lateness, ms
	16  u32  retained conn.,     48  version, problem, held, retained, peers

Flags: 1 serving, 2 ready, 4 released, 8 wants an echo, 16 noticed. A text is a length byte and UTF-8. A slot set is a kind byte (0 none, 1 all, 2 gaps, 3 bits) and what that
kind needs: a varint count and the varint gap before each slot, or 315 bytes with slot `s` as bit `s % 8` of byte `s / 8`. Peers are a count byte and, each,
	u8 id, u8 state + 8 direct + 16 own lease follows, u48 incarnation, varint sequence, varint generation, varint age [, varint lease]
Varints are LEB128. What follows the last peer is ignored.
*/

import {
	countSlots,
	equalSlots,
	allSlots,
	listSlots,
	slotsCount,
	type SlotSet,
} from '../model/slot-set.js';
import {
	heartbeatBytesMax,
	heartbeatFormat,
	problemBytesMax,
	versionBytesMax,
	type Heartbeat,
	type LifecycleState,
	type PeerRow,
	type Phase,
} from './heartbeat.js';

export const stateCodes: readonly LifecycleState[] = ['UP', 'WAIT', 'STOPPING', 'STOP'];
export const slotBytes = Math.ceil(slotsCount / 8);

/**
The bytes of a heartbeat, at most `heartbeatBytesMax`. Texts are cut to their limits. Where very large farms leave no room for all peers, those that
fit are taken in turn, beginning with a different one each sequence number: an echo then takes a heartbeat longer.
*/
export function encodeHeartbeat(heartbeat: Heartbeat): Uint8Array {
	const bytes: number[] = [];
	putFixed(bytes, heartbeat);
	putText(bytes, heartbeat.version, versionBytesMax);
	const held = encodeSlots(heartbeat.held);
	const retained = encodeSlots(heartbeat.retained);
	const rows = heartbeat.peers.map(row => encodeRow(row, heartbeat.leaseMs));
	const rowBytes = rows.reduce((sum, row) => sum + row.length, 0);
	const setBytes = held.length + retained.length;
	const left = heartbeatBytesMax - bytes.length - setBytes - rowBytes - 2;
	putText(bytes, heartbeat.problem, Math.max(0, Math.min(problemBytesMax, left)));
	const fitting = fitRows(rows, heartbeatBytesMax - bytes.length - setBytes - 1, heartbeat.sequence);
	return joined([bytes, held, retained, [fitting.length], ...fitting]);
}

function joined(parts: ReadonlyArray<ArrayLike<number>>): Uint8Array {
	const bytes = new Uint8Array(parts.reduce((sum, {length}) => sum + length, 0));
	let offset = 0;
	for (const part of parts) {
		bytes.set(part, offset);
		offset += part.length;
	}

	return bytes;
}

const phaseFlags: Readonly<Record<Phase, number>> = {noticed: 16, prepared: 0, released: 4};

function putFixed(bytes: number[], heartbeat: Heartbeat): void {
	const flags = (heartbeat.isServing ? 1 : 0) | (heartbeat.isReady ? 2 : 0) | phaseFlags[heartbeat.phase] | (heartbeat.wantsEcho ? 8 : 0);
	bytes.push(heartbeatFormat, flags, heartbeat.sender, stateCodes.indexOf(heartbeat.state));
	putUint(bytes, heartbeat.incarnation, 6);
	putUint(bytes, heartbeat.sequence, 6);
	putUint(bytes, Math.min(heartbeat.retainedConnections, 0xFF_FF_FF_FF), 4);
	putHex(bytes, heartbeat.fingerprint);
	putHex(bytes, heartbeat.viewHash);
	putUint(bytes, heartbeat.generation, 4);
	putUint(bytes, heartbeat.leaseMs, 4);
	putUint(bytes, heartbeat.weight, 2);
	putUint(bytes, Math.min(heartbeat.latenessMs, 0xFF_FF), 2);
}

function encodeRow(row: PeerRow, senderLeaseMs: number): number[] {
	const bytes = [row.id, stateCodes.indexOf(row.state) | (row.isDirect ? 8 : 0) | (row.leaseMs === senderLeaseMs ? 0 : 16)];
	putUint(bytes, row.incarnation, 6);
	putVarint(bytes, row.sequence);
	putVarint(bytes, row.generation);
	putVarint(bytes, row.ageMs);
	if (row.leaseMs !== senderLeaseMs) {
		putVarint(bytes, row.leaseMs);
	}

	return bytes;
}

function fitRows(rows: readonly number[][], room: number, sequence: number): number[][] {
	const fitting: number[][] = [];
	let used = 0;
	const isWhole = rows.reduce((sum, row) => sum + row.length, 0) <= room;
	for (let index = 0; index < rows.length; index++) {
		const row = rows[isWhole ? index : (index + sequence) % rows.length]!;
		if (!(used + row.length <= room)) {
			continue;
		}

		fitting.push(row);
		used += row.length;
	}

	return fitting;
}

/** What was held at the last heartbeat is mostly held at the next. */
const encodedSets = new WeakMap<SlotSet, Uint8Array>();

function encodeSlots(set: SlotSet): Uint8Array {
	const known = encodedSets.get(set);
	if (known !== undefined) {
		return known;
	}

	const list: number[] = [];
	putSlots(list, set);
	const bytes = Uint8Array.from(list);
	encodedSets.set(set, bytes);
	return bytes;
}

function putSlots(bytes: number[], set: SlotSet): void {
	if (equalSlots(set, allSlots)) {
		bytes.push(1);
		return;
	}

	const count = countSlots(set);
	if (count === 0) {
		bytes.push(0);
		return;
	}

	const gaps = count < slotBytes ? encodeGaps(set, count) : undefined;
	if (gaps !== undefined && gaps.length < slotBytes) {
		bytes.push(2, ...gaps);
		return;
	}

	bytes.push(3);
	for (let index = 0; index < slotBytes; index++) {
		bytes.push((set[index >>> 2]! >>> ((index & 3) * 8)) & 0xFF);
	}
}

function encodeGaps(set: SlotSet, count: number): number[] {
	const bytes: number[] = [];
	putVarint(bytes, count);
	let next = 0;
	for (const slot of listSlots(set)) {
		putVarint(bytes, slot - next);
		next = slot + 1;
	}

	return bytes;
}

const utf8 = new TextEncoder();

function putText(bytes: number[], text: string, bytesMax: number): void {
	let encoded = utf8.encode(text);
	if (encoded.length > bytesMax) {
		let end = bytesMax;
		while (end > 0 && (encoded[end]! & 0xC0) === 0x80) {
			end--;
		}

		encoded = encoded.subarray(0, end);
	}

	bytes.push(encoded.length, ...encoded);
}

function putUint(bytes: number[], value: number, size: number): void {
	for (let index = size - 1; index >= 0; index--) {
		bytes.push(Math.floor(value / (2 ** (8 * index))) % 256);
	}
}

function putVarint(bytes: number[], value: number): void {
	let rest = value;
	while (rest >= 128) {
		bytes.push((rest % 128) + 128);
		rest = Math.floor(rest / 128);
	}

	bytes.push(rest);
}

function putHex(bytes: number[], hex: string): void {
	for (let index = 0; index < 16; index += 2) {
		bytes.push(Number.parseInt(hex.slice(index, index + 2), 16));
	}
}
