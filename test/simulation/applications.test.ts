/** The life of applications and membership together: three nodes, each with services and checks, in virtual time. */

import test from 'ava';
import {createWorld, type World} from '../../src/core/simulation/world.js';
import {standingFor} from '../../src/daemon/application/standing.js';
import type {ApplicationConfig} from '../../src/core/model/application.js';
import {check, service, settings} from '../core/application/configs.js';
import {Machine} from '../core/application/machine.js';

/** Membership and applications hear of one another so late. */
const stepMs = 5;

type Farm = {
	readonly world: World;
	readonly machines: readonly Machine[];
	/** Milliseconds in which some slot had no owner, since this was asked last. */
	readonly uncoveredMs: () => number;
	readonly run: (ms: number) => void;
	readonly all: (act: (machine: Machine) => unknown) => void;
};

/** All of it serves. */
function farmOf(changes: Partial<ApplicationConfig>): Farm {
	const world = createWorld({seed: 1, keepAtLeast: 1, retainMs: 300});
	const fresh = new Set<number>();
	const machines = world.nodes.map(({id}) => new Machine(settings(changes), claim => {
		world.claim(id, claim);
		fresh.add(id);
	}));
	const told = new Map<number, string>();
	let uncovered = 0;
	const tell = (): void => {
		for (const [index, {id}] of world.nodes.entries()) {
			const state = world.node(id).state();
			const standing = state === undefined ? undefined : standingFor(state);
			if (standing !== undefined && (fresh.delete(id) || told.get(id) !== JSON.stringify(standing))) {
				told.set(id, JSON.stringify(standing));
				machines[index]!.hear(standing.standing, standing);
			}
		}
	};

	const run = (ms: number): void => {
		for (let passed = 0; passed < ms; passed += stepMs) {
			world.run(stepMs);
			tell();
			for (const machine of machines) {
				machine.run(stepMs);
			}

			uncovered += world.covered() < world.slotsCount ? stepMs : 0;
		}
	};

	for (const machine of machines) {
		machine.begin();
	}

	world.bootAll();
	run(3000);
	return {
		world, machines, run,
		uncoveredMs() {
			const sinceMs = uncovered;
			uncovered = 0;
			return sinceMs;
		},
		all(act) {
			for (const machine of machines) {
				act(machine);
			}
		},
	};
}

const lives = ({machines}: Farm): string[] => machines.map(({state}) => state.life);

test('nothing is accepted before applications are ready, and then everything', t => {
	const farm = farmOf({services: [service('web')], checks: [check('page', {rise: 2})]});
	t.deepEqual(lives(farm), ['UP', 'UP', 'UP']);
	t.is(farm.world.covered(), farm.world.slotsCount);
	t.true(farm.uncoveredMs() > 1200, 'before');
	farm.run(1000);
	t.is(farm.uncoveredMs(), 0);
});

for (const action of ['restart', 'wait', 'stop'] as const) {
	test(`what all depend on fails: one node serves all the time, with the action ${action}; and when it is well all do`, t => {
		const farm = farmOf({checks: [check('page', {action})]});
		farm.uncoveredMs();
		farm.all(machine => machine.finds('down', 'page'));
		farm.run(16_000);
		t.true(farm.uncoveredMs() < 100);
		t.is(farm.machines.filter(({standing}) => standing === 'kept').length, 1);
		farm.all(machine => machine.finds('up', 'page').want('serve'));
		farm.run(8000);
		t.deepEqual(lives(farm), ['UP', 'UP', 'UP']);
		t.deepEqual(farm.machines.map(({standing}) => standing), ['in', 'in', 'in']);
		t.true(farm.uncoveredMs() < 100);
		t.deepEqual(farm.machines.flatMap(({faults}) => faults), []);
	});
}

test('all services are changed at once by the same configuration, one node after the other', t => {
	const farm = farmOf({checks: [check('page')]});
	farm.uncoveredMs();
	const next = settings({services: [service('web', {run: {kind: 'unit', unit: 'next.service'}})], checks: [check('page')]});
	farm.all(machine => machine.feed({kind: 'configure', settings: next}));
	farm.run(8000);
	t.deepEqual(lives(farm), ['UP', 'UP', 'UP']);
	t.deepEqual(farm.machines.map(({state}) => state.services[0]!.service), Array.from({length: 3}, () => next.application.services[0]!));
	t.true(farm.uncoveredMs() < 100);
	t.deepEqual(farm.machines.flatMap(({faults}) => faults), []);
});

test('a service that dies: its node is empty at once, the others take its share, and it returns', t => {
	const farm = farmOf({checks: [check('page')]});
	farm.uncoveredMs();
	farm.machines[1]!.die('web');
	farm.run(10);
	t.is(farm.machines[1]!.standing, 'out');
	farm.run(4000);
	t.deepEqual(lives(farm), ['UP', 'UP', 'UP']);
	t.true(farm.uncoveredMs() < 100);
	t.deepEqual(farm.machines.flatMap(({faults}) => faults), []);
});

test('the last node that is kept dies: one that waits takes over as it is', t => {
	const farm = farmOf({checks: [check('page', {action: 'wait'})]});
	farm.all(machine => machine.finds('down', 'page'));
	farm.run(5000);
	const kept = farm.machines.findIndex(({standing}) => standing === 'kept');
	farm.world.crashHost(farm.world.nodes[kept]!.id);
	farm.run(3000);
	t.is(farm.world.covered(), farm.world.slotsCount);
	t.is(farm.machines.filter(({standing}, index) => index !== kept && standing === 'kept').length, 1);
});
