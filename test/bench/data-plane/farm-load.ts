/** Connections and requests a second through farms of three nodes, all on this machine's processors: the ratio tells what each way costs. */

import {execFileSync} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {bareAddress, servedPort} from '../../../src/core/lab/topology.js';
import {median} from '../measure.js';
import {balancerPort, openFarmSide, type FarmSide, type FarmSideName} from './farm-sides.js';

export type LoadName = FarmSideName | 'direct';

export type Rates = {
	/** A connection, a request on it, its end. */
	readonly connections: number;
	/** Requests on connections that stay. */
	readonly requests: number;
};

const loads = {connections: '../load.js', requests: 'ask.js'} as const;
const readyMsMax = 10_000;

/** Medians of so many rounds, in which the sides take turns. `direct`: one node of the first farm, on its own address. */
export async function measureLoads(names: readonly FarmSideName[], {rounds, ms}: {readonly rounds: number; readonly ms: number}): Promise<ReadonlyMap<LoadName, Rates>> {
	const sides = new Map<FarmSideName, FarmSide>();
	try {
		for (const name of names) {
			sides.set(name, await openFarmSide(name));
		}

		const [first] = sides.values();
		const [node] = first!.topology.nodes;
		const targets = new Map<LoadName, readonly [side: FarmSide, address: string, port: number]>([
			['direct', [first!, bareAddress(node!.addresses[0]!), servedPort]],
			...[...sides].map(([name, side]) => [name, [side, side.target, name === 'haproxy' ? balancerPort : servedPort]] as const),
		]);
		for (const target of targets.values()) {
			await answers(...target);
		}

		return measure(targets, rounds, ms);
	} finally {
		for (const side of sides.values()) {
			await side.close();
		}
	}
}

type Target = readonly [side: FarmSide, address: string, port: number];

function measure(targets: ReadonlyMap<LoadName, Target>, rounds: number, ms: number): ReadonlyMap<LoadName, Rates> {
	const found = new Map([...targets.keys()].map(name => [name, {connections: [] as number[], requests: [] as number[]}]));
	for (let round = 0; round < rounds; round++) {
		for (const [name, target] of targets) {
			for (const load of ['connections', 'requests'] as const) {
				found.get(name)![load].push(rateOf(load, target, ms));
			}
		}
	}

	return new Map([...found].map(([name, {connections, requests}]) => [name, {connections: median(connections), requests: median(requests)}]));
}

function rateOf(load: keyof typeof loads, [side, address, port]: Target, ms: number): number {
	const {client} = side.topology;
	const sources = client.addresses.map(source => bareAddress(source)).filter(source => !source.includes(':'));
	const program = path.join(import.meta.dirname, loads[load]);
	const words = load === 'connections' ? [address, String(ms), ...port === servedPort ? sources : [`:${port}`, ...sources]] : [address, String(port), String(ms), ...sources];
	return Number(execFileSync('ip', ['netns', 'exec', client.namespace, process.execPath, program, ...words], {encoding: 'utf8'})) / (ms / 1000);
}

/** Until every side answers. */
async function answers(...target: Target): Promise<void> {
	const end = performance.now() + readyMsMax;
	for (;;) {
		try {
			if (rateOf('requests', target, 50) > 0) {
				return;
			}
		} catch (error) {
			if (performance.now() > end) {
				throw error;
			}
		}

		await sleep(100);
	}
}
