/**
Requests that a client gets answered through a farm of three nodes on this machine, against one of the nodes reached on its own address.

All nodes and the client share the machine's processors, so the ratio tells what the farm's way costs, and nothing of what more servers bring.
*/

import {execFileSync} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Status} from '../../src/core/status/status.js';
import {bareAddress, topologyOf} from '../../src/core/lab/topology.js';
import {whyNoNamespace} from '../kernel/support/namespace.js';
import {median} from './measure.js';
import type {Part, Row} from './result.js';

const program = path.join(import.meta.dirname, '../../../bin/farmctl');
const loadProgram = path.join(import.meta.dirname, 'load.js');
const topology = topologyOf({
	name: 'bench', nodesCount: 3, networksCount: 1, mode: 'unicast', detectionMs: 300,
});
const settleMsMax = 15_000;

const lab = (...words: readonly string[]): string => execFileSync(program, ['lab', words[0]!, '--name', topology.options.name, ...words.slice(1)], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});

export const dataPath: Part = {
	title: 'data path',
	whyNot: whyNoNamespace,
	async run({isShort}) {
		lab('down');
		try {
			lab('up');
			await settled();
			return [measure(isShort ? 2 : 4, isShort ? 600 : 1000)];
		} finally {
			lab('down');
		}
	},
};

async function settled(): Promise<void> {
	const end = performance.now() + settleMsMax;
	while (!isServing()) {
		if (performance.now() > end) {
			throw new Error(`the lab does not serve every slot after ${settleMsMax} ms`);
		}

		await sleep(50);
	}
}

function isServing(): boolean {
	const {nodes} = JSON.parse(lab('status', '--json')) as {nodes: ReadonlyArray<{status?: Status}>};
	return nodes.every(({status}) => status?.state === 'UP' && status.view.members.length === nodes.length && status.coverage.owned === status.coverage.total);
}

function measure(rounds: number, ms: number): Row {
	const sides = {farm: bareAddress(topology.vips[0]!), node: bareAddress(topology.nodes[0]!.addresses[0]!)};
	const rates: Record<keyof typeof sides, number[]> = {farm: [], node: []};
	for (let round = 0; round < rounds; round++) {
		for (const side of ['farm', 'node'] as const) {
			rates[side].push(requestsPerSecond(sides[side], ms));
		}
	}

	return {
		what: 'HTTP requests a second, 3 nodes on one machine',
		measured: String(Math.round(median(rates.farm))),
		against: `one of the nodes directly: ${Math.round(median(rates.node))}`,
		ratio: median(rates.farm) / median(rates.node),
	};
}

function requestsPerSecond(target: string, ms: number): number {
	const sources = topology.client.addresses.map(address => bareAddress(address)).filter(address => !address.includes(':'));
	const count = execFileSync('ip', ['netns', 'exec', topology.client.namespace, process.execPath, loadProgram, target, String(ms), ...sources], {encoding: 'utf8'});
	return Number(count) / (ms / 1000);
}
