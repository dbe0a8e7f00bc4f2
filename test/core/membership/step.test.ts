
import test from 'ava';
import fc from 'fast-check';
import {admissionWaitMs} from '../../../src/core/membership/admission.js';
import {nextDeadline} from '../../../src/core/membership/deadline.js';
import {describe} from '../../../src/core/membership/describe.js';
import {heldSlots, retryAfterMs} from '../../../src/core/membership/kernel.js';
import {incarnationLeapMax, type MembershipState} from '../../../src/core/membership/state.js';
import {step} from '../../../src/core/membership/step.js';
import {countSlots, isEmptySlots, slotSetOf, slotsCount} from '../../../src/core/model/slot-set.js';
import {monoMs} from '../../../src/core/model/time.js';
import {incarnationMax, type PeerRow} from '../../../src/core/protocol/heartbeat.js';
import {createWorld, timing300} from '../../../src/core/simulation/world.js';
import {
	changesOf, configOf, createSingle, eventsOf, heartbeatOf, sentOf, type Single,
} from './single.js';

/** A node of a farm of one that serves. */
function servingAlone(): Single {
	const single = createSingle(configOf(1));
	single.give({kind: 'start'});
	single.pass(200);
	return single;
}

test('nothing is said before the kernel is empty (R6)', t => {
	const single = createSingle(configOf(3));
	single.answer = () => 'later';
	const first = single.give({kind: 'start'});
	t.deepEqual(changesOf(first), ['clear']);
	t.deepEqual(sentOf([...first, ...single.pass(500)]), []);
	const answered = single.give({kind: 'kernel', operation: 1, outcome: 'done'});
	t.is(sentOf(answered).length, 1);
	t.true(sentOf(answered)[0]!.isServing);
	t.false(sentOf(answered)[0]!.isReady);
});

test('a kernel that refuses the first clear is asked again, quietly, and nothing is said', t => {
	const single = createSingle(configOf(1));
	single.answer = () => 'failed';
	const effects = [...single.give({kind: 'start'}), ...single.pass(10 * retryAfterMs)];
	t.is(changesOf(effects).length, 11);
	t.is(eventsOf(effects).filter(name => name === 'kernel-failed').length, 1);
	t.deepEqual(sentOf(effects), []);
	single.answer = () => 'done';
	single.pass(2 * retryAfterMs);
	t.is(countSlots(single.state().kernel.table.owned), slotsCount);
});

test('a refused claim is not held to be made, and is tried again', t => {
	const single = createSingle(configOf(1));
	single.answer = change => change.kind === 'slots' ? 'failed' : 'done';
	single.give({kind: 'start'});
	single.pass(350);
	t.true(isEmptySlots(single.state().kernel.table.owned));
	t.true(describe(single.state(), single.now()).reason.includes('kernel'));
	single.answer = () => 'done';
	single.pass(2 * retryAfterMs);
	t.is(countSlots(single.state().kernel.table.owned), slotsCount);
	t.is(describe(single.state(), single.now()).reason, '');
});

test('slots come before the lease, and the lease ends as the formula says (R1)', t => {
	const single = createSingle(configOf(1));
	single.give({kind: 'start'});
	const effects = single.pass(300);
	const changes = [...single.effects].flatMap(effect => effect.kind === 'kernel' ? [effect.change] : []);
	t.deepEqual(changes.slice(0, 3).map(({kind}) => kind), ['clear', 'slots', 'lease']);
	const {intervalMs, leaseMs, lossesMax, timerLatenessMs} = timing300;
	const ends = effects.flatMap(effect => effect.kind === 'kernel' && effect.change.kind === 'lease' ? [effect.change.endAt] : []);
	t.true(ends.length > 3);
	const allowed = new Set<number>(single.state().sent.map(({at}) => at + leaseMs - (lossesMax * (intervalMs + timerLatenessMs))));
	t.deepEqual(ends.filter(end => !allowed.has(end)), []);
});

test('a lease that has run out takes everything with it, and the node joins anew (R4)', t => {
	const single = servingAlone();
	single.answer = change => change.kind === 'lease' ? 'lapsed' : 'done';
	const effects = single.pass(timing300.intervalMs);
	t.true(eventsOf(effects).includes('lease-lapsed'));
	t.true(changesOf(effects).includes('clear'));
	t.true(changesOf(single.pass(10 * retryAfterMs)).length <= 4 * 11, 'and does nothing in a hurry');
});

