/** What `farmctl simulate --json` prints. Times are milliseconds of virtual time, rounded to hundredths. */

import {countSlots, slotsOfGroup} from '../model/slot-set.js';
import type {Many} from './many.js';
import type {Outcome} from './outcome.js';
import type {World} from './world.js';

export const simulateSchemaName = 'farmctl/simulate/1';

/** One run. */
export function documentOf(outcome: Outcome, {isQuiet}: {readonly isQuiet: boolean}) {
	const {world, seed, isWell, servesAfterMs, healedMs, windows, blackHole, overlap, split, movedSlots, needlessSlots, brokenConnections, clientsHit} = outcome;
	return rounded({
		schema: simulateSchemaName,
		seed,
		isWell,
		durationMs: world.agenda.now(),
		slotsCount: world.slotsCount,
		nodes: world.nodes.map(({id}) => ({id, name: world.nameOf(id), slots: countSlots(world.measures.acceptance.of(id)), ...groupsOf(world, id)})),
		servesAfterMs: servesAfterMs ?? null,
		healedMs: healedMs ?? null,
		noAcceptor: blackHole,
		twoAcceptors: {withPath: overlap, acrossSplit: split},
		movedSlots,
		needlessSlots,
		brokenConnections,
		clientsHit,
		misfortunes: windows,
		...(!isQuiet && {events: world.happenings.map(({at, node, event, level, text}) => ({atMs: at, node: node ?? null, event: event ?? null, level, text}))}),
	});
}

/** Slots of each group, where there is more than one. */
const groupsOf = ({groups, measures}: World, id: number) => groups.length > 1 && {
	groups: groups.map(({name}, group) => ({name, slots: countSlots(slotsOfGroup(measures.acceptance.of(id), group))})),
};

/** Many runs; `commandOf` gives what replays one. */
export const documentOfMany = (many: Many, {firstSeed, count, commandOf}: {readonly firstSeed: number; readonly count: number; readonly commandOf: (seed: number) => string}) => rounded({
	schema: simulateSchemaName,
	firstSeed,
	seeds: count,
	isWell: many.failed().length === 0,
	failed: many.failed().map(run => ({...run, command: commandOf(run.seed)})),
	figures: many.spreads(),
});

function rounded<Value>(value: Value): Value {
	if (typeof value === 'number') {
		return Math.round(value * 100) / 100 as Value;
	}

	if (Array.isArray(value)) {
		return value.map(item => rounded<unknown>(item)) as Value;
	}

	return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded<unknown>(item)])) as Value : value;
}
