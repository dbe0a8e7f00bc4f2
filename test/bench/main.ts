/**
`npm run bench [-- PART] [OPTIONS]`: measures, prints the table, and writes it into README.md where that has a place for it. Without a part the quick
ones run; one that takes minutes runs only by its name.

	daemon    what a node costs, at 2 to 64 nodes; --soak MINUTES instead measures 8 nodes for that long
	dataplane what a packet, a connection and a request cost, against xt_cluster, a hash behind conntrack, and HAProxy
	failover  how long clients wait when a node's link is cut, against keepalived
	lateness  how late the heartbeat path runs while others keep the daemon busy
	--check   ends with status 1 when a promise is broken, and leaves README.md as it is
	--short   fewer rounds, for a look; leaves README.md as it is
*/

import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {core} from './core.js';
import {daemon} from './daemon/daemon.js';
import {lateness} from './daemon/lateness.js';
import {dataPath} from './data-path.js';
import {dataPlane} from './data-plane/data-plane.js';
import {deaths} from './deaths/deaths.js';
import {failover} from './failover/failover.js';
import {markersOf, withNumbers} from './readme.js';
import {renewal} from './renewal.js';
import {
	brokenPromises,
	renderTable,
	type Part,
	type Row,
} from './result.js';
import {slots} from './slots.js';
import {startUp} from './start-up.js';

const quickParts: readonly Part[] = [startUp, renewal, slots, core, dataPath, deaths];

/** By the name that calls them. */
const longParts: Readonly<Record<string, Part>> = {dataplane: dataPlane, daemon, failover, lateness};

const readme = path.join(import.meta.dirname, '../../../README.md');

const {values: {check: isCheck, short: isShort, soak}, positionals: [name]} = parseArgs({
	options: {check: {type: 'boolean', default: false}, short: {type: 'boolean', default: false}, soak: {type: 'string'}},
	allowPositionals: true,
});
const soakMinutes = soak === undefined ? undefined : Number(soak);
if (soakMinutes !== undefined && !(soakMinutes > 0)) {
	throw new Error(`--soak takes minutes, such as 30, not '${soak}'`);
}

const parts = name === undefined ? quickParts : [longParts[name]].filter(part => part !== undefined);
if (parts.length === 0) {
	throw new Error(`there is no part '${name}'; those run by their name are: ${Object.keys(longParts).join(', ')}`);
}

const say = (text: string): void => {
	process.stderr.write(`${text}\n`);
};

const rows: Row[] = [];
const leftOut: string[] = [];
for (const part of parts) {
	const reason = part.whyNot();
	if (reason === undefined) {
		say(`measuring: ${part.title}`);
		rows.push(...await part.run({isShort, ...soakMinutes !== undefined && {soakMinutes}}));
	} else {
		leftOut.push(`${part.title}: left out (${reason})`);
	}
}

const date = new Date().toISOString().slice(0, 10);
const heading = `\`npm run bench${name === undefined ? '' : ` -- ${name}`}\`, ${date}, Node ${process.versions.node}. The ratio is what counts: both sides ran in turn in the same run.`;
const numbers = ['', heading, '', renderTable(rows), ''].join('\n');
process.stdout.write(`${[numbers, ...leftOut].join('\n')}\n`);

if (isCheck) {
	const broken = brokenPromises(rows);
	for (const {what, measured, promise} of broken) {
		say(`broken: ${what}: ${measured}, promised ${promise!.text}`);
	}

	process.exitCode = broken.length > 0 ? 1 : 0;
} else if (!isShort && soakMinutes === undefined) {
	writeNumbers();
}

function writeNumbers(): void {
	if (leftOut.length > 0) {
		say('README.md stays as it is: not everything was measured');
		return;
	}

	const markers = markersOf(name);
	const document = existsSync(readme) ? withNumbers(readFileSync(readme, 'utf8'), numbers, markers) : undefined;
	if (document === undefined) {
		say(`README.md stays as it is: it has no ${markers.begin} and ${markers.end}`);
		return;
	}

	writeFileSync(readme, document);
	say('README.md has the new numbers');
}