test('a lease that cannot be renewed any more is given up by the own clock', t => {
	const single = servingAlone();
	single.answer = change => change.kind === 'lease' ? 'later' : 'done';
	const effects = single.pass(timing300.leaseMs);
	t.true(eventsOf(effects).includes('lease-lapsed'));
	t.true(changesOf(effects).includes('clear'));
});

test('the kernel is not asked to renew more often than it gains', t => {
	const world = createWorld({seed: 5, nodesCount: 5});
	world.bootAll();
	world.run(1000);
	const before = world.nodes.map(node => node.state()!.kernel.nextOperation);
	const sequences = world.nodes.map(node => node.state()!.sequence);
	world.run(1000);
	const heartbeats = 1000 / timing300.intervalMs;
	for (const [index, node] of world.nodes.entries()) {
		t.true(node.state()!.kernel.nextOperation - before[index]! <= 3 * heartbeats, `n${node.id}: ${node.state()!.kernel.nextOperation - before[index]!} operations`);
		t.true(node.state()!.sequence - sequences[index]! <= heartbeats + 1, 'nothing is repeated when nothing changes');
	}
});

test('a change is repeated until it is echoed, and not for ever (R10)', t => {
	const single = createSingle(configOf(2));
	single.give({kind: 'start'});
	single.give({kind: 'heard', message: heartbeatOf(2), network: 0});
	const sent = sentOf(single.pass(timing300.intervalMs * 2)).length;
	t.true(sent >= 10, `${sent} repeats`);
	t.true(sent <= 16);
	for (let sequence = 2; sequence < 12; sequence++) {
		single.give({kind: 'heard', message: heartbeatOf(2, {sequence}), network: 0});
		single.pass(timing300.intervalMs);
	}

	t.true(sentOf(single.pass(timing300.intervalMs * 4)).length <= 5);
});

test('a copy, and a heartbeat that was overtaken, change nothing', t => {
	const single = createSingle(configOf(2));
	single.give({kind: 'start'});
	single.give({kind: 'heard', message: heartbeatOf(2, {sequence: 9, weights: [3]}), network: 0});
	single.give({kind: 'heard', message: heartbeatOf(2, {sequence: 9, weights: [4]}), network: 1});
	single.give({kind: 'heard', message: heartbeatOf(2, {sequence: 8, weights: [5]}), network: 0});
	single.give({kind: 'heard', message: heartbeatOf(2, {incarnation: 49, sequence: 99, weights: [6]}), network: 0});
	t.deepEqual(describe(single.state(), single.now()).nodes[1]!.weights, [3]);
});

test('a heartbeat that waited in the network for longer than the detection time is as good as lost', t => {
	const single = createSingle(configOf(2));
	single.give({kind: 'start'});
	const first = single.state().sequence;
	const echo = (ageMs: number): PeerRow => ({
		id: 1, incarnation: 100, sequence: first, generation: 1, ageMs, isDirect: true, leaseMs: timing300.leaseMs, state: 'WAIT',
	});
	single.give({kind: 'heard', message: heartbeatOf(2, {sequence: 1, peers: [echo(0)]}), network: 0});
	single.pass(2000);
	const isAlive = (): boolean => single.state().peers[0]!.isAlive;
	t.false(isAlive());
	// Said 100 ms and 1.6 s after the cut, delivered together when the neighbour answers again.
	single.give({kind: 'heard', message: heartbeatOf(2, {sequence: 3, peers: [echo(100)]}), network: 0});
	single.give({kind: 'heard', message: heartbeatOf(2, {sequence: 33, peers: [echo(1600)]}), network: 0});
	t.false(isAlive());
	single.give({kind: 'heard', message: heartbeatOf(2, {sequence: 40, peers: [echo(1950)]}), network: 0});
	t.true(isAlive());
});

test('a heartbeat that waited for longer than this node remembers its own is lost, also when it names one that nobody named before', t => {
	const single = createSingle(configOf(2));
	single.give({kind: 'start'});
	const first = single.state().sequence;
	const echo = (sequence: number, ageMs: number): PeerRow => ({
		id: 1, incarnation: 100, sequence, generation: 1, ageMs, isDirect: true, leaseMs: timing300.leaseMs, state: 'UP',
	});
	single.give({kind: 'heard', message: heartbeatOf(2, {sequence: 1, peers: [echo(first, 0)]}), network: 0});
	single.pass(100);
	const last = single.state().sequence;
	t.true(last > first);
	single.pass(2000);
	const isAlive = (): boolean => single.state().peers[0]!.isAlive;
	t.false(isAlive());
	// The peer had `last` 50 ms before it said this, and its machine kept it until now.
	single.give({kind: 'heard', message: heartbeatOf(2, {sequence: 3, peers: [echo(last, 50)]}), network: 0});
	t.false(isAlive());
	// It hears nothing since then, but speaks now.
	single.give({kind: 'heard', message: heartbeatOf(2, {sequence: 40, peers: [echo(last, 2000)]}), network: 0});
	t.true(isAlive());
});

