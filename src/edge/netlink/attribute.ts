/**
Netlink attributes (TLVs): encode to bytes, decode from bytes. Layout: `include/uapi/linux/netlink.h`, `struct nlattr`.

	 0      2      4
	+------+------+---------------- - -
	| len  | type | payload, padded to 4
	+------+------+---------------- - -

Length and type are in host order (little endian on every machine that the native binding is built for); a payload is in the order that its
protocol states, which for nftables is big endian and for rtnetlink host order.
*/

export const headerBytes = 4;
const nestedFlag = 0x80_00;
const typeMask = 0x3F_FF;

const align = (length: number): number => (length + 3) & ~3;

/** One attribute with a raw payload. Throws RangeError above 65,531 bytes of payload, the format's limit. */
export function attribute(type: number, payload: Uint8Array): Buffer {
	const length = headerBytes + payload.length;
	if (length > 0xFF_FF) {
		throw new RangeError(`netlink attribute ${type} has ${payload.length} bytes, more than its length field can say`);
	}

	const bytes = Buffer.alloc(align(length));
	bytes.writeUInt16LE(length, 0);
	bytes.writeUInt16LE(type, 2);
	bytes.set(payload, headerBytes);
	return bytes;
}

export const nested = (type: number, ...children: readonly Uint8Array[]): Buffer => attribute(type | nestedFlag, Buffer.concat(children));

export const text = (type: number, value: string): Buffer => attribute(type, Buffer.from(`${value}\0`));

export const flag = (type: number): Buffer => attribute(type, Buffer.alloc(0));

export const u8 = (type: number, value: number): Buffer => attribute(type, Buffer.of(value));

export const u32 = (type: number, value: number): Buffer => attribute(type, u32Bytes(value));

export const u32be = (type: number, value: number): Buffer => attribute(type, u32beBytes(value));

export function u64be(type: number, value: number | bigint): Buffer {
	const payload = Buffer.alloc(8);
	payload.writeBigUInt64BE(BigInt(value));
	return attribute(type, payload);
}

export function u32Bytes(value: number): Buffer {
	const payload = Buffer.alloc(4);
	payload.writeUInt32LE(value >>> 0);
	return payload;
}

export function u32beBytes(value: number): Buffer {
	const payload = Buffer.alloc(4);
	payload.writeUInt32BE(value >>> 0);
	return payload;
}

export type Attribute = {readonly type: number; readonly payload: Buffer};

/** Every attribute in order; stops quietly at bytes that are no attribute, as the kernel's own parser does. */
export function decodeAttributes(bytes: Buffer): Attribute[] {
	const found: Attribute[] = [];
	for (let offset = 0; offset + headerBytes <= bytes.length;) {
		const length = bytes.readUInt16LE(offset);
		if (length < headerBytes || offset + length > bytes.length) {
			break;
		}

		found.push({type: bytes.readUInt16LE(offset + 2) & typeMask, payload: bytes.subarray(offset + headerBytes, offset + length)});
		offset += align(length);
	}

	return found;
}

/** The attributes by type; of a type that repeats, the last. */
export const attributeMap = (bytes: Buffer): Map<number, Buffer> => new Map(decodeAttributes(bytes).map(({type, payload}) => [type, payload]));

/** The payload of the first attribute of this type, for readers of thousands of messages: nothing else is decoded. */
export function findAttribute(bytes: Buffer, type: number): Buffer | undefined {
	for (let offset = 0; offset + headerBytes <= bytes.length;) {
		const length = bytes.readUInt16LE(offset);
		if (length < headerBytes || offset + length > bytes.length) {
			return undefined;
		}

		if ((bytes.readUInt16LE(offset + 2) & typeMask) === type) {
			return bytes.subarray(offset + headerBytes, offset + length);
		}

		offset += align(length);
	}

	return undefined;
}

/** A text payload without its closing NUL. */
export const decodeText = (payload: Buffer): string => payload.toString('utf8').replace(/\0.*$/s, '');
