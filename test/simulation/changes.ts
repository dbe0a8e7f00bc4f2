/**
One random run in which configurations go round: nodes are removed and added again, a change that is compatible with the old configuration and one that
goes by way of a middle, told to the nodes at different moments, while daemons pause, stop, start and are killed.

Slots mean the same under all of these, so the checker of slots sees what removal does wrong. What the middle is for it cannot see: two nodes must never
accept under the old and under the new configuration at once. So each node's rules in the kernel are kept here, changed before the core is told.
*/

import {isEmptySlots} from '../../src/core/model/slot-set.js';
import type {MembershipConfig, Transition} from '../../src/core/membership/types.js';
import type {Plant} from '../../src/core/simulation/plant.js';
import {createWorld, type World} from '../../src/core/simulation/world.js';

export type ChangeResult = {readonly seed: number; readonly isSafe: boolean; readonly complaint: string; readonly isFinished: boolean; readonly world: World};

const nodesCount = 4;
const stepMs = 0.2;
const old = '00000000000000aa';
const middle = '00000000000000cc';
const end = '00000000000000dd';

export function runChange(seed: number, plant?: Plant): ChangeResult {
	/** What is in each node's kernel: by id, a fingerprint. */
	const rules = new Map<number, string>();
	const switchTo = (id: number, fingerprint: string, transition: Transition, nodes: MembershipConfig['nodes'] = all): void => {
		world.say(`${world.nameOf(id)} ${fingerprint.at(-1)} of ${nodes.length} nodes`);
		rules.set(id, fingerprint);
		world.agenda.after(world.random.between(0.02, 2), () => {
			if (world.node(id).state() !== undefined) {
				world.configure(id, {fingerprint, nodes}, transition);
			}
		});
	};

	const world = createWorld({
		seed, nodesCount, drift: 0.005, kernelMsMax: 1, finishMs: 100, ...(plant !== undefined && {plant}),
		middleReached(id, towards) {
			switchTo(id, towards, {alsoAccepts: [middle]});
		},
	});
	const {random, network, safety, agenda} = world;
	const all = world.configOf(1).nodes;
	network.weather = {
		lossFraction: random.pick([0, 0.02]), delayFromMs: 0.1, delayToMs: random.pick([1, 5]), doubleFraction: 0.02,
	};
	for (const {id} of world.nodes) {
		rules.set(id, old);
	}

	world.bootAll();
	let complaint = '';
	const run = (ms: number): void => {
		for (const until = agenda.now() + ms; complaint === '' && agenda.now() < until;) {
			world.run(Math.min(stepMs, until - agenda.now()));
			complaint = bothAccept(world, rules) || (safety.violations.length > 0 ? 'a slot has two acceptors' : '');
		}
	};

	run(1000);
	const toAll = (spreadMs: number, tell: (id: number) => void): void => {
		for (const {id} of world.nodes) {
			agenda.after(random.between(0, spreadMs), () => {
				tell(id);
			});
		}
	};

	const disturb = (): void => {
		const id = random.whole(1, nodesCount);
		const node = world.node(id);
		random.pick([
			() => {
				node.pause(random.between(20, 500));
			},
			() => {
				node.submit({kind: 'stop'});
				agenda.after(random.between(50, 300), () => {
					node.submit({kind: 'start'});
				});
			},
			() => {
				// What it boots with is the configuration of its file, which is the old one until all is over.
				world.killDaemon(id);
				agenda.after(random.between(20, 400), () => {
					rules.set(id, old);
					world.configure(id, {fingerprint: old, nodes: all});
					node.kernel.reset();
					world.boot(id);
				});
			},
		])();
	};

	for (let round = random.whole(0, 2); round > 0; round--) {
		const gone = random.whole(1, nodesCount);
		toAll(random.pick([1, 100]), id => {
			if (id !== gone) {
				switchTo(id, old, {}, all.filter(node => node.id !== gone));
			}
		});
		if (random.chance(0.5)) {
			agenda.after(random.between(0, 200), () => {
				world.node(gone).submit({kind: 'stop'});
			});
		}

		run(random.between(110, 800));
		toAll(random.pick([1, 100]), id => {
			switchTo(id, old, {}, all);
		});
		world.node(gone).submit({kind: 'start'});
		run(random.between(110, 1500));
	}

	toAll(1, id => {
		switchTo(id, old, {alsoAccepts: [middle]});
	});
	run(random.between(5, 50));
	const disturbances = random.whole(0, 3);
	for (let count = 0; count < disturbances; count++) {
		agenda.after(random.between(0, 60), disturb);
	}

	toAll(random.pick([1, 20, 60]), id => {
		if (rules.get(id) === old && world.node(id).state() !== undefined) {
			switchTo(id, middle, {alsoAccepts: [old, end], towards: end});
		}
	});
	run(2000);
	for (const node of world.nodes) {
		node.resume();
		if (node.state() === undefined) {
			world.boot(node.id);
		}

		// As an apply that is repeated for nodes that were away.
		if (rules.get(node.id) === old && node.state() !== undefined) {
			switchTo(node.id, middle, {alsoAccepts: [end], towards: end});
		}

		node.submit({kind: 'start'});
	}

	run(3000);
	const isFinished = world.nodes.every(node => rules.get(node.id) === end && node.state()?.isAdmitted === true);
	return {
		seed, isSafe: complaint === '', complaint, isFinished, world,
	};
}

/** Of the nodes that accept anything, one by the old configuration and one by the new. */
function bothAccept(world: World, rules: ReadonlyMap<number, string>): string {
	const accepting = world.nodes.filter(node => !isEmptySlots(node.accepted()));
	const [one, other] = [old, end].map(fingerprint => accepting.find(({id}) => rules.get(id) === fingerprint));
	return one !== undefined && other !== undefined ? `${world.nameOf(one.id)} accepts by the old configuration, ${world.nameOf(other.id)} by the new one` : '';
}
