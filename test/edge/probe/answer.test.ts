import test from 'ava';
import {probeAnswer, reasonLengthMax} from '../../../src/edge/probe/answer.js';
import type {ProbeReport} from '../../../src/edge/probe/report.js';

const up: ProbeReport = {
	farm: 'web', node: 'web1', state: 'UP', isUp: true, reason: '',
};
const draining: ProbeReport = {...up, state: 'DRAINING', isUp: false, reason: 'an operator drains it'};
const get = {method: 'GET', accept: undefined};

const lines: ReadonlyArray<readonly [string, ProbeReport | string, number, string]> = [
	['a node that is UP', up, 200, 'UP\n'],
	['one that is UP and hindered', {...up, reason: 'degraded: check db is down'}, 200, 'UP: degraded: check db is down\n'],
	['one that is not UP, with the reason', draining, 503, 'DRAINING: an operator drains it\n'],
	['one that is UP and may not accept', {...up, isUp: false, reason: 'it has no lease'}, 503, 'UP: it has no lease\n'],
	['one of which nobody knows', 'the daemon has not answered for 1000 ms', 503, 'UNKNOWN: the daemon has not answered for 1000 ms\n'],
	['a reason of several lines in one', {...draining, reason: 'a\r\nx-header: b\u{1B}[2J'}, 503, 'DRAINING: a\u{FFFD}x-header: b\u{FFFD}[2J\n'],
];

for (const [what, report, status, body] of lines) {
	test(`${what} is told as ${status}`, t => {
		const answer = probeAnswer(report, get);
		t.is(answer.status, status);
		t.is(answer.body, body);
		t.is(answer.headers['content-length'], String(Buffer.byteLength(body)));
		t.is(answer.headers['cache-control'], 'no-store');
	});
}

test('a reason without end is cut', t => {
	t.is(probeAnswer({...draining, reason: 'x'.repeat(10_000)}, get).body.length, 'DRAINING: \n'.length + reasonLengthMax);
});

test('as JSON for those who ask for it', t => {
	const json = {method: 'GET', accept: 'application/json'};
	t.deepEqual(JSON.parse(probeAnswer(up, json).body), {isUp: true, state: 'UP', farm: 'web', node: 'web1'});
	t.deepEqual(JSON.parse(probeAnswer(draining, json).body), {isUp: false, state: 'DRAINING', reason: 'an operator drains it', farm: 'web', node: 'web1'});
	t.deepEqual(JSON.parse(probeAnswer('it hangs', json).body), {isUp: false, state: 'UNKNOWN', reason: 'it hangs'});
});

const wishes: ReadonlyArray<readonly [string | undefined, boolean]> = [
	[undefined, false], ['', false], ['*/*', false], ['text/plain', false], ['application/json', true], ['Application/JSON;charset=utf-8', true], ['application/*', true],
	['text/html,application/json;q=0.9,*/*;q=0.8', true], ['text/plain;q=0.5, application/json;q=0.4', false], ['application/json;q=0', false], ['application/json;q=x', false], [';;,,q=', false],
];

for (const [accept, isJson] of wishes) {
	test(`Accept ${String(accept)} gets ${isJson ? 'JSON' : 'text'}`, t => {
		t.is(probeAnswer(up, {method: 'GET', accept}).headers['content-type']!.startsWith('application/json'), isJson);
	});
}

test('nothing but GET and HEAD is known', t => {
	t.like(probeAnswer(up, {method: 'POST', accept: undefined}), {status: 405, headers: {allow: 'GET, HEAD'}});
	t.is(probeAnswer(up, {method: 'HEAD', accept: undefined}).status, 200);
});
