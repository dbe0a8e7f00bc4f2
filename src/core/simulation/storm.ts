/** One random run: a farm boots, everything that may go wrong does for some seconds, everything is healed, and every slot must have one acceptor again. */

import {ownersOfGroups} from '../assignment/groups.js';
import {slotsOf} from '../assignment/owners.js';
import {wholeClaim} from '../membership/state.js';
import type {MembershipConfig} from '../membership/types.js';
import type {Quorum, Timing} from '../model/farm.js';
import {defaultGroupName} from '../model/group.js';
import {equalSlots} from '../model/slot-set.js';
import {misfortune} from './misfortune.js';
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
	/** Without it there are two in every fourth storm, the second a chain of priorities in every eighth. */
	readonly groups?: MembershipConfig['groups'];
	readonly timing?: Timing;
	readonly quorum?: Quorum;
	/** 0, 1 or 2, by the seed, when it does not say. */
	readonly keepAtLeast?: number;
	/** How long misfortunes go on. */
	readonly stormMs?: number;
};

const stormNodesMin = 2;
const stormNodesMax = 5;

/** How many nodes the storm of a seed has when nobody says. */
export const stormNodesCount = (seed: number): number => stormNodesMin + (seed % (stormNodesMax - stormNodesMin + 1));

/** In every third storm nodes may ask for more time than is configured (R7). */
const stormTiming = (seed: number): Timing => seed % 3 === 0 ? {...timing300, detectionMaxMs: 3 * timing300.detectionMs} : timing300;

/** In every fifth storm a majority must be heard. */
const stormQuorum = (seed: number): Quorum => seed % 5 === 0 ? 'majority' : 'none';

/** In every fourth storm there are two groups, and in every eighth the second belongs to the first of two nodes. */
const stormGroups = (seed: number): MembershipConfig['groups'] => [
	{name: defaultGroupName, order: []},
	...seed % 4 === 0 ? [{name: 'second', order: seed % 8 === 0 ? [2, 1] : []}] : [],
];

const stormNodes = (seed: number): WorldNode[] => Array.from({length: stormNodesCount(seed)}, (_, index) => ({id: index + 1, name: `n${index + 1}`, weights: []}));

const stormMsDefault = 4000;
const healMsMax = 3000;
const calmMs = 1000;

/** The result of the storm that the seed stands for. With a plant, one rule is off. */
export function runStorm(seed: number, plant?: Plant, {nodes, groups = stormGroups(seed), timing = stormTiming(seed), quorum = stormQuorum(seed), keepAtLeast = seed % 3, stormMs}: StormShape = {}): StormResult {
	const slowness = timing.detectionMs / timing300.detectionMs;
	const world = createWorld({
		seed,
		timing,
		quorum,
		keepAtLeast,
		groups,
		nodes: (nodes ?? stormNodes(seed)).map(node => ({...node, weights: groups.map((_, group) => node.weights[group] ?? 1)})),
		drift: 0.005,
		kernelMsMax: 2,
		finishMs: 200 * slowness,
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

	// With a majority there is no split in which both sides serve.
	const isSafe = (): boolean => safety.violations.length === 0 && (quorum !== 'majority' || safety.splits.length === 0);
	const end = world.agenda.now() + (stormMs ?? (stormMsDefault * slowness));
	world.run(slowness * random.between(0, 1200));
	world.measures.begin();
	while (world.agenda.now() < end && isSafe()) {
		misfortune(world, slowness);
		world.run(slowness * (random.chance(0.4) ? random.between(0, 3) : random.between(0, 500)));
	}

	const healedMs = isSafe() ? heal(world, slowness) : undefined;
	return {
		seed, isSafe: isSafe(), healedMs, world,
	};
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
		world.configure(node.id, {fingerprint: fingerprints.usual, nodes: world.configOf(node.id).nodes.map(entry => entry.id === node.id ? {...entry, weights: entry.weights.map(() => 1)} : entry)});
		world.resetWeights(node.id);
		world.claim(node.id, wholeClaim);
		world.start(node.id);
	}

	const start = agenda.now();
	const owners = ownersOfGroups(world.groups, nodes.map(({id}) => ({id, weights: world.weightsOf(id)})));
	const own = new Map(nodes.map(({id}) => [id, slotsOf(owners, id)]));
	const isWhole = (): boolean => world.covered() === world.slotsCount
		&& nodes.every(node => node.state()?.isAdmitted && equalSlots(node.kernel.accepted(), own.get(node.id)!));
	if (!world.runUntil(isWhole, healMsMax * slowness)) {
		return undefined;
	}

	const healedMs = agenda.now() - start;
	world.run(calmMs * slowness);
	return isWhole() && safety.violations.length === 0 ? healedMs : undefined;
}
