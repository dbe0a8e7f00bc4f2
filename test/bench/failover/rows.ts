/** What two series say of each other, as rows of the table. */

import {inMs, type Row} from '../result.js';
import {summarize, type Summary} from './series.js';
import type {RunResult} from './run.js';

export type Measured = {
	readonly name: string;
	readonly results: readonly RunResult[];
	/** Runs that had no result: clients were not served again in time, or it did not become whole. */
	readonly missing: number;
};

export type Comparison = {readonly what: string; readonly farm: Measured; readonly other: Measured};

type Figure = 'medianMs' | 'worstMs';

const figures: ReadonlyArray<readonly [name: string, key: Figure]> = [['median', 'medianMs'], ['worst', 'worstMs']];

/** Median and worst outage. The promise: neither is longer than the other side's. */
export const outageRows = ({what, farm, other}: Comparison, {isPromised}: {readonly isPromised: boolean}): Row[] => figures.map(([name, key]): Row => ({
	what: `${what}: ${name}`,
	measured: `${figure(farm, key)}${notAll(farm)}`,
	against: `${other.name}: ${figure(other, key)}${notAll(other)}`,
	...isMeasured(farm, other) && {ratio: summarize(farm.results)[key] / summarize(other.results)[key]},
	...isPromised && {promise: {text: 'not longer', isKept: isNotLonger(farm, other, key)}},
}));

/** How many clients saw it, and whether any whose node was not cut off did. */
export function clientsRow({what, farm, other}: Comparison): Row[] {
	if (!isMeasured(farm, other)) {
		return [];
	}

	const own = summarize(farm.results);
	const share = summarize(other.results).affectedShare;
	return [{
		what: `${what}: clients that lost a request`,
		measured: `${inPercent(own.affectedShare)}; ${ofOthers(own)}`,
		against: `${other.name}: ${inPercent(share)}`,
		ratio: own.affectedShare / share,
		promise: {text: 'only the dead node\'s', isKept: own.othersAffected === 0},
	}];
}

/** What the return of the link costs: for information. */
export const healRow = ({what, farm, other}: Comparison): Row => ({
	what: `${what}: worst when the link is back`, measured: figure(farm, 'healWorstMs'), against: `${other.name}: ${figure(other, 'healWorstMs')}`,
});

const isMeasured = (...sides: readonly Measured[]): boolean => sides.every(({results}) => results.length > 0);

const figure = ({results}: Measured, key: Figure | 'healWorstMs'): string => results.length === 0 ? 'nothing' : inMs(summarize(results)[key]);

const notAll = ({results, missing}: Measured): string => missing === 0 ? ` of ${results.length} runs` : ` of ${results.length} runs, ${missing} without an end`;

const isNotLonger = (farm: Measured, other: Measured, key: Figure): boolean =>
	isMeasured(farm, other) && farm.missing === 0 && summarize(farm.results)[key] <= summarize(other.results)[key];

const ofOthers = ({othersAffected, othersRuns, othersWorstMs}: Summary): string => othersAffected === 0
	? 'none of other nodes'
	: `of other nodes ${othersAffected} in ${othersRuns} runs, for up to ${inMs(othersWorstMs)}`;

const inPercent = (fraction: number): string => `${(100 * fraction).toFixed(0)} %`;
