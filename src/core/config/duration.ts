/** Durations as people write them: 300ms, 1.5s, 10m, 1h. Whole milliseconds inside. */

const unitMs = {h: 3_600_000, m: 60_000, s: 1000, ms: 1} as const;

/** For readers and for the JSON Schema alike. */
export const durationPattern = String.raw`^\d{1,9}(?:\.\d{1,3})?(?:ms|[smh])$`;

export const durationExpected = 'a duration such as 300ms, 2s, 10m or 1h';

/** Milliseconds, or nothing when the text is no duration or no whole number of milliseconds. */
export function parseDuration(text: string): number | undefined {
	if (!new RegExp(durationPattern, 'u').test(text)) {
		return undefined;
	}

	const unit = /[a-z]+$/u.exec(text)![0] as keyof typeof unitMs;
	const [whole, fraction = ''] = text.slice(0, -unit.length).split('.') as [string, string?];
	const thousandths = Number(`${whole}${fraction.padEnd(3, '0')}`);
	const ms = thousandths * unitMs[unit] / 1000;
	return Number.isSafeInteger(ms) ? ms : undefined;
}

/** In the largest unit that needs no fraction. */
export function renderDuration(ms: number): string {
	const [unit, size] = Object.entries(unitMs).find(([, size]) => ms > 0 && ms % size === 0) ?? ['ms', 1];
	return `${ms / size}${unit}`;
}
