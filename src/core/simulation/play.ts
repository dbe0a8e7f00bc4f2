/**
Plays a scenario: the nodes boot at time 0, what is told befalls them, and the run is measured from when every slot has an acceptor, or from the first
misfortune where that is earlier.
*/

import {kernelTickMs} from '../config/timing.js';
import type {NodeId} from '../model/farm.js';
import {createFate} from './fate.js';
import {outcomeOf, type Outcome} from './outcome.js';
import type {Misfortune, Scenario} from './scenario.js';
import {createWorld} from './world.js';

/** A change of the slot table takes up to this long, as measured with a real kernel. */
export const kernelMsMax = 2;

/** What happens in this run; the seed decides all that chance decides. */
export function play({nodes, groups, timing, quorum, keepAtLeast, finishMs, retainMs, driftFraction, durationMs, misfortunes}: Scenario, seed: number): Outcome {
	const world = createWorld({
		seed, nodes, groups, timing, quorum, keepAtLeast, finishMs, retainMs, kernelMsMax, drift: driftFraction / 2, earlyMsMax: kernelTickMs,
	});
	const fate = createFate(world);
	const isConfigured = ({kind}: Misfortune): boolean => kind === 'differ' || kind === 'weight';
	const first = misfortunes.filter(({atMs}) => atMs === 0);
	const later = misfortunes.filter(({atMs}) => atMs > 0 && atMs < durationMs);
	fate.begin(...first.filter(misfortune => isConfigured(misfortune)));
	for (const {id} of nodes) {
		if (!isDownAtFirst(misfortunes, id)) {
			world.boot(id);
		}
	}

	fate.begin(...first.filter(misfortune => !isConfigured(misfortune) && !isStillBirth(misfortune)));
	for (const misfortune of later) {
		world.agenda.at(misfortune.atMs, () => {
			fate.begin(misfortune);
		});
	}

	const servesAfterMs = world.runUntil(() => world.covered() === world.slotsCount, Math.min(durationMs, ...later.map(({atMs}) => atMs)))
		? Math.max(...world.measures.coverage.gaps().map(({to}) => to))
		: undefined;
	world.measures.begin();
	world.run(durationMs - world.agenda.now());
	return outcomeOf(world, {seed, servesAfterMs, misfortunes: later});
}

/** A node that is not there at time 0. */
const isStillBirth = ({kind}: Misfortune): boolean => ['kill', 'kill-daemon', 'stop'].includes(kind);

/** Of what the node serves with, and not of its life. */
const isBeside = ({kind}: Misfortune): boolean => ['weight', 'differ', 'hinder', 'unwell', 'well', 'kill-app'].includes(kind);

/** Nothing is told of the node before its start, or it is down at time 0. */
function isDownAtFirst(misfortunes: readonly Misfortune[], id: NodeId): boolean {
	const lives = misfortunes.filter(misfortune => 'nodes' in misfortune && misfortune.nodes.includes(id) && !isBeside(misfortune));
	const [first] = lives.toSorted((a, b) => a.atMs - b.atMs);
	return first !== undefined && ((first.kind === 'start' && first.atMs > 0) || (isStillBirth(first) && first.atMs === 0));
}
