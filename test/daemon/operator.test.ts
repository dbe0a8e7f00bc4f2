import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {FarmEvent} from '../../src/core/model/event.js';
import type {Farm} from '../../src/core/model/farm.js';
import {noSlots, slotsCount} from '../../src/core/model/slot-set.js';
import {monoMs} from '../../src/core/model/time.js';
import {createWorld, type World} from '../../src/core/simulation/world.js';
import {createOperator, type Operator} from '../../src/daemon/operator.js';
import {DaemonFailure, SystemFailure, UsageFailure} from '../../src/errors.js';
import {farmWith, ruleFor} from '../kernel/support/machine.js';

const nodes = [1, 2, 3].map(id => ({
	name: `n${id}`, id, addresses: [`192.0.2.1${id}`], weight: 1,
}));
const order = {who: 'alice on n1', isForced: false};

function folder(t: ExecutionContext): string {
	const made = mkdtempSync(path.join(tmpdir(), 'farmctl-operator-'));
	t.teardown(() => {
		rmSync(made, {recursive: true});
	});
	return made;
}

type Place = {readonly world: World; readonly operators: readonly Operator[]; readonly events: FarmEvent[]; readonly stateDirs: readonly string[]};

const farm: Farm = {...farmWith({rules: [ruleFor('192.0.2.100', 'tcp', [80], 'client')]}), nodes, groups: [{name: 'default', weights: {1: 1, 2: 1, 3: 1}, order: []}]};

/** A farm in virtual time with an operator for each of its nodes. */
function createPlace(t: ExecutionContext): Place {
	const world = createWorld({seed: 1});
	const events: FarmEvent[] = [];
	const stateDirs = nodes.map(({name}) => path.join(folder(t), name));
	const operators = nodes.map((_, index) => operatorOf({world, events}, index, stateDirs[index]!));
	world.bootAll();
	world.run(1500);
	return {
		world, operators, events, stateDirs,
	};
}

const operatorOf = ({world, events}: Pick<Place, 'world' | 'events'>, index: number, stateDir: string): Operator => createOperator({
	self: nodes[index]!,
	current: () => farm,
	stateDir,
	journal: {
		record(event) {
			events.push(event);
		},
	},
	clock: {now: () => monoMs(world.node(index + 1).localNow())},
	state: () => world.node(index + 1).state(),
	submit(input) {
		world.node(index + 1).submit(input);
	},
	clients: () => [{address: '203.0.113.9', connections: 3}],
	application: {begin: () => undefined, order: () => undefined},
	boot: () => 'a boot',
});

test('a drain is remembered, done and told, with who ordered it', t => {
	const {world, operators, events} = createPlace(t);
	operators[1]!.drain({...order, stopsServices: false, cutAfterMs: 5000});
	world.run(50);
	const draining = operators[1]!.report();
	t.is(draining.state, 'DRAINING');
	t.is(draining.slots, 0);
	t.true(draining.cutInMs! <= 5000 && draining.cutInMs! > 4000);
	t.deepEqual(draining.clients, [{address: '203.0.113.9', connections: 3}]);
	world.run(2000);
	const {state, wanted, clients} = operators[1]!.report();
	t.deepEqual({state, wanted, clients}, {state: 'STOP', wanted: 'rest', clients: []});
	t.deepEqual(events.map(({name, message}) => [name, message]), [['order-drain', 'n2 is drained; what is left after 5000 ms is cut, ordered by alice on n1']]);

	operators[1]!.start(order);
	world.run(1000);
	t.is(operators[1]!.report().state, 'UP');
	t.is(operators[1]!.report().problem, undefined);
});

test('a daemon begins as it remembers', t => {
	const {world, operators, stateDirs} = createPlace(t);
	operators[1]!.drain({...order, stopsServices: false, cutAfterMs: 0});
	operators[1]!.weigh({...order, group: undefined, weight: 7});
	const submitted: unknown[] = [];
	const parts = {
		self: nodes[1]!, current: () => farm, stateDir: stateDirs[1]!, journal: {record: () => undefined}, clock: {now: () => monoMs(0)},
		state: () => world.node(2).state(), clients: () => [], boot: () => 'a boot',
		application: {
			begin(wanted: string, isAfterBoot: boolean) {
				submitted.push([wanted, isAfterBoot]);
			},
			order: () => undefined,
		},
	};
	createOperator({
		...parts,
		submit(input) {
			submitted.push(input);
		},
	}).begin(noSlots);
	t.deepEqual(submitted, [{kind: 'weights', weights: [7]}, ['drain', false], {kind: 'start', wanted: 'rest', retained: noSlots}]);
});

test('the last node that serves is drained by force only', t => {
	const {world, operators} = createPlace(t);
	operators[0]!.drain({...order, stopsServices: false, cutAfterMs: 0});
	world.run(1000);
	operators[1]!.weigh({...order, group: undefined, weight: 0});
	world.run(1000);
	t.is(operators[2]!.report().slots, slotsCount);
	t.throws(() => operators[2]!.drain({...order, stopsServices: false, cutAfterMs: 0}), {instanceOf: DaemonFailure, message: 'n3 is the last node that serves: clients would find nobody'});
	t.throws(() => operators[2]!.weigh({...order, group: undefined, weight: 0}), {instanceOf: DaemonFailure});
	t.is(operators[2]!.report().wanted, 'serve');
	operators[2]!.drain({
		who: 'bob on n3', isForced: true, stopsServices: false, cutAfterMs: 0,
	});
	world.run(1000);
	t.is(operators[2]!.report().state, 'STOP');
});

