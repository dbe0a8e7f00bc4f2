/** FNV-1a of 64 bits (RFC 9923): tells views and configurations apart. Not against an adversary; heartbeats are sealed for that. */

const offsetBasis = 0xCB_F2_9C_E4_84_22_23_25n;
const prime = 0x1_00_00_00_01_B3n;

/** Sixteen lower-case hex digits that stand for the bytes, or for the text's UTF-8. */
export function fnv1a64(content: Uint8Array | string): string {
	let hash = offsetBasis;
	for (const byte of typeof content === 'string' ? utf8(content) : content) {
		hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
	}

	return hash.toString(16).padStart(16, '0');
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
