/**
How soon the death of a process is known in the daemon's own thread: of one that a check watches, and of a service that the daemon supervises. Both live in a
thread of their own, as in the daemon; on a quiet machine, and while every processor is busy with something else.
*/

import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {Worker} from 'node:worker_threads';
import {median, quantile} from '../measure.js';
import {inMs, type Part, type Row} from '../result.js';

/** Nearly always, on a quiet machine. */
const noticeMsMax = 50;

const entry = new URL('watching.js', import.meta.url);

/** What is watched for its death: `ready` with its number, then `dead`. */
export type WatchedKind = 'check' | 'service';

export type Watching = {readonly kind: WatchedKind; readonly folder: string};

const names: Readonly<Record<WatchedKind, string>> = {check: 'a process that a check watches', service: 'a supervised service'};

export const deaths: Part = {
	title: 'deaths of processes',
	whyNot: () => undefined,
	async run({isShort}) {
		const rounds = isShort ? 10 : 100;
		const rows: Row[] = [];
		for (const kind of ['check', 'service'] as const) {
			const quiet = await measure(kind, rounds);
			const burners = Array.from({length: availableParallelism()}, () => spawn(process.execPath, ['-e', 'for (;;);'], {stdio: 'ignore'}));
			const busy = await measure(kind, rounds).finally(() => {
				endAll(burners);
			});
			rows.push({
				what: `kill -9 of ${names[kind]} until the daemon knows`,
				measured: spread(quiet),
				against: `every processor busy: ${spread(busy)}`,
				promise: {text: `19 of 20 < ${noticeMsMax} ms`, isKept: quantile(quiet, 0.95) < noticeMsMax},
			});
		}

		return rows;
	},
};

function endAll(children: readonly ChildProcess[]): void {
	for (const child of children) {
		child.kill('SIGKILL');
	}
}

async function measure(kind: WatchedKind, rounds: number): Promise<number[]> {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-deaths-'));
	const worker = new Worker(entry, {workerData: {kind, folder} satisfies Watching});
	const times: number[] = [];
	for (let round = 0; round < rounds; round++) {
		worker.postMessage('begin');
		const [pid] = await once(worker, 'message') as [number];
		const begin = performance.now();
		process.kill(pid, 'SIGKILL');
		await once(worker, 'message');
		times.push(performance.now() - begin);
	}

	await worker.terminate();
	rmSync(folder, {recursive: true});
	return times;
}

const spread = (times: readonly number[]): string => `median ${inMs(median(times))}, longest ${inMs(Math.max(...times))}`;
