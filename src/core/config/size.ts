/** Sizes as people write them: 500MB, 1.5GiB, 4096B. Whole bytes inside. */

const unitBytes = {
	TiB: 2 ** 40, TB: 1e12, GiB: 2 ** 30, GB: 1e9, MiB: 2 ** 20, MB: 1e6, KiB: 1024, kB: 1000, B: 1,
} as const;

/** For readers and for the JSON Schema alike. */
export const sizePattern = String.raw`^\d{1,15}(?:\.\d{1,3})?(?:[TGM]i?B|KiB|kB|B)$`;

export const sizeExpected = 'a size such as 500MB or 2GiB';

/** Bytes, rounded down; or nothing when the text is no size. */
export function parseSize(text: string): number | undefined {
	if (!new RegExp(sizePattern, 'u').test(text)) {
		return undefined;
	}

	const unit = /[A-Za-z]+$/u.exec(text)![0] as keyof typeof unitBytes;
	const bytes = Math.floor(Number(text.slice(0, -unit.length)) * unitBytes[unit]);
	return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** In the largest unit that needs no fraction. */
export function renderSize(bytes: number): string {
	const [unit, size] = Object.entries(unitBytes).find(([, size]) => bytes > 0 && bytes % size === 0) ?? ['B', 1];
	return `${bytes / size}${unit}`;
}