test('a peer that remembers a later life raises the incarnation (R6)', t => {
	const single = createSingle(configOf(2));
	single.give({kind: 'start'});
	const row = {
		id: 1, incarnation: 5000, sequence: 7, generation: 3, ageMs: 10, isDirect: true, leaseMs: 260, state: 'UP' as const,
	};
	const effects = single.give({kind: 'heard', message: heartbeatOf(2, {peers: [row]}), network: 0});
	t.is(single.state().incarnation, 5001);
	t.true(changesOf(effects).includes('clear'));
	t.deepEqual(sentOf(effects).map(({incarnation}) => incarnation).slice(0, 1), [5001]);
});

test('a life beyond all sense is not followed, told once a peer, and locks nobody out', t => {
	const single = createSingle(configOf(2));
	single.give({kind: 'start'});
	const heard = (sequence: number, incarnation: number): string[] => eventsOf(single.give({kind: 'heard', message: heartbeatOf(2, {sequence, peers: [{
		id: 1, incarnation, sequence: 2 ** 47, generation: 3, ageMs: 10, isDirect: true, leaseMs: 260, state: 'UP' as const,
	}]}), network: 0}));
	t.true(heard(1, incarnationMax).includes('life-disbelieved'));
	t.deepEqual(heard(2, incarnationMax), []);
	t.is(single.state().incarnation, 100);
	for (let sequence = 3; sequence < 50; sequence++) {
		heard(sequence, 100 + incarnationLeapMax);
		heard(sequence, single.state().incarnation);
	}

	t.true(single.state().incarnation <= 101 + incarnationLeapMax, 'however often');
	t.true(100 + incarnationLeapMax + 1_000_000 < incarnationMax, 'the next life finds room');
});

test('a life that another sealed with the same number is left, too', t => {
	const single = createSingle(configOf(2));
	single.give({kind: 'start'});
	const row = {
		id: 1, incarnation: 100, sequence: 700, generation: 3, ageMs: 10, isDirect: true, leaseMs: 260, state: 'UP' as const,
	};
	single.give({kind: 'heard', message: heartbeatOf(2, {peers: [row]}), network: 0});
	t.is(single.state().incarnation, 101);
});

test('a stranger is ignored, and told of once', t => {
	const single = createSingle(configOf(2));
	single.give({kind: 'start'});
	const events = [1, 2, 3].flatMap(sequence => eventsOf(single.give({kind: 'heard', message: heartbeatOf(9, {sequence}), network: 0})));
	t.deepEqual(events, ['stranger']);
	t.is(single.state().peers.length, 0);
});

test('the wait of R3 begins with the first heartbeat and is not shortened by another drop', t => {
	const single = createSingle(configOf(3));
	single.give({kind: 'start'});
	single.pass(admissionWaitMs(single.state()) - 1);
	t.false(single.state().isReady);
	t.false(single.state().isAdmitted);
	single.pass(2);
	t.true(single.state().isAdmitted);
	t.is(countSlots(single.state().kernel.table.owned), slotsCount);
	single.answer = change => change.kind === 'lease' ? 'lapsed' : 'done';
	single.pass(timing300.intervalMs);
	single.answer = () => 'done';
	single.pass(admissionWaitMs(single.state()) / 2);
	t.false(single.state().isAdmitted, 'alone before the drop, it may have been deaf');
});

test('a longer lease is used when the peers have heard of it, a shorter one at once (R7)', t => {
	const world = createWorld({seed: 5, nodesCount: 2});
	world.bootAll();
	world.run(300);
	const used = (): number => world.node(1).state()!.lease.usedMs;
	const told = (): number => world.node(2).state()!.peers[0]!.message.leaseMs;
	world.network.setLink(1, 2, false);
	world.configure(1, {timing: {...timing300, leaseMs: 270, detectionMs: 310}});
	world.run(20);
	t.is(used(), 260);
	world.network.setLink(1, 2, true);
	world.run(60);
	t.is(told(), 270);
	t.is(used(), 270);
	world.configure(1, {timing: timing300});
	world.run(0.5);
	t.is(used(), 260);
	world.run(100);
	t.is(told(), 260);
	t.false(world.node(1).events.includes('lease-lapsed'));
});

