/**
`npm run faults`: plays every fault of the kernel tests again and again, and writes what clients noticed as a table into README.md.

	--rounds N   how often; default 5
	--only TEXT  only faults whose names contain this; leaves README.md as it is
	--told       also what the nodes said

Ends with status 1 when a promise is broken.
*/

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {faultCases} from '../kernel/support/fault-cases.js';
import {faultFarm} from '../kernel/support/fault-farm.js';
import {playFault, type FaultResult} from '../kernel/support/fault-run.js';
import {faultLine, faultTable} from '../kernel/support/fault-table.js';
import {detectionMs} from '../kernel/support/fault-timing.js';
import {whyNoNamespace} from '../kernel/support/namespace.js';
import {markersOf, withNumbers} from './readme.js';

const {values: {rounds, only, told: isTold}} = parseArgs({
	options: {rounds: {type: 'string', default: '5'}, only: {type: 'string', default: ''}, told: {type: 'boolean', default: false}},
});

const markers = markersOf('faults');

const readme = path.join(import.meta.dirname, '../../../README.md');

const say = (text: string): void => {
	process.stderr.write(`${text}\n`);
};

const reason = whyNoNamespace();
if (reason !== undefined) {
	throw new Error(reason);
}

const chosen = faultCases.filter(({name}) => name.includes(only));
const runs = new Map<string, FaultResult[]>(chosen.map(({name}) => [name, []]));
const farm = await faultFarm('faultbench');
try {
	for (let round = 1; round <= Number(rounds); round++) {
		for (const fault of chosen) {
			await farm.lab.settled();
			const result = await playFault(farm, fault);
			runs.get(fault.name)!.push(result);
			report(`${round}: ${fault.name}`, result);
		}
	}

	await farm.knocking.stop();
} finally {
	await farm.end();
}

const date = new Date().toISOString().slice(0, 10);
const heading = `\`npm run faults\`, ${date}: ${rounds} runs of each fault, detection ${detectionMs} ms, three nodes, two heartbeat networks, 44 client addresses that open connections without a pause,
all on one machine. Waits are medians over runs and clients, in brackets the worst of all.`;
const table = ['', heading, '', faultTable([...runs].map(([name, results]) => ({name, runs: results}))), ''].join('\n');
process.stdout.write(`${table}\n`);
if (only === '') {
	const document = withNumbers(readFileSync(readme, 'utf8'), table, markers);
	if (document === undefined) {
		throw new Error(`README.md has no ${markers.begin} and ${markers.end}`);
	}

	writeFileSync(readme, document);
}

function report(what: string, result: FaultResult): void {
	say(`${what}: ${faultLine(result)}`);
	const broken = [...result.broken, ...result.late];
	if (isTold || broken.length > 0) {
		say([...broken.map(promise => `broken: ${promise}`), ...result.told].map(line => `   ${line}`).join('\n'));
	}

	if (broken.length > 0) {
		process.exitCode = 1;
	}
}
