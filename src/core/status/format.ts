/** Numbers as people read them in `status` and `top`. */

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Milliseconds in the two largest units that matter: `12 ms`, `4.2 s`, `3 min 5 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
	if (ms < secondMs) {
		return `${Math.max(0, Math.floor(ms))} ms`;
	}

	if (ms < 10 * secondMs) {
		return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
	}

	if (ms < minuteMs) {
		return `${Math.floor(ms / secondMs)} s`;
	}

	if (ms < hourMs) {
		return twoUnits(ms, [minuteMs, 'min'], [secondMs, 's']);
	}

	return ms < dayMs ? twoUnits(ms, [hourMs, 'h'], [minuteMs, 'min']) : twoUnits(ms, [dayMs, 'd'], [hourMs, 'h']);
}

function twoUnits(ms: number, [largeMs, large]: readonly [number, string], [smallMs, small]: readonly [number, string]): string {
	const rest = Math.floor((ms % largeMs) / smallMs);
	return `${Math.floor(ms / largeMs)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

/** A fraction as a percentage with one decimal: `33.3%`. */
export const formatShare = (share: number): string => `${(share * 100).toFixed(1)}%`;

/** A count or rate in at most six characters: `999`, `12.3k`, `4.5M`. */
export function formatCount(count: number): string {
	if (count < 10_000) {
		return String(Math.round(count));
	}

	if (count < 999_950) {
		return `${(count / 1000).toFixed(1)}k`;
	}

	return count < 999_950_000 ? `${(count / 1_000_000).toFixed(1)}M` : `${(count / 1_000_000_000).toFixed(1)}G`;
}
