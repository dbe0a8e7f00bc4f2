/** The whole million: `npm run hostile -- [SEED [COUNT]]`. Prints what became of them, and ends with 1 when one was accepted or the farm was disturbed. */

import process from 'node:process';
import {assault} from './assault.js';

const countDefault = 1_000_000;
const [seed = 1, count = countDefault] = process.argv.slice(2).map(Number);
const {accepted, refused, copies, lines, farmMs, otherEvents, isUndisturbed, stateCharacters, heapBytes, rssBytes, ms} = assault(count, seed);
const mebibytes = (bytes: number): string => `${(bytes / (2 ** 20)).toFixed(1)} MiB`;
process.stdout.write(`${[
	`${count} hostile datagrams, seed ${seed}, in ${(ms / 1000).toFixed(1)} s (${((ms * 1000) / count).toFixed(1)} us each, making them included)`,
	`accepted: ${accepted}`,
	...Object.entries(refused).toSorted(([, a], [, b]) => b - a).map(([reason, times]) => `refused, ${reason}: ${times}`),
	`copies of what was accepted before: ${copies}`,
	`lines about them in ${farmMs / 1000} s of the farm: ${lines}`,
	`other events: ${otherEvents.length === 0 ? 'none' : otherEvents.join(', ')}`,
	`the farm: ${isUndisturbed ? 'undisturbed' : 'disturbed'}`,
	`state: ${stateCharacters.before} characters after a tenth, ${stateCharacters.after} at the end`,
	`heap: ${mebibytes(heapBytes.before)} after a tenth, ${mebibytes(heapBytes.after)} at the end`,
	`resident: ${mebibytes(rssBytes.before)} after a tenth, ${mebibytes(rssBytes.after)} at the end`,
].join('\n')}\n`);
process.exitCode = accepted === 0 && isUndisturbed && otherEvents.length === 0 ? 0 : 1;
