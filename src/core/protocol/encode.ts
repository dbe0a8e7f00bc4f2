/**
A heartbeat as bytes. All numbers big endian.

	 0  u8   format            20  8    fingerprint
	 1  u8   flags             28  8    view hash
	 2  u8   sender            36  u32  generation
	 3  u8   state             40  u32  lease, ms
	 4  u48  incarnation       44  u16  lateness, ms
	10  u48  sequence          46  u32  away, ms
	16  u32  retained conn.    50  u8   groups
	                           51  u16  weight, for each group

Then version, problem, held, retained and peers. Flags: 1 serving, 2 ready, 4 released, 8 wants an echo, 16 noticed, 32 and 64 the application (0 well, 32
unwell, 64 degraded, 96 out), 128 serves with a part of its weights: a u16 of thousandths follows the last peer. A text is a length byte and UTF-8. A slot set is
as in `slots.ts`. Peers are a count byte and, each,
	u8 id, u8 state + 8 direct + 16 own lease follows, u48 incarnation, varint sequence, varint generation, varint age [, varint lease]
Varints are LEB128. What follows all this is ignored.
*/

import {
	heartbeatBytesMax,
	heartbeatFormat,
	problemBytesMax,
	versionBytesMax,
	type Heartbeat,
	type LifecycleState,
	type PeerRow,
	type Phase,
	type Wellness,
	wholeShare,
} from './heartbeat.js';
import {encodeSlots} from './slots.js';
import {putHex, putUint, putVarint} from './writer.js';

export const stateCodes: readonly LifecycleState[] = ['UP', 'WAIT', 'DRAINING', 'STOP', 'STOPPING', 'OFF', 'STARTING'];

/** Where all rows of peers leave less room than this, some rows wait a turn. The slots held of one group always fit exactly. */
const heldBytesMin = 320;
const retainedBytesMin = 64;

/**
The bytes of a heartbeat whose sets of slots are exact, at most `heartbeatBytesMax`. Texts are cut to their limits. Where there is no room for sets that
are exact, they are told in buckets; what is held matters more than what is retained. Where very large farms leave no room for all peers either, those
that fit are taken in turn, beginning with a different one each sequence number: an echo then takes a heartbeat longer.
*/
export function encodeHeartbeat(heartbeat: Heartbeat): Uint8Array {
	const bytes: number[] = [];
	putFixed(bytes, heartbeat);
	putText(bytes, heartbeat.version, versionBytesMax);
	const rows = heartbeat.peers.map(row => encodeRow(row, heartbeat.leaseMs));
	const rowBytes = rows.reduce((sum, row) => sum + row.length, 0);
	const {held, retained} = encodeSets(heartbeat, heartbeatBytesMax - bytes.length - rowBytes - 2);
	const share = shareBytes(heartbeat);
	const setBytes = held.length + retained.length + share.length;
	const left = heartbeatBytesMax - bytes.length - setBytes - rowBytes - 2;
	putText(bytes, heartbeat.problem, Math.max(0, Math.min(problemBytesMax, left)));
	const fitting = fitRows(rows, heartbeatBytesMax - bytes.length - setBytes - 1, heartbeat.sequence);
	return joined([bytes, held, retained, [fitting.length], ...fitting, share]);
}

/** `room` is what all rows leave. */
function encodeSets({held, retained, weights}: Heartbeat, room: number): {readonly held: Uint8Array; readonly retained: Uint8Array} {
	const groupsCount = weights.length;
	const heldBytes = encodeSlots(held, groupsCount, Math.max(heldBytesMin, room - retainedBytesMin));
	return {held: heldBytes, retained: encodeSlots(retained, groupsCount, Math.max(retainedBytesMin, room - heldBytes.length))};
}

function shareBytes({shareThousandths}: Heartbeat): number[] {
	const bytes: number[] = [];
	if (shareThousandths !== wholeShare) {
		putUint(bytes, shareThousandths, 2);
	}

	return bytes;
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

export const wellnessCodes: readonly Wellness[] = ['well', 'unwell', 'degraded', 'out'];

function flagsOf(heartbeat: Heartbeat): number {
	const {isServing, isReady, phase, wantsEcho, wellness, shareThousandths} = heartbeat;
	return (isServing ? 1 : 0) | (isReady ? 2 : 0) | phaseFlags[phase] | (wantsEcho ? 8 : 0) | (wellnessCodes.indexOf(wellness) * 32) | (shareThousandths === wholeShare ? 0 : 128);
}

function putFixed(bytes: number[], heartbeat: Heartbeat): void {
	bytes.push(heartbeatFormat, flagsOf(heartbeat), heartbeat.sender, stateCodes.indexOf(heartbeat.state));
	putUint(bytes, heartbeat.incarnation, 6);
	putUint(bytes, heartbeat.sequence, 6);
	putUint(bytes, Math.min(heartbeat.retainedConnections, 0xFF_FF_FF_FF), 4);
	putHex(bytes, heartbeat.fingerprint);
	putHex(bytes, heartbeat.viewHash);
	putUint(bytes, heartbeat.generation, 4);
	putUint(bytes, heartbeat.leaseMs, 4);
	putUint(bytes, Math.min(heartbeat.latenessMs, 0xFF_FF), 2);
	putUint(bytes, heartbeat.awayMs, 4);
	bytes.push(heartbeat.weights.length);
	for (const weight of heartbeat.weights) {
		putUint(bytes, weight, 2);
	}
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
