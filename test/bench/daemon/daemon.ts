/** What a node costs, by the size of its farm: processor time, memory, datagrams, and how soon it has the slots of a peer that falls silent. */

import {setTimeout as sleep} from 'node:timers/promises';
import {whyNoNamespace} from '../../kernel/support/namespace.js';
import {inMs, type Part, type Row} from '../result.js';
import {startBare, type Bare} from './bare.js';
import {cpuPercent, sample} from './cost.js';
import {soak} from './soak.js';
import {withSubject, type Subject, type SubjectOptions} from './subject.js';
import {takeoverMs} from './takeover.js';

/** Resident memory of the daemon, whatever the size of its farm. */
export const rssMbMax = 80;

/** A daemon's code is compiled while it runs: after so long little is left to do, and what is measured is what it costs from then on. */
const warmUpMs = 60_000;

/** Of one core, at default timing; no promise for other sizes. */
const cpuPercentMax: ReadonlyMap<number, number> = new Map([[8, 2], [32, 5]]);

export const daemon: Part = {
	title: 'what a node costs',
	whyNot: whyNoNamespace,
	async run({isShort, soakMinutes}) {
		if (soakMinutes !== undefined) {
			return soak(soakMinutes);
		}

		const rows: Row[] = [];
		for (const nodesCount of [2, 8, 32, 64]) {
			rows.push(...await rowsOf({nodesCount}, isShort));
		}

		return [...rows, ...await rowsOf({nodesCount: 8, networksCount: 2}, isShort)];
	},
};

async function rowsOf(options: SubjectOptions, isShort: boolean): Promise<Row[]> {
	const {nodesCount, networksCount = 1} = options;
	const title = `${nodesCount} nodes${networksCount === 1 ? '' : `, ${networksCount} heartbeat networks`}`;
	return withSubject(options, async subject => {
		const bare = await startBare((nodesCount - 1) * networksCount, subject.farm.heartbeat.timing.intervalMs);
		await sleep(isShort ? 2000 : warmUpMs);
		const {cpu, bareCpu, rssMb, anonymousMb, inPerSecond, outPerSecond} = await measure(subject, bare, isShort ? 5000 : 20_000);
		bare.stop();
		const cpuMax = networksCount === 1 ? cpuPercentMax.get(nodesCount) : undefined;
		const takeover = await takeoverMs(subject);
		return [
			{
				what: `a node of ${title}: processor`,
				measured: `${cpu.toFixed(1)} % of a core, ${Math.round(inPerSecond)} datagrams/s in, ${Math.round(outPerSecond)} out`,
				against: `as many datagrams by a Node program that does nothing else: ${bareCpu.toFixed(1)} %`,
				ratio: cpu / bareCpu,
				...cpuMax !== undefined && {promise: {text: `< ${cpuMax} %`, isKept: cpu < cpuMax}},
			},
			{
				what: `a node of ${title}: memory`,
				measured: `${rssMb.toFixed(0)} MB resident, ${anonymousMb.toFixed(0)} MB of it its own`,
				promise: {text: `< ${rssMbMax} MB`, isKept: rssMb < rssMbMax},
			},
			{what: `a node of ${title}: a silent peer's slots claimed in the kernel`, measured: `the detection time + ${inMs(takeover)}`},
		];
	});
}

type Cost = {readonly cpu: number; readonly bareCpu: number; readonly rssMb: number; readonly anonymousMb: number; readonly inPerSecond: number; readonly outPerSecond: number};

async function measure({pid, peers}: Subject, bare: Bare, ms: number): Promise<Cost> {
	const before = {...sample(pid), ...peers.counts()};
	const bareBefore = sample(bare.pid);
	await sleep(ms);
	const after = {...sample(pid), ...peers.counts()};
	const seconds = (after.at - before.at) / 1000;
	return {
		cpu: cpuPercent(before, after),
		bareCpu: cpuPercent(bareBefore, sample(bare.pid)),
		rssMb: after.rssKb / 1024,
		anonymousMb: after.anonymousKb / 1024,
		inPerSecond: (after.sent - before.sent) / seconds,
		outPerSecond: (after.received - before.received) / seconds,
	};
}