const throughJson = (state: MembershipState): MembershipState => JSON.parse(JSON.stringify(state)) as MembershipState; // eslint-disable-line unicorn/prefer-structured-clone -- that it is JSON is the point

test('the state is JSON: a copy goes on as the original does', t => {
	const world = createWorld({seed: 6, nodesCount: 3});
	world.bootAll();
	world.run(300);
	world.node(2).submit({kind: 'stop'});
	world.run(2);
	for (const node of world.nodes) {
		const state = node.state()!;
		const copy = throughJson(state);
		const now = nextDeadline(state);
		t.is(nextDeadline(copy), now);
		t.is(JSON.stringify(step(copy, {kind: 'tick'}, now)), JSON.stringify(step(state, {kind: 'tick'}, now)));
	}
});

test('a step leaves the state it was given as it was', t => {
	const single = servingAlone();
	const state = single.state();
	const before = JSON.stringify(state);
	step(state, {kind: 'stop'}, monoMs(single.now() + 1000));
	step(state, {kind: 'tick'}, monoMs(single.now() + 50));
	t.is(JSON.stringify(state), before);
});

test('whatever a peer says, the core does not throw, and never asks to be woken in the past', t => {
	const slots = fc.array(fc.nat({max: slotsCount - 1}), {maxLength: 5}).map(list => slotSetOf(list));
	const message = fc.record({
		sender: fc.integer({min: 1, max: 4}),
		incarnation: fc.nat({max: 120}),
		sequence: fc.nat({max: 50}),
		state: fc.constantFrom('UP' as const, 'WAIT' as const, 'DRAINING' as const, 'STOP' as const, 'STOPPING' as const, 'OFF' as const),
		weights: fc.array(fc.nat({max: 1000}), {minLength: 1, maxLength: 4}),
		fingerprint: fc.constantFrom('00000000000000aa', '00000000000000bb'),
		generation: fc.nat({max: 5}),
		phase: fc.constantFrom('prepared' as const, 'released' as const),
		isServing: fc.boolean(),
		isReady: fc.boolean(),
		held: slots,
		retained: slots,
		leaseMs: fc.nat({max: 2000}),
		peers: fc.array(fc.record({
			id: fc.integer({min: 1, max: 4}), incarnation: fc.nat({max: 120}), sequence: fc.nat({max: 50}), generation: fc.nat({max: 5}),
			ageMs: fc.nat({max: 900}), isDirect: fc.boolean(), leaseMs: fc.nat({max: 500}), state: fc.constant('UP' as const),
		}), {maxLength: 3}),
	});
	const input = fc.oneof(
		fc.record({message, wait: fc.nat({max: 300})}),
		fc.record({kind: fc.constantFrom('start' as const, 'stop' as const), wait: fc.nat({max: 300})}),
	);
	fc.assert(fc.property(fc.array(input, {maxLength: 30}), fc.array(fc.constantFrom('done' as const, 'lapsed' as const, 'failed' as const), {minLength: 1, maxLength: 7}), (inputs, outcomes) => {
		const single = createSingle(configOf(3));
		let count = 0;
		single.answer = change => {
			const outcome = outcomes[count++ % outcomes.length]!;
			return outcome === 'lapsed' && change.kind !== 'lease' ? 'done' : outcome;
		};

		for (const entry of inputs) {
			single.give('message' in entry ? {kind: 'heard', message: heartbeatOf(2, entry.message), network: 0} : {kind: entry.kind});
			t.true(nextDeadline(single.state()) > single.state().steppedAt);
			single.pass(entry.wait);
		}
	}), {numRuns: 200});
});

test('a stop before anything was served is over when the kernel is empty', t => {
	const single = createSingle(configOf(2));
	single.give({kind: 'start'});
	const effects = [...single.give({kind: 'stop'}), ...single.pass(600)];
	t.is(effects.filter(({kind}) => kind === 'finished').length, 1);
	t.is(sentOf(effects).at(-1)!.state, 'OFF');
	t.deepEqual(sentOf(single.pass(1000)), [], 'silent from then on');
	t.is(single.give({kind: 'stop'}).at(-1)?.kind, 'finished', 'again');
});

test('a stop before the kernel is empty stays silent until it is (R6)', t => {
	const single = createSingle(configOf(2));
	single.answer = () => 'later';
	single.give({kind: 'start'});
	t.deepEqual(sentOf([...single.give({kind: 'stop'}), ...single.pass(600)]), []);
	const effects = single.give({kind: 'kernel', operation: 1, outcome: 'done'});
	t.deepEqual(sentOf(effects).map(({state}) => state), ['OFF']);
});

