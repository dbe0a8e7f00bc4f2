/** Whether what a node costs grows: the same daemon for a long time, its first minutes compared with its last. */

import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {median} from '../measure.js';
import type {Row} from '../result.js';
import {cpuPercent, sample, type Sample} from './cost.js';
import {withSubject} from './subject.js';

const soakNodes = 8;
const warmUpMs = 60_000;
const samplesCount = 30;

/** A sawtooth of the collector is no growth; this much between the quarters is. */
const growthMbMax = 3;

/** Rows for a soak of so many minutes; each sample is a line on stderr. */
export async function soak(minutes: number): Promise<Row[]> {
	return withSubject({nodesCount: soakNodes}, async ({pid}) => {
		await sleep(Math.min(warmUpMs, minutes * 30_000));
		const samples = [sample(pid)];
		while (samples.length <= samplesCount) {
			await sleep(minutes * 60_000 / samplesCount);
			const latest = sample(pid);
			process.stderr.write(`${samples.length}/${samplesCount}: ${cpuPercent(samples.at(-1)!, latest).toFixed(2)} % of a core, ${latest.rssKb} kB resident, ${latest.anonymousKb} kB its own\n`);
			samples.push(latest);
		}

		return rowsOf(samples, minutes);
	});
}

function rowsOf(samples: readonly Sample[], minutes: number): Row[] {
	const quarter = Math.floor(samples.length / 4);
	const quarters = [samples.slice(0, quarter + 1), samples.slice(-quarter - 1)] as const;
	const [cpuFirst, cpuLast] = quarters.map(part => cpuPercent(part[0]!, part.at(-1)!)) as [number, number];
	const [ownFirst, ownLast] = quarters.map(part => median(part.map(({anonymousKb}) => anonymousKb)) / 1024) as [number, number];
	const [rssFirst, rssLast] = quarters.map(part => median(part.map(({rssKb}) => rssKb)) / 1024) as [number, number];
	return [
		{what: `${minutes} minutes, ${soakNodes} nodes: processor`, measured: `${cpuLast.toFixed(2)} % of a core in the last quarter`, against: `the first: ${cpuFirst.toFixed(2)} %`, ratio: cpuLast / cpuFirst},
		{
			what: `${minutes} minutes, ${soakNodes} nodes: memory`,
			measured: `${rssLast.toFixed(1)} MB resident, ${ownLast.toFixed(1)} MB its own`,
			against: `the first quarter: ${rssFirst.toFixed(1)} MB, ${ownFirst.toFixed(1)} MB`,
			ratio: rssLast / rssFirst,
			promise: {text: `grows < ${growthMbMax} MB`, isKept: rssLast - rssFirst < growthMbMax},
		},
	];
}
