/** The last moves as one node of a simulated farm sees them, held to what befell the farm. */

import test from 'ava';
import {createMoves, type Move, type Moves} from '../../../src/core/explain/moves.js';
import {ownersIn} from '../../../src/core/membership/view.js';
import {slotsCount} from '../../../src/core/model/slot-set.js';
import {monoMs} from '../../../src/core/model/time.js';
import {createWorld, type World} from '../../../src/core/simulation/world.js';

type Scene = {readonly world: World; readonly moves: Moves; readonly run: (ms: number) => void};

/** Node 1 watches. */
function scene(boot: readonly number[]): Scene {
	const world = createWorld({seed: 3, nodesCount: 3});
	const moves = createMoves();
	const run = (ms: number): void => {
		for (let elapsed = 0; elapsed < ms; elapsed++) {
			world.run(1);
			const state = world.node(1).state();
			if (state !== undefined) {
				moves.observe(state, monoMs(world.node(1).localNow()));
			}
		}
	};

	for (const id of boot) {
		world.boot(id);
	}

	run(3000);
	return {world, moves, run};
}

const allMoves = (moves: Moves): Array<Move | undefined> => Array.from({length: slotsCount}, (_, slot) => moves.last(slot));

/** How often each reason stands, as text. */
const reasons = (moves: Moves): Readonly<Record<string, number>> => {
	const counts: Record<string, number> = {};
	for (const move of allMoves(moves)) {
		const {reason} = move ?? {reason: undefined};
		const text = `${move?.node} ${move?.kind} ${reason === undefined ? '' : Object.values(reason).join(' ')}`;
		counts[text] = (counts[text] ?? 0) + 1;
	}

	return counts;
};

/** Every slot's last move must name the node that has it. */
const namesOwners = ({world, moves}: Scene): boolean => {
	const owners = ownersIn(world.node(1).state()!.view, world.configOf(1).groups);
	return allMoves(moves).every((move, slot) => move?.kind === 'claimed' && move.node === owners[slot]);
};

test('a node that dies: its slots moved because it died, all others have not moved since', t => {
	const watched = scene([1, 2, 3]);
	const {world, moves, run} = watched;
	t.true(namesOwners(watched));
	const before = allMoves(moves);
	world.crashHost(2);
	run(2000);
	t.true(namesOwners(watched));
	const after = allMoves(moves);
	const moved = after.filter(move => move?.reason.kind === 'left');
	t.is(moved.length, slotsCount / 3);
	t.true(moved.every(move => move?.from === 2 && move.reason.kind === 'left' && move.reason.state === 'DEAD'));
	t.true(after.every((move, slot) => move?.reason.kind === 'left' || move?.at === before[slot]?.at));
});

test('a node that comes, one that stops, a weight that changes: each is the reason of its moves', t => {
	const watched = scene([1, 3]);
	const {world, moves, run} = watched;
	world.boot(2);
	run(3000);
	t.true(namesOwners(watched));
	t.is(reasons(moves)['2 claimed joined 2'], slotsCount / 3);
	world.node(3).submit({kind: 'stop'});
	run(3000);
	t.true(namesOwners(watched));
	const left = Object.entries(reasons(moves)).filter(([text]) => /^[12] claimed left 3 (?:STOPPING|OFF)/u.test(text));
	t.is(left.reduce((sum, [, count]) => sum + count, 0), slotsCount / 3);
	world.setWeight(2, 3);
	run(3000);
	t.true(namesOwners(watched));
	t.true(reasons(moves)['2 claimed weight 2 1 3']! > 0);
	world.claim(2, {wants: 'in', shareThousandths: 250, note: ''});
	run(3000);
	t.true(namesOwners(watched));
	t.true(reasons(moves)['1 claimed weight 2 3 0.75']! > 0);
});

test('what a peer has when this node first hears it has a move without a reason', t => {
	const world = createWorld({seed: 3, nodesCount: 2});
	world.boot(2);
	world.run(3000);
	world.boot(1);
	const moves = createMoves();
	for (let elapsed = 0; elapsed < 100; elapsed++) {
		world.run(1);
		moves.observe(world.node(1).state()!, monoMs(world.node(1).localNow()));
		if (moves.last(0) !== undefined) {
			break;
		}
	}

	t.deepEqual(reasons(moves), {'2 claimed found': slotsCount});
});

test('a slot that nobody has taken yet was given up', t => {
	const {world, moves, run} = scene([1, 2, 3]);
	world.crashHost(2);
	for (let elapsed = 0; elapsed < 1000 && !allMoves(moves).some(move => move?.kind === 'released'); elapsed++) {
		run(1);
	}

	t.is(reasons(moves)['2 released left 2 DEAD'], slotsCount / 3);
});

test('however often slots move, what is kept stays small', t => {
	const {world, moves, run} = scene([1, 2, 3]);
	for (let round = 0; round < 10; round++) {
		world.crashHost(2);
		run(1500);
		world.boot(2);
		run(1500);
	}

	t.true(moves.size() < 12, String(moves.size()));
});