test('a stop ends although the kernel refuses to be emptied', t => {
	const single = servingAlone();
	single.answer = change => change.kind === 'clear' ? 'failed' : 'done';
	const effects = [...single.give({kind: 'stop'}), ...single.pass(3000)];
	t.true(eventsOf(effects).includes('kernel-not-empty'));
	t.is(effects.filter(({kind}) => kind === 'finished').length, 1);
});

test('after a stop a start begins a new life', t => {
	const single = servingAlone();
	single.give({kind: 'stop'});
	single.pass(1000);
	t.is(single.state().stage, 'off');
	single.give({kind: 'start'});
	single.pass(100);
	t.is(single.state().incarnation, 101);
	t.is(countSlots(single.state().kernel.table.owned), slotsCount);
});

test('a node describes the farm as it sees it', t => {
	const single = createSingle(configOf(3));
	single.give({kind: 'start'});
	single.give({kind: 'heard', message: heartbeatOf(2, {state: 'UP', isServing: true, held: slotSetOf([1, 2, 3]), version: '9.9.9'}), network: 0});
	single.pass(40);
	const {nodes, coveredCount, reason} = describe(single.state(), single.now());
	t.deepEqual(nodes.map(({state}) => state), ['WAIT', 'UP', 'UNKNOWN']);
	t.is(nodes[1]!.ageMs, 40);
	t.is(nodes[1]!.version, '9.9.9');
	t.deepEqual(nodes[1]!.ownedCounts, [3]);
	t.is(nodes[2]!.ageMs, undefined);
	t.is(coveredCount, 3);
	t.true(reason.includes('n3'));
	single.pass(400);
	t.is(describe(single.state(), single.now()).nodes[1]!.state, 'DEAD');
});

test('a node that its machine hinders gives up and waits, and joins again when nothing hinders it', t => {
	const single = servingAlone();
	const effects = single.give({kind: 'hindrance', reason: 'eth0 has no carrier'});
	t.true(changesOf(effects).includes('clear'));
	t.true(eventsOf(effects).includes('waiting'));
	t.is(describe(single.state(), single.now()).nodes[0]!.state, 'WAIT');
	t.is(describe(single.state(), single.now()).reason, 'eth0 has no carrier');
	t.true(isEmptySlots(single.state().kernel.table.owned));
	single.give({kind: 'hindrance', reason: ''});
	single.pass(100);
	t.is(countSlots(single.state().kernel.table.owned), slotsCount);
});

test('what someone else did to slots and lease is emptied, and the node joins anew, with its peers told (R4)', t => {
	const single = servingAlone();
	const {generation} = single.state();
	const effects = single.give({kind: 'kernel-lost', what: 'elements of set slots were deleted'});
	t.is(changesOf(effects)[0], 'clear');
	t.true(eventsOf(effects).includes('kernel-lost'));
	t.true(single.state().generation > generation);
	single.pass(1000);
	t.is(countSlots(single.state().kernel.table.owned), slotsCount);
	single.answer = () => 'later';
	single.give({kind: 'kernel-lost', what: 'the table was deleted'});
	t.false(isEmptySlots(heldSlots(single.state())), 'held until the kernel says that it is empty');
});

test('a filter made anew is not held to what the broken one refused', t => {
	const single = servingAlone();
	single.answer = () => 'failed';
	single.pass(60);
	t.true(single.state().kernel.failures > 0);
	single.answer = () => 'done';
	const effects = single.give({kind: 'kernel-lost', what: 'the table was deleted'});
	t.is(changesOf(effects)[0], 'clear', 'at once');
	t.is(single.state().kernel.failures, 0);
});

test('a node that holds nothing has the kernel emptied and goes on as it was', t => {
	const waiting = createSingle(configOf(2));
	waiting.give({kind: 'start'});
	const {announcedAt, generation} = waiting.state();
	const effects = waiting.give({kind: 'kernel-lost', what: 'elements were added'});
	t.deepEqual(changesOf(effects), ['clear']);
	t.deepEqual(eventsOf(effects), []);
	t.is(waiting.state().announcedAt, announcedAt);
	t.is(waiting.state().generation, generation);
});

test('a kernel touched before the first heartbeat is emptied again before it (R6)', t => {
	const single = createSingle(configOf(2));
	single.answer = () => 'later';
	single.give({kind: 'start'});
	single.give({kind: 'kernel-lost', what: 'elements were added'});
	t.deepEqual(sentOf(single.give({kind: 'kernel', operation: 1, outcome: 'done'})), []);
	t.true(sentOf(single.give({kind: 'kernel', operation: 2, outcome: 'done'})).length > 0);
});
