/** More storms than the tests have time for: `npm run soak -- [FIRST [COUNT]]`. Prints each seed that is not safe or does not heal, and ends with 1. */

import process from 'node:process';
import {runStorm} from '../../src/core/simulation/storm.js';

const countDefault = 2000;
const [first = 1, count = countDefault] = process.argv.slice(2).map(Number);

let failures = 0;
let worstHealMs = 0;
for (let seed = first; seed < first + count; seed++) {
	const {isSafe, healedMs} = runStorm(seed);
	worstHealMs = Math.max(worstHealMs, healedMs ?? 0);
	if (!isSafe || healedMs === undefined) {
		failures++;
		process.stdout.write(`FARMCTL_SEED=${seed}: ${isSafe ? 'does not heal' : 'two acceptors'}\n`);
	}
}

process.stdout.write(`${count} storms from seed ${first}: ${failures} not safe or not healed; the slowest healed after ${worstHealMs} ms\n`);
process.exitCode = failures === 0 ? 0 : 1;
