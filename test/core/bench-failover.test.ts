import test from 'ava';
import {renderKeepalivedConfig} from '../bench/failover/keepalived.js';
import {clientsRow, outageRows, type Measured} from '../bench/failover/rows.js';
import type {RunResult} from '../bench/failover/run.js';
import {summarize} from '../bench/failover/series.js';
import {Watch} from '../bench/failover/watch.js';

/** A client that has asked every 5 ms from 0 on, and had these answers. */
function watchWith(requests: number, answers: ReadonlyArray<readonly [sequence: number, node: string]>): Watch {
	const watch = new Watch('10.77.1.1');
	for (let sequence = 0; sequence < requests; sequence++) {
		watch.sent(sequence, sequence * 5);
	}

	for (const [sequence, node] of answers) {
		watch.answered(sequence, node);
	}

	return watch;
}

test('an outage lasts from the first request without an answer to the next one with', t => {
	const {lost, outageMs, node, waitingMs} = watchWith(10, [[0, 'web1'], [1, 'web1'], [5, 'web2'], [6, 'web2'], [8, 'web2'], [9, 'web2']]).look(50);
	t.like({lost, outageMs, node, waitingMs}, {lost: 4, outageMs: 15, node: 'web2', waitingMs: 0});
});

test('late answers are no outage, and what is open is told as waiting', t => {
	const watch = watchWith(4, [[0, 'web1'], [1, 'web1']]);
	t.like(watch.look(500), {lost: 0, outageMs: 0, waitingMs: 490});
	watch.answered(2, 'web1');
	watch.answered(3, 'web1');
	t.like(watch.look(500), {lost: 0, outageMs: 0, waitingMs: 0});
});

test('a look begins anew but keeps what is open and who answered', t => {
	const watch = watchWith(4, [[0, 'web1'], [2, 'web1']]);
	watch.begin();
	t.like(watch.look(20), {lost: 0, outageMs: 0, nodeBefore: 'web1', waitingMs: 5});
	watch.sent(4, 20);
	watch.answered(4, 'web2');
	t.like(watch.look(20), {lost: 1, outageMs: 5, nodeBefore: 'web1', node: 'web2'});
});

test('a second answer, or one that was overtaken, changes nothing', t => {
	const watch = watchWith(3, [[2, 'web1'], [2, 'web2'], [0, 'web2']]);
	t.like(watch.look(10), {lost: 2, node: 'web1', overtaken: 2});
});

const result = (overrides: Partial<RunResult>): RunResult => ({
	outageMs: 280, worstMs: 290, clients: 40, affected: 10, othersAffected: 0, othersOutageMs: 0, healMs: 0, latenessMs: 1, ...overrides,
});

test('runs are summed up by their median and their worst client', t => {
	t.like(summarize([result({}), result({outageMs: 300, worstMs: 302}), result({outageMs: 250, othersAffected: 2, affected: 13, othersOutageMs: 7})]), {
		runs: 3, medianMs: 280, worstMs: 302, affectedShare: 33 / 120, othersAffected: 2, othersRuns: 1, othersWorstMs: 7,
	});
});

const measured = (name: string, overrides: Partial<RunResult>, missing = 0): Measured => ({name, results: [result(overrides)], missing});

test('a longer outage, a run without an end, and a client of another node that noticed, break the promise', t => {
	const other = measured('keepalived', {outageMs: 280, worstMs: 300, affected: 40});
	const kept = (farm: Measured, isPromised = true): unknown[] => outageRows({what: 'cut', farm, other}, {isPromised}).map(({promise}) => promise?.isKept);
	t.deepEqual(kept(measured('farmctl', {outageMs: 279, worstMs: 301})), [true, false]);
	t.deepEqual(kept(measured('farmctl', {outageMs: 279, worstMs: 299}, 1)), [false, false]);
	t.deepEqual(kept({name: 'farmctl', results: [], missing: 10}), [false, false]);
	t.deepEqual(kept(other, false), [undefined, undefined]);
	t.like(clientsRow({what: 'cut', farm: measured('farmctl', {}), other})[0], {measured: '25 %; none of other nodes', ratio: 0.25, promise: {isKept: true}});
	t.like(clientsRow({what: 'cut', farm: measured('farmctl', {othersAffected: 1, affected: 11, othersOutageMs: 5}), other})[0], {promise: {isKept: false}});
});

test('keepalived is told in seconds', t => {
	t.regex(renderKeepalivedConfig({name: 'web2', vip: '10.77.0.100/16', priority: 100, advertMs: 10}), /vrrp_version 3\n[\s\S]*priority 100\n\tadvert_int 0\.01\n/);
});
