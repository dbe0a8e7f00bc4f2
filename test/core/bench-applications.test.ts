import test from 'ava';
import {renderLabConfig} from '../../src/core/lab/farm-yaml.js';
import {topologyOf} from '../../src/core/lab/topology.js';
import {parseText} from '../../src/edge/config/parse-text.js';
import {outcomeOf, type Seen} from '../bench/applications/outcome.js';
import type {FaultResult} from '../bench/applications/play.js';
import {allSeries} from '../bench/applications/series.js';
import {brokenBy, resultTable} from '../bench/applications/table.js';

const madeAtMs = 1_700_000_000_000.5;

const answer = (source: string, node: string, atMs: number, tookMs = 1) => ({source, node, begunAtMs: madeAtMs + atMs - tookMs, atMs: madeAtMs + atMs});

const failure = (source: string, begunMs: number, what: 'reset' | 'refused' = 'reset') => ({source, what, reason: 'errno', begunAtMs: madeAtMs + begunMs, atMs: madeAtMs + begunMs + 1});

const told = (node: string, event: string, atMs: number) => ({node, event, at: new Date(madeAtMs + atMs).toISOString(), level: 'warning', message: ''});

const seen: Seen = {
	answers: [answer('a', 'web1', -20), answer('b', 'web2', -10), answer('b', 'web2', 1, 5), answer('a', 'web1', 5), answer('b', 'web3', 40), answer('b', 'web2', 900)],
	failed: [failure('b', -1), failure('b', 2, 'refused'), failure('b', 50), failure('a', 3)],
	breaks: [{source: 'b', reason: 'errno', atMs: madeAtMs}, {source: 'a', reason: 'errno', atMs: madeAtMs}],
	told: [told('web2', 'check-down', -300), told('web1', 'check-down', 2), told('web2', 'view-changed', 3), told('web2', 'check-down', 7), told('web2', 'check-down', 90)],
};

const outcome = outcomeOf(seen, {madeAtMs, healedAtMs: madeAtMs + 100}, new Set(['web2']), event => event.startsWith('check-'));

test('a fault is followed from its beginning until the node is back', t => {
	t.is(Math.round(outcome.noticedMs!), 7);
	t.deepEqual([outcome.movedMs, outcome.returnedMs, outcome.returnedAfterHealMs], [40, 900, 800]);
	t.is(outcome.longestMs, 5);
});

test('what failed is told apart by when it was begun, and by whose client it was', t => {
	t.deepEqual(outcome.failures, {inFlight: 1, untilMoved: 1, later: 1});
	t.deepEqual([outcome.othersFailed, outcome.broken, outcome.othersBroken], [1, 1, 1]);
	t.deepEqual(outcome.reasons.toSorted(), ['1 its clients: refused, errno', '1 others: reset, errno', '2 its clients: reset, errno']);
});

test('what has not happened has no time', t => {
	const nothing = outcomeOf({...seen, answers: seen.answers.slice(0, 2), told: []}, {madeAtMs}, new Set(['web2']), () => true);
	t.deepEqual([nothing.noticedMs, nothing.movedMs, nothing.returnedMs, nothing.returnedAfterHealMs], [undefined, undefined, undefined, undefined]);
	t.is(nothing.failures.untilMoved, 2);
});

test('only what happens suddenly may break what is in flight, and nothing may break for others', t => {
	const result: FaultResult = {...outcome, othersFailed: 0, othersBroken: 0, failures: {inFlight: 1, untilMoved: 1, later: 0}, name: 'killed', nature: 'sudden', said: [], latenessMs: 0};
	t.deepEqual(brokenBy(result), []);
	t.is(brokenBy({...result, nature: 'asked'}).length, 2);
	t.is(brokenBy({...result, failures: {inFlight: 0, untilMoved: 0, later: 1}, othersFailed: 1}).length, 2);
	t.regex(resultTable([result, result]), /^\| killed \| 2 \| 7 ms \(7 ms\) \| 40 ms \(40 ms\) \| 900 ms \(900 ms\) \| 800 ms \(800 ms\) \| 2 \| 2 \| 0 \| 2 \| 0 \|$/m);
});

for (const {name, text} of allSeries) {
	test(`the farm of ${name} is a configuration without a problem`, t => {
		const topology = topologyOf({name, nodesCount: 3, networksCount: 2, mode: 'unicast', detectionMs: 300, application: text('/tmp/a folder')});
		const result = parseText(renderLabConfig(topology, '/tmp/lab/farm.key'));
		t.true('farm' in result, JSON.stringify(result));
	});
}
