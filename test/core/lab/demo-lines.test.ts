import test from 'ava';
import {firstLineState, linesOf} from '../../../src/core/lab/demo-lines.js';
import {ratesBetween, type DemoMoment, type DemoSample} from '../../../src/core/lab/demo-moment.js';
import {phaseNames} from '../../../src/core/lab/phases.js';
import {renderSummary, summarise} from '../../../src/core/lab/summary.js';

const nodes = ['web1', 'web2', 'web3'];

const sample = (atMs: number, answered: Readonly<Record<string, number>>): DemoSample => ({
	kind: 'sample', phase: 'steady', atMs, answered, clientsOf: {}, waiting: 2, failed: 0, broken: 0, latenessMs: 0,
});

const summary = summarise({
	reports: phaseNames.map(phase => ({
		phase,
		clients: [{
			client: '10.77.1.1', nodeBefore: 'web2', answered: {web2: 7}, refused: 1, reset: 0, timedOut: 0, broken: 3, completed: 2, longestWaitMs: 412,
		}],
	})),
	drama: {cutNode: 'web2', stoppedNode: 'web3', killedNode: 'web1', detectionMs: 300, nodes},
	kernels: {web1: {filtered: 1234, accepted: 5}},
	latenessMs: 9,
});

const play = (moments: readonly DemoMoment[]): string[] => {
	let state = firstLineState;
	return moments.flatMap(moment => {
		const told = linesOf(state, moment);
		state = told.state;
		return told.lines;
	});
};

test('rates are those between two samples', t => {
	t.deepEqual(ratesBetween(sample(1000, {web1: 10}), sample(1500, {web1: 40, web2: 10}), nodes), [
		{node: 'web1', perSecond: 60, share: 0.75},
		{node: 'web2', perSecond: 20, share: 0.25},
		{node: 'web3', perSecond: 0, share: 0},
	]);
});

test('without any answer every share is nothing', t => {
	t.true(ratesBetween(sample(1000, {}), sample(1000, {}), nodes).every(({share, perSecond}) => share === 0 && perSecond === 0));
});

test('samples make at most a line a second', t => {
	const begin: DemoMoment = {kind: 'begin', nodes, clients: 48, isRootless: true, detectionMs: 300};
	const lines = play([begin, ...[200, 400, 1100, 1300, 2300].map(atMs => sample(atMs, {web1: atMs}))]);
	t.is(lines[0], '3 nodes without root, 48 client addresses, detection 300 ms');
	t.is(lines.length, 1 + 3);
	t.regex(lines[1]!, /0\.2 s {2}web1 100 % .*waiting 2/);
});

test('the summary tells every number of the verdict', t => {
	const text = renderSummary(summary).join('\n');
	t.regex(text, /web2 +49 +- +-/);
	t.regex(text, /web1 +0 +5 +1234/);
	t.regex(text, /web2 is cut off the network +1 +3 +2 +412 ms +0 ms/);
	t.regex(text, /BROKEN {2}clients of web2 wait at most 350 ms: 1 clients, longest 412 ms/);
	t.regex(text, /Not all promises held\./);
});