test('a weight is had at once, kept until the configuration shall decide again, and only of groups that there are', t => {
	const {world, operators} = createPlace(t);
	t.throws(() => operators[0]!.weigh({...order, group: 'static', weight: 5}), {instanceOf: UsageFailure, message: /no group 'static'/u});
	operators[0]!.weigh({...order, group: 'default', weight: 2});
	world.run(1000);
	// One of three with twice the weight; dealt by rounding.
	t.true(Math.abs(operators[0]!.report().slots - (slotsCount / 2)) <= slotsCount / 100);
	t.deepEqual(operators[0]!.report().weights, {default: {weight: 2, isConfigured: false}});
	operators[0]!.weigh({...order, group: 'default', weight: undefined});
	world.run(1000);
	t.is(operators[0]!.report().slots, slotsCount / 3);
	t.deepEqual(operators[0]!.report().weights, {default: {weight: 1, isConfigured: true}});
});

test('an order that cannot be remembered is carried out, and says so', t => {
	const {world, operators, events, stateDirs} = createPlace(t);
	writeFileSync(stateDirs[1]!, 'no folder');
	const {warning} = operators[1]!.drain({...order, stopsServices: false, cutAfterMs: 0});
	t.regex(warning!, /^n2 will not remember this after a restart: cannot /u);
	world.run(1000);
	t.is(operators[1]!.report().state, 'STOP');
	t.true(events.some(({name, level}) => name === 'not-remembered' && level === 'error'));
});

test('a file of another node is left alone, and one that is no such file keeps the daemon from serving', t => {
	const {world, operators, events, stateDirs} = createPlace(t);
	operators[1]!.drain({...order, stopsServices: false, cutAfterMs: 0});
	const stranger = operatorOf({world, events}, 2, stateDirs[1]!);
	t.is(stranger.report().wanted, 'serve');
	t.regex(stranger.drain({...order, stopsServices: false, cutAfterMs: 0}).warning!, /remembers node n2 of farm/u);
	writeFileSync(path.join(stateDirs[1]!, 'node.json'), '{"wanted":"rest"}');
	t.throws(() => operatorOf({world, events}, 1, stateDirs[1]!), {instanceOf: SystemFailure, message: /node\.json' is not what farmctl wrote$/u});
});

type Life = {readonly stateDir: string; readonly boot: string; readonly behaviour?: Farm['application']['boot']};

/** What a node's application was told in one life of its daemon. */
function live({world}: Place, {stateDir, boot, behaviour = 'as-before'}: Life): {readonly operator: Operator; readonly wishes: string[]} {
	const wishes: string[] = [];
	const operator = createOperator({
		self: nodes[1]!,
		current: () => ({...farm, application: {...farm.application, boot: behaviour}}),
		stateDir,
		journal: {record: () => undefined},
		clock: {now: () => monoMs(0)},
		state: () => world.node(2).state(),
		submit: () => undefined,
		clients: () => [],
		application: {
			begin(wanted, isAfterBoot) {
				wishes.push(isAfterBoot ? `${wanted} after boot` : wanted);
			},
			order(wanted) {
				wishes.push(wanted);
			},
		},
		boot: () => boot,
	});
	operator.begin(noSlots);
	return {operator, wishes};
}

test('services stop with the node where the order says so, stay stopped over a drain and a restart, and run when it is started', t => {
	const place = createPlace(t);
	const stateDir = folder(t);
	const first = live(place, {stateDir, boot: 'one'});
	first.operator.drain({...order, cutAfterMs: 0, stopsServices: true});
	first.operator.drain({...order, cutAfterMs: 0, stopsServices: false});
	t.deepEqual(first.wishes, ['serve', 'stop', 'stop']);
	const second = live(place, {stateDir, boot: 'two'});
	second.operator.start(order);
	second.operator.drain({...order, cutAfterMs: 0, stopsServices: false});
	t.deepEqual(second.wishes, ['stop', 'serve', 'drain']);
	t.deepEqual(live(place, {stateDir, boot: 'two'}).wishes, ['drain']);
});

test('that the machine has booted is told once a boot, where the configuration asks for it', t => {
	const place = createPlace(t);
	const stateDir = folder(t);
	t.deepEqual(live(place, {stateDir, boot: 'one', behaviour: 'stay'}).wishes, ['serve after boot']);
	t.deepEqual(live(place, {stateDir, boot: 'one', behaviour: 'stay'}).wishes, ['serve']);
	live(place, {stateDir, boot: 'one', behaviour: 'stay'}).operator.drain({...order, cutAfterMs: 0, stopsServices: true});
	t.deepEqual(live(place, {stateDir, boot: 'two', behaviour: 'stay'}).wishes, ['stop after boot']);
	t.deepEqual(live(place, {stateDir, boot: 'two', behaviour: 'start'}).wishes, ['stop']);
	t.deepEqual(live(place, {stateDir, boot: 'three', behaviour: 'start'}).wishes, ['serve after boot']);
	t.deepEqual(live(place, {stateDir, boot: 'four'}).wishes, ['serve']);
});

test('what an earlier farmctl remembered is understood', t => {
	const place = createPlace(t);
	const stateDir = folder(t);
	writeFileSync(path.join(stateDir, 'node.json'), JSON.stringify({
		farm: farm.name, node: 'n2', wanted: 'rest', weights: {},
	}));
	t.deepEqual(live(place, {stateDir, boot: 'one'}).wishes, ['drain']);
});
