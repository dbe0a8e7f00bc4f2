/**
`npm run applications`: breaks the application of a farm's node, and what is around it, in every way, under traffic, and writes what came of it into README.md.

	--rounds N        how often each; default 3
	--rate N, --connections N   how many requests a second, how many connections that stay; default 300 and 60
	--series NAME     only this one: appsmall, appnginx, appslow, appneed
	--only TEXT       only faults whose names contain this
	--told            also what the nodes said

README.md stays as it is when anything but the rounds was chosen. Ends with status 1 when a promise is broken.
*/

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {whyNoNamespace} from '../../kernel/support/namespace.js';
import {markersOf, withNumbers} from '../readme.js';
import type {FaultResult} from './play.js';
import {allSeries, playSeries, type Series} from './series.js';
import {brokenBy, resultLine, resultTable} from './table.js';

const loadWanted = {perSecond: 300, connections: 60};

const {values, values: {told: isTold}} = parseArgs({options: {
	told: {type: 'boolean', default: false}, rounds: {type: 'string', default: '3'}, series: {type: 'string', default: ''}, only: {type: 'string', default: ''},
	rate: {type: 'string', default: String(loadWanted.perSecond)}, connections: {type: 'string', default: String(loadWanted.connections)},
}});

const say = (text: string): void => {
	process.stderr.write(`${text}\n`);
};

const reason = whyNoNamespace();
if (reason !== undefined) {
	throw new Error(reason);
}

const load = {perSecond: Number(values.rate), connections: Number(values.connections)};
const parts: string[] = [];
const chosen = allSeries.filter(({name}) => name.includes(values.series));
for (const series of chosen) {
	parts.push(`With ${series.title}:`, '', await tableOf(series), '');
}

const heading = `\`npm run applications\`, ${new Date().toISOString().slice(0, 10)}: ${values.rounds} times each, three nodes whose daemons run the application with checks every 200 to 300 ms, all on one machine;
${load.perSecond} requests come a second, each a connection of its own, and ${load.connections} connections stay. Times are since the fault, medians and in brackets the worst.`;
const table = ['', heading, '', ...parts].join('\n');
process.stdout.write(`${table}\n`);
if (values.series === '' && values.only === '' && load.perSecond === loadWanted.perSecond && load.connections === loadWanted.connections) {
	const readme = path.join(import.meta.dirname, '../../../../README.md');
	const markers = markersOf('applications');
	const document = withNumbers(readFileSync(readme, 'utf8'), table, markers);
	if (document === undefined) {
		throw new Error(`README.md has no ${markers.begin} and ${markers.end}`);
	}

	writeFileSync(readme, document);
}

async function tableOf(series: Series): Promise<string> {
	const whyNot = series.whyNot?.();
	if (whyNot !== undefined) {
		say(`${series.name}: ${whyNot}`);
		return `not measured: ${whyNot}`;
	}

	return resultTable(await playSeries(series, {load, rounds: Number(values.rounds), only: values.only, tell}));
}

function tell(result: FaultResult): void {
	const broken = brokenBy(result);
	say([`${result.name}: ${resultLine(result)}`, ...broken.map(line => `   broken: ${line}`), ...isTold || broken.length > 0 ? result.said.map(line => `   ${line}`) : []].join('\n'));
	process.exitCode = broken.length > 0 ? 1 : process.exitCode ?? 0;
}
