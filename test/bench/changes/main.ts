/**
`npm run changes`: makes every planned change again and again on a farm under traffic, in both modes, and writes what clients noticed into README.md.

	--cycles N        how often; default 20 in each mode
	--deaths N        how many nodes die in each mode after that; default 6
	--mode MODE       only this one
	--detection MS    default 3000: it has no part in a planned change, and the traffic itself may keep a daemon from its processor for long
	--connections N, --every MS, --rate N
	                  how many connections stay, how often each speaks, how many come a second; default 1000, 200, 500
	--told            also what the nodes said
	--only TEXT       only changes whose names contain this

README.md stays as it is when anything but the cycles was chosen. Ends with status 1 when a promise is broken.
*/

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import type {VipMode} from '../../../src/core/model/farm.js';
import {whyNoNamespace} from '../../kernel/support/namespace.js';
import {markersOf, withNumbers} from '../readme.js';
import {cycle} from './kinds.js';
import type {Orphans} from './orphans.js';
import type {ChangeResult} from './play.js';
import {playCycles} from './series.js';
import {brokenBy, changeLine, changeTable, deathLine, deathTable} from './table.js';
import {loadWanted} from './traffic.js';

const {values, values: {told: isTold}} = parseArgs({options: {
	told: {type: 'boolean', default: false},
	cycles: {type: 'string', default: '20'}, deaths: {type: 'string', default: '6'}, mode: {type: 'string'}, detection: {type: 'string', default: '3000'}, only: {type: 'string', default: ''},
	connections: {type: 'string', default: String(loadWanted.connections)}, every: {type: 'string', default: String(loadWanted.everyMs)}, rate: {type: 'string', default: String(loadWanted.newPerSecond)},
}});

const say = (text: string): void => {
	process.stderr.write(`${text}\n`);
};

const reason = whyNoNamespace();
if (reason !== undefined) {
	throw new Error(reason);
}

const modes: readonly VipMode[] = values.mode === undefined ? ['unicast', 'multicast'] : [values.mode as VipMode];
const load = {connections: Number(values.connections), everyMs: Number(values.every), newPerSecond: Number(values.rate)};
const results: ChangeResult[] = [];
const deaths: Orphans[] = [];
for (const mode of modes) {
	let count = 0;
	const series = await playCycles({
		name: 'changes', mode, load, detectionMs: Number(values.detection), cycles: Number(values.cycles), deaths: Number(values.deaths), changes: cycle.filter(({kind}) => kind.includes(values.only)),
		tell(result) {
			count++;
			say([`${mode} ${count}: ${result.kind}: ${changeLine(result)}`, ...brokenBy(result).map(line => `   ${line}`), ...isTold || brokenBy(result).length > 0 ? result.told.map(line => `   ${line}`) : []].join('\n'));
			process.exitCode = brokenBy(result).length > 0 ? 1 : process.exitCode ?? 0;
		},
		tellDeath(name, orphans) {
			say(`${mode}: ${name} dies: ${deathLine(orphans)}`);
			process.exitCode = orphans.unaware > 0 ? 1 : process.exitCode ?? 0;
		},
	});
	results.push(...series.changes);
	deaths.push(...series.deaths);
}

const messages = results.reduce((sum, result) => sum + result.messages, 0);
const heading = `\`npm run changes\`, ${new Date().toISOString().slice(0, 10)}: ${values.cycles} cycles in each mode (${modes.join(', ')}), three nodes and a fourth that comes and goes, detection ${values.detection} ms,
IPv4 and IPv6, all on one machine. ${load.connections} connections stay and each speaks every ${load.everyMs} ms (${messages} messages, every byte that came back compared), ${load.newPerSecond} come a second, and UDP
flows tell by the datagrams that each node got for how long a slot had no owner: at most the time given, the median and in brackets the worst.`;
const table = ['', heading, '', changeTable(results), '', ...deaths.length > 0 ? [deathTable(deaths), ''] : []].join('\n');
process.stdout.write(`${table}\n`);
const isWhole = values.mode === undefined && values.only === '' && Object.entries(loadWanted).every(([key, value]) => load[key as keyof typeof load] === value);
if (isWhole) {
	const readme = path.join(import.meta.dirname, '../../../../README.md');
	const markers = markersOf('changes');
	const document = withNumbers(readFileSync(readme, 'utf8'), table, markers);
	if (document === undefined) {
		throw new Error(`README.md has no ${markers.begin} and ${markers.end}`);
	}

	writeFileSync(readme, document);
}
