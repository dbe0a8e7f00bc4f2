/**
A heartbeat on its way through a third node: how long that node had it, and the sealed datagram as it came. Big endian.

	 0  u32  age, ms
	 4  the datagram
*/

const ageBytes = 4;
const ageMaxMs = 0xFF_FF_FF_FF;

export type Forwarded = {readonly ageMs: number; readonly datagram: Uint8Array};

export function encodeForwarded({ageMs, datagram}: Forwarded): Uint8Array {
	const bytes = new Uint8Array(ageBytes + datagram.length);
	new DataView(bytes.buffer).setUint32(0, Math.min(Math.max(0, Math.ceil(ageMs)), ageMaxMs));
	bytes.set(datagram, ageBytes);
	return bytes;
}

/** Nothing for bytes that are too short. Never throws. */
export function decodeForwarded(bytes: Uint8Array): Forwarded | undefined {
	return bytes.length < ageBytes
		? undefined
		: {ageMs: new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), datagram: bytes.subarray(ageBytes)};
}
