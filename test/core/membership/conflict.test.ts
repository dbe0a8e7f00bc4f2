import test from 'ava';
import {describe} from '../../../src/core/membership/describe.js';
import {heldSlots} from '../../../src/core/membership/kernel.js';
import type {MembershipInput} from '../../../src/core/membership/types.js';
import {countSlots, noSlots, slotsCount} from '../../../src/core/model/slot-set.js';
import type {Heartbeat} from '../../../src/core/protocol/heartbeat.js';
import {
	changesOf, configOf, createSingle, eventsOf, heartbeatOf, sentOf, type Single,
} from './single.js';

const own = '00000000000000aa';
const theirs = '00000000000000bb';

const differenceTo = (peer: number, text: string, about = theirs): Extract<MembershipInput, {kind: 'difference'}> => ({
	kind: 'difference', peer, own, theirs: about, text,
});

function hear(single: Single, sender: number, change: Partial<Heartbeat> = {}) {
	return single.give({kind: 'heard', message: heartbeatOf(sender, {fingerprint: theirs, state: 'UP', ...change}), network: 0});
}

/** Node 3 of three, alone so far; it serves everything. */
function servingAlone(self: number): Single {
	const single = createSingle(configOf(3, {self}));
	single.give({kind: 'start'});
	single.pass(1000);
	return single;
}

test('the one that waits says for whom, and as soon as it is known, why', t => {
	const single = servingAlone(3);
	hear(single, 1);
	const reason = 'its configuration distributes clients differently from n1';
	t.is(describe(single.state(), single.now()).reason, reason);
	const effects = single.give(differenceTo(1, 'seed: 5 on n1, 7 on n3'));
	t.is(describe(single.state(), single.now()).reason, `${reason}: seed: 5 on n1, 7 on n3`);
	t.deepEqual(eventsOf(effects), ['waiting']);
	t.deepEqual(eventsOf(single.give(differenceTo(1, 'seed: 5 on n1, 7 on n3'))), [], 'told once');
});

test('the one that serves says of the other that it waits and why; its own state is not touched', t => {
	const single = servingAlone(1);
	hear(single, 3, {state: 'WAIT', problem: 'what it says itself'});
	const problem = () => describe(single.state(), single.now()).nodes[2]!.problem;
	t.is(problem(), 'its configuration differs from this node\'s');
	const effects = single.give(differenceTo(3, 'seed: 5 on n1, 7 on n3'));
	t.is(problem(), 'its configuration differs from this node\'s: seed: 5 on n1, 7 on n3');
	t.deepEqual(effects.flatMap(effect => effect.kind === 'event' ? [effect.event] : []), [{
		level: 'warning', name: 'node-differs', message: 'n3 waits: its configuration differs from this node\'s: seed: 5 on n1, 7 on n3', fields: {node: 'n3'},
	}]);
	t.is(describe(single.state(), single.now()).reason, '');
	t.is(countSlots(heldSlots(single.state())), slotsCount);
});

test('the one that waits finds nothing wrong with those it waits for', t => {
	const single = servingAlone(3);
	hear(single, 1);
	single.give(differenceTo(1, 'seed: 5 on n1, 7 on n3'));
	t.is(describe(single.state(), single.now()).nodes[0]!.problem, '');
});

test('what was found out of another configuration is not told of this one', t => {
	const single = servingAlone(1);
	hear(single, 3, {state: 'WAIT'});
	single.give(differenceTo(3, 'old news', '00000000000000cc'));
	single.give({...differenceTo(3, 'old news'), own: '00000000000000cc'});
	t.is(describe(single.state(), single.now()).nodes[2]!.problem, 'its configuration differs from this node\'s');
	single.give(differenceTo(3, 'seed: 5 on n1, 7 on n3'));
	hear(single, 3, {state: 'WAIT', sequence: 2, fingerprint: '00000000000000dd'});
	t.is(describe(single.state(), single.now()).nodes[2]!.problem, 'its configuration differs from this node\'s');
	hear(single, 3, {state: 'WAIT', sequence: 3, fingerprint: own});
	t.is(describe(single.state(), single.now()).nodes[2]!.problem, '');
});

test('of a node that is not configured nothing is kept, and of one not heard nothing told', t => {
	const single = servingAlone(1);
	t.deepEqual(eventsOf([...single.give(differenceTo(9, 'x')), ...single.give(differenceTo(2, 'x'))]), []);
	t.deepEqual(single.state().differences.map(({peer}) => peer), [2]);
});

test('the one that waits says that it holds its slots until its kernel has given them up', t => {
	const single = servingAlone(3);
	single.answer = () => 'later';
	const effects = [...hear(single, 1), ...single.pass(100)];
	t.true(changesOf(effects).includes('clear'));
	const said = sentOf(effects);
	t.true(said.length > 0);
	t.true(said.every(({held, isServing}) => countSlots(held) === slotsCount && !isServing), 'wants to serve no more, and may still accept');
	const pending = single.state().kernel.pending.at(-1)!;
	t.is(pending.change.kind, 'clear');
	const after = sentOf(single.give({kind: 'kernel', operation: pending.operation, outcome: 'done'}));
	t.deepEqual(after.map(({held}) => countSlots(held)), [0], 'says so at once');
});

test('the one that serves claims nothing while the other still holds', t => {
	const single = createSingle(configOf(3, {self: 1}));
	single.give({kind: 'start'});
	const held = servingAlone(3).state().kernel.table.owned;
	const hearHolding = (sequence: number, slots: Heartbeat['held']) => hear(single, 3, {
		state: 'WAIT', sequence, held: slots,
		peers: [{
			id: 1, incarnation: single.state().incarnation, sequence: single.state().sequence, generation: single.state().generation, ageMs: 0, isDirect: true, leaseMs: 260, state: 'WAIT',
		}],
	});
	for (let sequence = 1; sequence < 100; sequence++) {
		hearHolding(sequence, held);
		single.pass(50);
	}

	t.is(countSlots(heldSlots(single.state())), 0);
	for (let sequence = 100; sequence < 200; sequence++) {
		hearHolding(sequence, noSlots);
		single.pass(50);
	}

	t.is(countSlots(heldSlots(single.state())), slotsCount);
});
