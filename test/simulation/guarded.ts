/**
One random run with applications that fail and recover, at times all in the same instant, under `keep-at-least`: in bad weather, with links that break and daemons
that hang. At every instant so many nodes at least mean to serve, and in the end, when all is calm, exactly those that must.
*/

import {isWantedToServe} from '../../src/core/membership/lifecycle.js';
import type {MembershipState} from '../../src/core/membership/state.js';
import type {ApplicationClaim} from '../../src/core/model/application-claim.js';
import type {Plant} from '../../src/core/simulation/plant.js';
import {createWorld, type World} from '../../src/core/simulation/world.js';

export type GuardedResult = {
	readonly seed: number;
	readonly world: World;
	/** The fewest that meant to serve at any instant, and how many must. */
	readonly fewest: number;
	readonly keepAtLeast: number;
	/** Who serves in the end, and how many should. */
	readonly serving: readonly number[];
	readonly expected: number;
};

const roundsCount = 10;
const calmMs = 4000;

const well: ApplicationClaim = {wants: 'in', shareThousandths: 1000, note: ''};
const unwell: ApplicationClaim = {wants: 'out', state: 'WAIT', reason: 'check gateway is down', isDropping: false, isGuarded: true};

export function runGuarded(seed: number, plant: Plant = {}): GuardedResult {
	const nodesCount = 2 + (seed % 5);
	const states = new Map<number, MembershipState>();
	let fewest = Infinity;
	let isWatched = false;
	const world = createWorld({
		seed,
		nodesCount,
		keepAtLeast: 1 + (seed % 3),
		drift: 0.005,
		plant: {
			...plant,
			after(state, now) {
				const after = plant.after?.(state, now) ?? state;
				states.set(after.config.self, after);
				fewest = isWatched ? Math.min(fewest, [...states.values()].filter(one => isWantedToServe(one)).length) : fewest;
				return after;
			},
		},
	});
	const {random, network, nodes} = world;
	network.weather = {
		lossFraction: random.pick([0, 0.05, 0.2]), delayFromMs: 0.1, delayToMs: random.pick([1, 5, 20]), doubleFraction: 0.05,
	};
	world.bootAll();
	world.run(1500);
	isWatched = true;
	const claims = new Map<number, ApplicationClaim>(nodes.map(({id}) => [id, well]));
	const claim = (id: number, asked: ApplicationClaim): void => {
		world.say(`${world.nameOf(id)} is ${asked === well ? 'well' : 'unwell'}`);
		claims.set(id, asked);
		world.claim(id, asked);
	};

	for (let round = 0; round < roundsCount; round++) {
		befall(world, claim);
		world.run(random.pick([0, 2, 20, 150, 800]) * random.between(0.5, 1.5));
	}

	network.healAll();
	network.weather = {
		lossFraction: 0, delayFromMs: 0.1, delayToMs: 1, doubleFraction: 0,
	};
	for (const node of nodes) {
		node.resume();
	}

	world.run(calmMs);
	const {keepAtLeast} = world.configOf(1);
	const wellCount = [...claims.values()].filter(asked => asked === well).length;
	return {
		seed,
		world,
		fewest,
		keepAtLeast: Math.min(keepAtLeast, nodesCount),
		serving: nodes.filter(node => node.state()!.isServing && node.state()!.isAdmitted).map(({id}) => id),
		expected: Math.max(wellCount, Math.min(keepAtLeast, nodesCount)),
	};
}

const traceLines = 40;

/** What went wrong, with the last lines of the trace; empty when nothing did. */
export function guardedComplaint({seed, world, fewest, keepAtLeast, serving, expected}: GuardedResult): string {
	const what = [
		...fewest < keepAtLeast ? [`only ${fewest} meant to serve, of ${keepAtLeast} to be kept`] : [],
		...world.safety.violations.length > 0 ? ['two acceptors'] : [],
		...serving.length === expected ? [] : [`in the end ${serving.length} serve, and not ${expected}`],
	];
	return what.length === 0 ? '' : `FARMCTL_SEED=${seed}: ${what.join('; ')}\n${world.trace().slice(-traceLines).join('\n')}`;
}

function befall({random, nodes, network, ...world}: World, claim: (id: number, asked: ApplicationClaim) => void): void {
	const some = (): number => random.whole(1, nodes.length);
	const kinds: ReadonlyArray<() => void> = [
		() => {
			for (const {id} of nodes) {
				claim(id, unwell);
			}
		},
		() => {
			for (const {id} of nodes) {
				claim(id, random.chance(0.5) ? well : unwell);
				world.run(random.chance(0.5) ? 0 : random.between(0, 4));
			}
		},
		() => {
			claim(some(), well);
		},
		() => {
			claim(some(), unwell);
		},
		() => {
			const id = some();
			const ms = random.pick([5, 50, 200, 600]);
			world.say(`${world.nameOf(id)} pauses ${ms} ms`);
			world.node(id).pause(ms);
		},
		() => {
			const [from, to] = [some(), some()];
			world.say(`link ${world.nameOf(from)}>${world.nameOf(to)} down`);
			network.setLink(from, to, false);
		},
		() => {
			world.say('links healed');
			network.healAll();
		},
	];
	random.pick(kinds)();
}
