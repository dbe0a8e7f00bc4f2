import test from 'ava';
import {monoMs} from '../../src/core/model/time.js';
import {createWorld, type World} from '../../src/core/simulation/world.js';
import {probeReport} from '../../src/daemon/probe-report.js';
import type {ProbeReport} from '../../src/edge/probe/report.js';

const farm = {name: 'web'};
const self = {name: 'web1'};

function serving(): World {
	const world = createWorld({seed: 1});
	world.bootAll();
	world.run(1500);
	return world;
}

const reportOf = (world: World, laterMs = 0): ProbeReport => probeReport({
	farm, self, state: world.node(1).state(), now: monoMs(world.node(1).localNow() + laterMs),
});

test('a daemon that starts yet is not UP', t => {
	t.like(probeReport({
		farm, self, state: undefined, now: monoMs(0),
	}), {state: 'WAIT', isUp: false, reason: 'the daemon is still starting'});
});

test('a node that serves is UP, until its lease has run out although nobody noticed', t => {
	const world = serving();
	t.deepEqual(reportOf(world), {
		farm: 'web', node: 'web1', state: 'UP', isUp: true, reason: '',
	});
	t.like(reportOf(world, 10_000), {state: 'UP', isUp: false, reason: 'it has no lease, so it accepts nothing'});
});

test('one that an operator drains is not UP, and says so', t => {
	const world = serving();
	world.node(1).submit({kind: 'rest'});
	world.run(1);
	t.like(reportOf(world), {state: 'DRAINING', isUp: false});
	world.run(1500);
	t.like(reportOf(world), {state: 'STOP', isUp: false});
	t.regex(reportOf(world).reason, /^drained by an operator/);
});

test('one whose daemon ends is not UP, and says so', t => {
	const world = serving();
	world.node(1).submit({kind: 'stop'});
	world.run(1);
	t.like(reportOf(world), {state: 'STOPPING', isUp: false, reason: 'its daemon is ending'});
});

test('one that is out by its application is not UP and says why; one that is degraded is UP and says so', t => {
	const world = serving();
	world.node(1).submit({kind: 'application', claim: {wants: 'in', shareThousandths: 1000, note: 'check db is down'}});
	world.run(1);
	t.like(reportOf(world), {state: 'UP', isUp: true, reason: 'degraded: check db is down'});
	world.node(1).submit({
		kind: 'application', claim: {
			wants: 'out', state: 'WAIT', reason: 'check db is down', isDropping: true, isGuarded: false,
		},
	});
	world.run(1500);
	t.like(reportOf(world), {state: 'WAIT', isUp: false, reason: 'check db is down'});
});
