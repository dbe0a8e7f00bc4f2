/** What every benchmark measures with. Sides that are compared take turns, so that a busy moment of the machine meets both. */

/** Milliseconds of each round of each side, in the order measured. The first rounds warm up and do not count. */
export async function takeTurns<Side extends string>(
	sides: Readonly<Record<Side, () => Promise<void> | void>>,
	{rounds, warmUps}: {readonly rounds: number; readonly warmUps: number},
): Promise<Readonly<Record<Side, readonly number[]>>> {
	const names = Object.keys(sides) as Side[];
	const times = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Side, number[]>;
	for (let round = 0; round < rounds + warmUps; round++) {
		for (const name of names) {
			const begin = performance.now();
			await sides[name]();
			const ms = performance.now() - begin;
			if (round >= warmUps) {
				times[name].push(ms);
			}
		}
	}

	return times;
}

/** Microseconds of one call: the median of several runs of a loop of the given length. */
export function loopUs(call: (index: number) => void, {runs, calls}: {readonly runs: number; readonly calls: number}): number {
	const times = Array.from({length: runs + 1}, () => {
		const begin = performance.now();
		for (let index = 0; index < calls; index++) {
			call(index);
		}

		return (performance.now() - begin) * 1000 / calls;
	});
	return median(times.slice(1));
}

/** The value that this fraction of all does not exceed (nearest rank). Throws RangeError for no values. */
export function quantile(values: readonly number[], fraction: number): number {
	if (values.length === 0) {
		throw new RangeError('no values, no quantile');
	}

	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)]!;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
