import test from 'ava';
import {render} from 'ink-testing-library';
import type {DemoMoment} from '../../../src/core/lab/demo-moment.js';
import {DemoView} from '../../../src/tui/demo/DemoView.js';
import {firstModel, stepDemo, type DemoModel} from '../../../src/tui/demo/demo-model.js';

const nodes = ['web1', 'web2'];

const moments: readonly DemoMoment[] = [
	{kind: 'begin', nodes, clients: 48, isRootless: false, detectionMs: 300},
	{kind: 'phase', phase: 'steady', node: '', title: 'every node serves its share'},
	{
		kind: 'sample', phase: 'steady', atMs: 1000, answered: {web1: 25, web2: 75}, clientsOf: {}, waiting: 0, failed: 0, broken: 0, latenessMs: 1,
	},
	{kind: 'phase-end', phase: 'steady', title: 'every node serves its share', failed: 0, broken: 0, longestWaitMs: 4},
	{kind: 'phase', phase: 'cut', node: 'web2', title: 'web2 is cut off the network'},
	{
		kind: 'sample', phase: 'cut', atMs: 1200, answered: {web1: 35, web2: 75}, clientsOf: {}, waiting: 9, failed: 2, broken: 3, latenessMs: 1,
	},
];

const play = (some: readonly DemoMoment[]): DemoModel => {
	let model = firstModel;
	for (const moment of some) {
		model = stepDemo(model, moment);
	}

	return model;
};

test('shares are those of the requests answered', t => {
	t.deepEqual(play(moments.slice(0, 3)).nodes.map(({share, perSecond}) => [share, perSecond]), [[0.25, 25], [0.75, 75]]);
});

test('a step tells what it cost when it is over', t => {
	const {steps} = play(moments);
	t.like(steps[0], {mark: 'clean', cost: '0 failed, 0 broken, longest wait 4 ms'});
	t.like(steps[1], {mark: 'now', title: 'web2 is cut off the network'});
	t.like(steps[2], {mark: 'ahead'});
});

test('a step that cost something is marked', t => {
	const end: DemoMoment = {kind: 'phase-end', phase: 'cut', title: '', failed: 0, broken: 1, longestWaitMs: 340};
	t.is(play([...moments, end]).steps[1]!.mark, 'disturbed');
});

test('a node is cut off until it is healed', t => {
	t.is(play(moments).nodes[1]!.condition, 'cut off');
	t.is(play([...moments, {kind: 'phase', phase: 'heal', node: 'web2', title: 'web2 is back'}]).nodes[1]!.condition, '');
});

test('an application is dead until its node serves again', t => {
	const dead = play([...moments, {kind: 'phase', phase: 'kill', node: 'web1', title: ''}]);
	t.is(dead.nodes[0]!.condition, 'application dead');
	t.is(stepDemo(dead, {kind: 'phase', phase: 'mend', node: 'web1', title: ''}).nodes[0]!.condition, '');
});

test('the view shows steps, bars and totals', t => {
	const {lastFrame, unmount} = render(<DemoView model={play(moments)}/>);
	const frame = lastFrame()!;
	unmount();
	t.regex(frame, /\+ every node serves its share: 0 failed/);
	t.regex(frame, /> web2 is cut off the network/);
	t.regex(frame, /web1 +█+ +100 % +50\/s/);
	t.regex(frame, /cut off/);
	t.regex(frame, /clients waiting 9, failed requests 2, broken connections 3/);
});
