/** Several runs of one side, and what they say together. */

import {median} from '../measure.js';
import {startProber} from './prober.js';
import {measureRun, whole, type Cut, type RunResult} from './run.js';
import type {Side} from './side.js';

export type Series = {
	readonly results: ReadonlyMap<Cut, readonly RunResult[]>;
	/** Why it ended before all runs were done: a side that does not recover is not waited for again. */
	readonly trouble: string | undefined;
};

export type SeriesOptions = {
	readonly cuts: readonly Cut[];
	readonly runs: number;
	/** The number of the first run, of `runsTotal` that are spread evenly over the period between two signs of life. */
	readonly first: number;
	readonly runsTotal: number;
	readonly tell: (run: number, cut: Cut, result: RunResult) => void;
};

/** Brings the side up, measures, and takes it down whatever happens. Rejects when it cannot be brought up. */
export async function measureSeries(open: () => Promise<Side>, options: SeriesOptions): Promise<Series> {
	const results = new Map<Cut, RunResult[]>(options.cuts.map(cut => [cut, []]));
	const side = await open();
	const prober = startProber(side.lab.topology);
	try {
		await measureInto(results, side, {prober, ...options});
		return {results, trouble: undefined};
	} catch (error) {
		return {results, trouble: error instanceof Error ? error.message : String(error)};
	} finally {
		await prober.end();
		await side.close();
	}
}

async function measureInto(
	results: ReadonlyMap<Cut, RunResult[]>, side: Side,
	{prober, cuts, runs, first, runsTotal, tell}: SeriesOptions & {readonly prober: ReturnType<typeof startProber>},
): Promise<void> {
	await whole(side, prober);
	for (let run = first; run < first + runs; run++) {
		for (const cut of cuts) {
			const result = await measureRun(side, prober, {victim: side.victimOf(run), cut, phase: (run + Math.random()) / runsTotal});
			results.get(cut)!.push(result);
			tell(run, cut, result);
		}
	}
}

export type Summary = {
	readonly runs: number;
	/** Of the runs, each the median of its clients. */
	readonly medianMs: number;
	/** Of any client in any run. */
	readonly worstMs: number;
	/** Of all clients in all runs, the fraction that lost a request. */
	readonly affectedShare: number;
	readonly othersAffected: number;
	readonly othersRuns: number;
	readonly othersWorstMs: number;
	readonly healWorstMs: number;
};

/** Throws RangeError for no runs. */
export function summarize(results: readonly RunResult[]): Summary {
	const sum = (of: (result: RunResult) => number): number => results.reduce((total, result) => total + of(result), 0);
	const worst = (of: (result: RunResult) => number): number => Math.max(...results.map(result => of(result)));
	return {
		runs: results.length,
		medianMs: median(results.map(({outageMs}) => outageMs)),
		worstMs: worst(({worstMs}) => worstMs),
		affectedShare: sum(({affected}) => affected) / sum(({clients}) => clients),
		othersAffected: sum(({othersAffected}) => othersAffected),
		othersRuns: results.filter(({othersAffected}) => othersAffected > 0).length,
		othersWorstMs: worst(({othersOutageMs}) => othersOutageMs),
		healWorstMs: worst(({healMs}) => healMs),
	};
}
