/** Numbers as bytes at the end of a list. Big endian; varints are LEB128. */

export function putUint(bytes: number[], value: number, size: number): void {
	for (let index = size - 1; index >= 0; index--) {
		bytes.push(Math.floor(value / (2 ** (8 * index))) % 256);
	}
}

export function putVarint(bytes: number[], value: number): void {
	let rest = value;
	while (rest >= 128) {
		bytes.push((rest % 128) + 128);
		rest = Math.floor(rest / 128);
	}

	bytes.push(rest);
}

export function putHex(bytes: number[], hex: string): void {
	for (let index = 0; index < 16; index += 2) {
		bytes.push(Number.parseInt(hex.slice(index, index + 2), 16));
	}
}
