/**
More storms, churns and guarded farms than the tests have time for: `npm run simulate:long -- [FIRST [COUNT]]`, on all processors. Prints each seed that is not safe or does
not heal, with how to see it again, and ends with 1 if there was one.
*/

import {availableParallelism} from 'node:os';
import process from 'node:process';
import {isMainThread, parentPort, Worker, workerData} from 'node:worker_threads';
import {runStorm} from '../../src/core/simulation/storm.js';
import {runChurn} from './churn.js';
import {guardedComplaint, runGuarded} from './guarded.js';

const countDefault = 100_000;
const progressSeeds = 1000;

type Part = {readonly first: number; readonly step: number; readonly end: number};
type Verdict = {readonly seed: number; readonly complaint: string; readonly healedMs: number};

function judge(seed: number): Verdict {
	const {isSafe, healedMs} = runStorm(seed);
	const complaint = isSafe ? (healedMs === undefined ? 'does not heal' : '') : 'two acceptors';
	const complaints = [complaint, runChurn(seed).isSafe ? '' : 'two acceptors in the churn', guardedComplaint(runGuarded(seed)).split('\n', 1)[0]!];
	return {seed, complaint: complaints.find(text => text !== '') ?? '', healedMs: healedMs ?? 0};
}

function work({first, step, end}: Part): void {
	for (let seed = first; seed < end; seed += step) {
		parentPort!.postMessage(judge(seed));
	}
}

async function runAll(first: number, count: number): Promise<number> {
	let done = 0;
	let failures = 0;
	let worstHealMs = 0;
	const take = ({seed, complaint, healedMs}: Verdict): void => {
		done++;
		worstHealMs = Math.max(worstHealMs, healedMs);
		if (complaint !== '') {
			failures++;
			process.stdout.write(`seed ${seed}: ${complaint}; see it: FARMCTL_SEED=${seed} npx ava dist/test/simulation/{storm,guarded}.test.js\n`);
		} else if (done % progressSeeds === 0) {
			process.stderr.write(`${done} of ${count}\n`);
		}
	};

	const step = availableParallelism();
	await Promise.all(Array.from({length: step}, async (_, index) => new Promise<void>((resolve, reject) => {
		const worker = new Worker(new URL(import.meta.url), {workerData: {first: first + index, step, end: first + count} satisfies Part});
		worker.on('message', take);
		worker.on('error', reject);
		worker.on('exit', () => {
			resolve();
		});
	})));
	process.stdout.write(`${done} seeds from ${first}: ${failures} not safe or not healed; the slowest healed after ${worstHealMs.toFixed(0)} ms\n`);
	return failures;
}

if (isMainThread) {
	const [first = 1, count = countDefault] = process.argv.slice(2).map(Number);
	process.exitCode = await runAll(first, count) === 0 ? 0 : 1;
} else {
	work(workerData as Part);
}
