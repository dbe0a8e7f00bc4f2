/** A farm in virtual time: one seed decides everything that chance decides. */

import type {MembershipConfig} from '../membership/types.js';
import type {Timing} from '../model/farm.js';
import {createAgenda, type Agenda} from './agenda.js';
import {createNetworkModel, type NetworkModel} from './network-model.js';
import {createNodeModel, type NodeModel} from './node-model.js';
import {noPlant, type Plant} from './plant.js';
import {createRandom, type Random} from './random.js';
import {createSafety, type Safety} from './safety.js';

/** As `detection: 300ms` is configured. */
export const timing300: Timing = {
	intervalMs: 50, detectionMs: 300, leaseMs: 260, silenceMs: 125, lossesMax: 1, timerLatenessMs: 5, delayMs: 5, driftFraction: 0.01,
};

export type WorldOptions = {
	readonly seed: number;
	readonly nodesCount: number;
	readonly timing?: Timing;
	readonly finishMs?: number;
	readonly plant?: Plant;
	/** Clocks run up to this fraction fast or slow. */
	readonly drift?: number;
	/** A kernel change takes up to this long. */
	readonly kernelMsMax?: number;
};

export type World = {
	readonly agenda: Agenda;
	readonly random: Random;
	readonly network: NetworkModel;
	readonly nodes: readonly NodeModel[];
	readonly safety: Safety;
	/** What happened, a line each. */
	readonly trace: readonly string[];
	node: (id: number) => NodeModel;
	configOf: (id: number) => MembershipConfig;
	boot: (id: number) => void;
	bootAll: () => void;
	configure: (id: number, change: Partial<MembershipConfig>) => void;
	setWeight: (id: number, weight: number) => void;
	crashHost: (id: number) => void;
	run: (ms: number) => void;
	/** Runs until it is true or the time is over; returns whether it is. */
	runUntil: (isSo: () => boolean, msMax: number, stepMs?: number) => boolean;
};

export function createWorld({seed, nodesCount, timing = timing300, finishMs = 500, plant = noPlant, drift = 0, kernelMsMax = 0.05}: WorldOptions): World {
	const agenda = createAgenda();
	const random = createRandom(seed);
	const network = createNetworkModel(agenda, random);
	const trace: string[] = [];
	const ids = Array.from({length: nodesCount}, (_, index) => index + 1);
	const configs = new Map<number, MembershipConfig>(ids.map(id => [id, {
		self: id,
		nodes: ids.map(other => ({id: other, name: `n${other}`, weight: 1})),
		timing,
		finishMs,
		fingerprint: '00000000000000aa',
		version: '1.2.3',
	}]));
	const record = (line: string): void => {
		trace.push(`${agenda.now().toFixed(2)} ${line}`);
	};

	const nodes: NodeModel[] = ids.map(id => createNodeModel({
		id,
		agenda,
		random,
		plant,
		rate: 1 + random.between(-drift, drift),
		offsetMs: Math.floor(random.between(0, 1_000_000)),
		kernelMs: () => random.between(0.02, kernelMsMax),
		earlyMs: () => drift === 0 ? 0 : random.between(0, 4),
		transmit(to, bytes) {
			network.carry(id, to, () => {
				nodes[to - 1]!.receive(bytes);
			});
		},
		kernelChanged() {
			safety.check();
		},
		record(line) {
			record(`n${id} ${line}`);
		},
	}));
	const safety = createSafety({
		agenda, network, nodes, timing, record,
	});

	const world: World = {
		agenda,
		random,
		network,
		nodes,
		safety,
		trace,
		node: id => nodes[id - 1]!,
		configOf: id => configs.get(id)!,
		boot(id) {
			record(`n${id} boots`);
			nodes[id - 1]!.boot(configs.get(id)!, Math.floor(1_700_000_000_000 + agenda.now()));
		},
		bootAll() {
			for (const id of ids) {
				world.boot(id);
			}
		},
		configure(id, change) {
			const config = {...configs.get(id)!, ...change};
			configs.set(id, config);
			nodes[id - 1]!.submit({kind: 'configure', config});
		},
		setWeight(id, weight) {
			record(`n${id} weight ${weight}`);
			world.configure(id, {nodes: configs.get(id)!.nodes.map(node => node.id === id ? {...node, weight} : node)});
		},
		crashHost(id) {
			record(`n${id} host crashes`);
			nodes[id - 1]!.kill();
			nodes[id - 1]!.kernel.reset();
		},
		run(ms) {
			agenda.runUntil(agenda.now() + ms);
		},
		runUntil(isSo, msMax, stepMs = 1) {
			const end = agenda.now() + msMax;
			while (!isSo()) {
				if (agenda.now() >= end) {
					return false;
				}

				agenda.runUntil(agenda.now() + stepMs);
			}

			return true;
		},
	};
	return world;
}
