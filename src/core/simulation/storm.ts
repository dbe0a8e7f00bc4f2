/** One random run: a farm boots, everything that may go wrong does for some seconds, everything is healed, and every slot must have one acceptor again. */

import {countSlots, slotsCount} from '../model/slot-set.js';
import type {Plant} from './plant.js';
import {createWorld, fingerprints, type World} from './world.js';

export type StormResult = {
	readonly seed: number;
	readonly isSafe: boolean;
	/** Milliseconds from the healing to one acceptor for every slot; undefined when that did not come. */
	readonly healedMs: number | undefined;
	readonly world: World;
};

const stormMs = 4000;
const healMsMax = 3000;

export function runStorm(seed: number, plant?: Plant): StormResult {
	const world = createWorld({
		seed, nodesCount: 2 + (seed % 4), drift: 0.005, kernelMsMax: 2, finishMs: 200, ...(plant !== undefined && {plant}),
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
			world.agenda.after(random.between(0, 400), () => {
				world.boot(id);
			});
		}
	}

	const end = world.agenda.now() + stormMs;
	world.run(random.between(0, 1200));
	while (world.agenda.now() < end && safety.violations.length === 0) {
		misfortune(world);
		world.run(random.chance(0.4) ? random.between(0, 3) : random.between(0, 500));
	}

	const healedMs = safety.violations.length === 0 ? heal(world) : undefined;
	return {
		seed, isSafe: safety.violations.length === 0, healedMs, world,
	};
}

function misfortune(world: World): void {
	const {random} = world;
	const id = random.whole(1, world.nodes.length);
	const other = 1 + (id % world.nodes.length);
	const isRunning = world.node(id).state() !== undefined;
	const line = (text: string): void => {
		world.say(text);
	};

	const kinds: ReadonlyArray<() => void> = [
		() => {
			const ms = random.pick([5, 50, 150, 250, 300, 400, 900]) * random.between(0.8, 1.2);
			line(`n${id} pauses ${ms.toFixed(0)} ms`);
			world.node(id).pause(ms);
		},
		() => {
			line(`link n${id}>n${other} down`);
			world.network.setLink(id, other, false);
		},
		() => {
			line(`links n${id}<>n${other} down`);
			world.network.setLink(id, other, false);
			world.network.setLink(other, id, false);
		},
		() => {
			line(`n${id} is cut off`);
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
			line(`n${id} configures ${fingerprint}`);
			world.configure(id, {fingerprint});
		},
		() => {
			const reason = random.pick(['', 'no carrier']);
			line(`n${id} hindrance '${reason}'`);
			world.node(id).submit({kind: 'hindrance', reason});
		},
		() => {
			if (!isRunning) {
				return;
			}

			line(`n${id} stop`);
			world.node(id).submit({kind: 'stop'});
		},
		() => {
			if (!isRunning) {
				return;
			}

			line(`n${id} start`);
			world.node(id).submit({kind: 'start'});
		},
	];
	random.pick(kinds)();
}

/** Mends everything; returns how long it took until every slot had exactly one acceptor, and had it for a while. */
function heal(world: World): number | undefined {
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
	if (!world.runUntil(isWhole, healMsMax)) {
		return undefined;
	}

	const healedMs = agenda.now() - start;
	world.run(1000);
	return isWhole() && safety.violations.length === 0 ? healedMs : undefined;
}
