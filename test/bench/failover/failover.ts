/**
How long clients go without an answer when a node's link is cut: farmctl against keepalived, in the same network, with the same servers and clients.

Each side is set to the same nominal detection: keepalived's three missed adverts against farmctl's detection time. The sides take turns in blocks of
runs, and the moment of the cut is spread evenly over the time between two signs of life.
*/

import process from 'node:process';
import {detectionDefaultMs} from '../../../src/core/config/timing.js';
import {whyNoNamespace} from '../../kernel/support/namespace.js';
import {inMs, type Part, type Row} from '../result.js';
import {openFarm} from './farm.js';
import {keepalivedVersion, openKeepalived, prioritiesHighest, prioritiesUsual, whyNoKeepalived} from './keepalived.js';
import {clientsRow, healRow, outageRows, type Comparison, type Measured} from './rows.js';
import {measureSeries} from './series.js';
import type {Cut, RunResult} from './run.js';
import type {Side} from './side.js';

/** Keepalived's default. */
const advertDefaultMs = 1000;
const adverts = 3;

type Contender = {readonly name: string; readonly open: () => Promise<Side>; readonly cuts: readonly Cut[]};

const farmOf = (detectionMs: number, cuts: readonly Cut[] = ['port']): Contender => ({
	name: `farmctl, detection ${detectionMs} ms`, open: async () => openFarm('failover', detectionMs), cuts,
});

const keepalivedOf = (advertMs: number, {priorities = prioritiesUsual, cuts = ['port']}: {readonly priorities?: readonly number[]; readonly cuts?: readonly Cut[]} = {}): Contender => ({
	get name() {
		return `keepalived ${keepalivedVersion()}, adverts of ${advertMs} ms${priorities === prioritiesHighest ? ', highest priorities' : ''}`;
	},
	open: async () => openKeepalived({advertMs, priorities}),
	cuts,
});

const bothCuts: readonly Cut[] = ['port', 'cable'];

const contenders = {
	keepalivedSlow: keepalivedOf(advertDefaultMs),
	farmSlow: farmOf(adverts * advertDefaultMs),
	keepalivedMiddle: keepalivedOf(100, {cuts: bothCuts}),
	farmMiddle: farmOf(detectionDefaultMs, bothCuts),
	keepalivedHighest: keepalivedOf(100, {priorities: prioritiesHighest}),
	keepalivedFast: keepalivedOf(10),
	farmFast: farmOf(30),
} as const satisfies Readonly<Record<string, Contender>>;

type Name = keyof typeof contenders;

/** They take turns within each of these. */
const turns: ReadonlyArray<readonly Name[]> = [['keepalivedSlow', 'farmSlow'], ['keepalivedMiddle', 'farmMiddle', 'keepalivedHighest'], ['keepalivedFast', 'farmFast']];
const blocks = 2;
/** A multiple of the nodes, so that each of a farm's loses its link as often as every other. */
const runsOfBlock = 6;

type Results = ReadonlyMap<Name, ReadonlyMap<Cut, RunResult[]>>;

export const failover: Part = {
	title: 'failover',
	whyNot: () => whyNoNamespace() ?? whyNoKeepalived(),
	async run({isShort}) {
		const runs = isShort ? 1 : runsOfBlock;
		return rowsOf(await measure(runs), blocks * runs);
	},
};

async function measure(runs: number): Promise<Results> {
	const results = new Map((Object.keys(contenders) as Name[]).map(name => [name, new Map<Cut, RunResult[]>(contenders[name].cuts.map(cut => [cut, []]))]));
	for (const names of turns) {
		for (let block = 0; block < blocks; block++) {
			for (const name of names) {
				for (const [cut, some] of await measureBlock(contenders[name], {runs, first: block * runs})) {
					results.get(name)!.get(cut)!.push(...some);
				}
			}
		}
	}

	return results;
}

async function measureBlock({name, open, cuts}: Contender, {runs, first}: {readonly runs: number; readonly first: number}): Promise<ReadonlyMap<Cut, readonly RunResult[]>> {
	const {results, trouble} = await measureSeries(open, {
		cuts, runs, first, runsTotal: blocks * runs,
		tell(run, cut, result) {
			say(`${name}, ${cut}, run ${run + 1}: ${sentence(result)}`);
		},
	});
	if (trouble !== undefined) {
		say(`${name}: ended early, ${trouble}`);
	}

	return results;
}

const say = (text: string): void => {
	process.stderr.write(`  ${text}\n`);
};

function sentence({outageMs, worstMs, clients, affected, othersAffected, othersOutageMs, healMs, latenessMs}: RunResult): string {
	const others = othersAffected === 0 ? '' : `, ${othersAffected} of other nodes for up to ${inMs(othersOutageMs)}`;
	return `${inMs(outageMs)}, longest ${inMs(worstMs)}, seen by ${affected} of ${clients} clients${others}; healing ${inMs(healMs)}, probe late by ${inMs(latenessMs)}`;
}

function rowsOf(found: Results, runs: number): Row[] {
	const of = (name: Name, cut: Cut = 'port'): Measured => {
		const results = found.get(name)!.get(cut)!;
		return {name: contenders[name].name, results, missing: runs - results.length};
	};

	const whole = (comparison: Comparison): Row[] => [...outageRows(comparison, {isPromised: true}), ...clientsRow(comparison), healRow(comparison)];
	return [
		...whole({what: 'detection 3 s', farm: of('farmSlow'), other: of('keepalivedSlow')}),
		...whole({what: 'detection 300 ms', farm: of('farmMiddle'), other: of('keepalivedMiddle')}),
		...whole({what: 'detection 30 ms', farm: of('farmFast'), other: of('keepalivedFast')}),
		...whole({what: 'detection 300 ms, the carrier lost as well', farm: of('farmMiddle', 'cable'), other: of('keepalivedMiddle', 'cable')}),
		...outageRows({what: 'both by default (300 ms)', farm: of('farmMiddle'), other: of('keepalivedSlow')}, {isPromised: true}),
		...outageRows({what: 'detection 300 ms', farm: of('farmMiddle'), other: of('keepalivedHighest')}, {isPromised: false}),
	];
}
