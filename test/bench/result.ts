/** What a benchmark says, and how the table of all of them is written. */

export type Row = {
	readonly what: string;
	readonly measured: string;
	/** The other side of the comparison, measured in the same run. */
	readonly against?: string;
	/** Measured divided by the other side. */
	readonly ratio?: number;
	readonly promise?: {readonly text: string; readonly isKept: boolean};
};

export type Part = {
	readonly title: string;
	/** Why this part cannot be run here; undefined when it can. */
	readonly whyNot: () => string | undefined;
	/** `soakMinutes`: measure one size for that long instead, where the part can. */
	readonly run: (options: {readonly isShort: boolean; readonly soakMinutes?: number}) => Promise<readonly Row[]>;
};

export const inUs = (us: number): string => us < 10 ? `${us.toFixed(1)} µs` : `${Math.round(us)} µs`;

export const inMs = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;

const significant = (ratio: number): string => ratio >= 10 ? String(Math.round(ratio)) : ratio.toPrecision(2);

/** A ratio below one the other way round is easier to read. */
const ratioText = (ratio: number | undefined): string => {
	if (ratio === undefined) {
		return '';
	}

	return ratio < 0.1 ? `1/${significant(1 / ratio)}` : `${significant(ratio)}×`;
};

const promiseText = (promise: Row['promise']): string => promise === undefined ? '' : `${promise.text}: ${promise.isKept ? 'kept' : '**broken**'}`;

/** A Markdown table. */
export const renderTable = (rows: readonly Row[]): string => [
	'| What | Measured | Compared with | Ratio | Promise |',
	'|---|---|---|---|---|',
	...rows.map(row => `| ${[row.what, row.measured, row.against ?? '', ratioText(row.ratio), promiseText(row.promise)].join(' | ')} |`),
].join('\n');

export const brokenPromises = (rows: readonly Row[]): readonly Row[] => rows.filter(({promise}) => promise?.isKept === false);
