/** How probes are spread: evenly, so that their cost never comes at once. */

/** Each peer is asked on each network this often. */
export const probeIntervalMs = 1000;

/** Probes go out at most this often; where more are due, a few at a time. */
export const probeTickMsMin = 10;

/** So many at each tick, and so long between two ticks, for so many ways (peers times networks). */
export function probePace(waysCount: number): {readonly tickMs: number; readonly probesPerTick: number} {
	const tickMs = Math.max(probeTickMsMin, probeIntervalMs / Math.max(1, waysCount));
	return {tickMs, probesPerTick: Math.ceil(waysCount * tickMs / probeIntervalMs)};
}
