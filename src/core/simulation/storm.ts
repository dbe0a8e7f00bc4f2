/** One random run: a farm boots, everything that may go wrong does for some seconds, everything is healed, and every slot must have one acceptor again. */

import type {Quorum, Timing} from '../model/farm.js';
import {countSlots, slotsCount} from '../model/slot-set.js';
import type {Plant} from './plant.js';
import {
	createWorld,
	fingerprints,
	timing300,
	type World,
	type WorldNode,
} from './world.js';

export type StormResult = {
	readonly seed: number;
	readonly isSafe: boolean;
	/** Milliseconds from the healing to one acceptor for every slot; undefined when that did not come. */
	readonly healedMs: number | undefined;
	readonly world: World;
};

/** What is not left to chance. Times are for a detection time of 300 ms, and longer or shorter in proportion for another. */
export type StormShape = {
	/** Nodes n1, n2 and so on when it does not say. */
	readonly nodes?: readonly WorldNode[];
	readonly timing?: Timing;
	readonly quorum?: Quorum;
	/** How long misfortunes go on. */
	readonly stormMs?: number;
};

const stormNodesMin = 2;
const stormNodesMax = 5;

/** How many nodes the storm of a seed has when nobody says. */
export const stormNodesCount = (seed: number): number => stormNodesMin + (seed % (stormNodesMax - stormNodesMin + 1));

const stormMsDefault = 4000;
const healMsMax = 3000;
const calmMs = 1000;
const pausesMs = [5, 50, 150, 250, 300, 400, 900];

/** The result of the storm that the seed stands for. With a plant, one rule is off. */
export function runStorm(seed: number, plant?: Plant, {nodes, timing = timing300, quorum = 'none', stormMs}: StormShape = {}): StormResult {
	const slowness = timing.detectionMs / timing300.detectionMs;
	const world = createWorld({
		seed,
		timing,
		quorum,
		nodesCount: stormNodesCount(seed),
		drift: 0.005,
		kernelMsMax: 2,
		finishMs: 200 * slowness,
		...(nodes !== undefined && {nodes}),
		...(plant !== undefined && {plant}),
	});
	const {random, network, safety} = world;
	network.weather = {
		lossFraction: random.pick([0, 0.02, 0.1]),
		delayFromMs: 0.1,
		delayToMs: random.pick([1, 5, 20]),
		doubleFraction: 0.05,
	};
	for (const {id} of world.nodes) {
		if (random.chance(0.85)) {
			world.agenda.after(slowness * random.between(0, 400), () => {
				world.boot(id);
			});
		}
	}

	const end = world.agenda.now() + (stormMs ?? (stormMsDefault * slowness));
	world.run(slowness * random.between(0, 1200));
	world.measures.begin();
	while (world.agenda.now() < end && safety.violations.length === 0) {
		misfortune(world, slowness);
		world.run(slowness * (random.chance(0.4) ? random.between(0, 3) : random.between(0, 500)));
	}

	const healedMs = safety.violations.length === 0 ? heal(world, slowness) : undefined;
	return {
		seed, isSafe: safety.violations.length === 0, healedMs, world,
	};
}

function misfortune(world: World, slowness: number): void {
	const {random, nodes} = world;
	const index = random.whole(1, nodes.length);
	const {id} = nodes[index - 1]!;
	const other = nodes[index % nodes.length]!.id;
	const [name, otherName] = [world.nameOf(id), world.nameOf(other)];
	const isRunning = world.node(id).state() !== undefined;
	const line = (text: string): void => {
		world.say(text);
	};

	const kinds: ReadonlyArray<() => void> = [
		() => {
			const ms = slowness * random.pick(pausesMs) * random.between(0.8, 1.2);
			line(`${name} pauses ${ms.toFixed(0)} ms`);
			world.node(id).pause(ms);
		},
		() => {
			line(`link ${name}>${otherName} down`);
			world.network.setLink(id, other, false);
		},
		() => {
			line(`links ${name}<>${otherName} down`);
			world.network.setLink(id, other, false);
			world.network.setLink(other, id, false);
		},
		() => {
			line(`${name} is cut off`);
			for (const {id: peer} of world.nodes) {
				world.network.setLink(id, peer, false);
				world.network.setLink(peer, id, false);
			}
		},
		() => {
			line('links healed');
			world.network.healAll();
		},
		() => {
			line('links healed');
			world.network.healAll();
		},
		() => {
			world.crashHost(id);
		},
		() => {
			world.killDaemon(id);
		},
		() => {
			world.boot(id);
		},
		() => {
			world.setWeight(id, random.whole(0, 4));
		},
		() => {
			const fingerprint = random.pick([fingerprints.usual, fingerprints.other]);
			line(`${name} configures ${fingerprint}`);
			world.configure(id, {fingerprint});
		},
		() => {
			const reason = random.pick(['', 'no carrier']);
			line(`${name} hindrance '${reason}'`);
			world.node(id).submit({kind: 'hindrance', reason});
		},
		() => {
			if (!isRunning) {
				return;
			}

			line(`${name} stop`);
			world.node(id).submit({kind: 'stop'});
		},
		() => {
			if (!isRunning) {
				return;
			}

			line(`${name} start`);
			world.node(id).submit({kind: 'start'});
		},
	];
	random.pick(kinds)();
}

/** Mends everything; returns how long it took until every slot had exactly one acceptor, and had it for a while. */
function heal(world: World, slowness: number): number | undefined {
	const {network, nodes, agenda, safety} = world;
	network.healAll();
	network.weather = {
		lossFraction: 0, delayFromMs: 0.1, delayToMs: 1, doubleFraction: 0,
	};
	world.say('everything is mended');
	for (const node of nodes) {
		node.resume();
		node.submit({kind: 'hindrance', reason: ''});
		world.configure(node.id, {fingerprint: fingerprints.usual, nodes: world.configOf(node.id).nodes.map(entry => entry.id === node.id ? {...entry, weight: 1} : entry)});
		if (node.state() === undefined) {
			world.boot(node.id);
		} else {
			node.submit({kind: 'start'});
		}
	}

	const start = agenda.now();
	const isWhole = (): boolean => world.covered() === slotsCount && nodes.every(node => node.state()?.isAdmitted && countSlots(node.kernel.table.owned) > 0);
	if (!world.runUntil(isWhole, healMsMax * slowness)) {
		return undefined;
	}

	const healedMs = agenda.now() - start;
	world.run(calmMs * slowness);
	return isWhole() && safety.violations.length === 0 ? healedMs : undefined;
}
