import test from 'ava';
import {isColoured} from '../../src/cli/status/paint.js';
import {renderEvent} from '../../src/cli/events/render-event.js';
import {renderStatus} from '../../src/cli/status/render-status.js';
import {displayWidth} from '../../src/core/status/display-width.js';
import type {Status} from '../../src/core/status/status.js';
import {booting, checkDown, grouped, handingOver, healthy, many, oneDead, oneNetworkLost, oneWaiting, samples, serviceDead} from '../core/status/samples.js';

const reads = test.macro<[Status, number | undefined, string]>((t, status, width, text) => {
	t.is(renderStatus(status, {width, colour: false}), text);
});

test('healthy', reads, healthy, 80, `\
web: healthy, all 2520 slots covered (seen from web1, up 3 min 5 s)

node  state  share  slots  heartbeat  version
web1  UP     33.3%    840       self  0.1.0
web2  UP     33.3%    840      12 ms  0.1.0
web3  UP     33.3%    840      13 ms  0.1.0
`);

test('several groups, each with shares of its own', reads, grouped, 80, `\
web: healthy, all 7560 slots covered (seen from web1, up 3 min 5 s)

node  state  default  static   admin  slots  heartbeat  version
web1  UP       33.3%   83.3%  100.0%   5459       self  0.1.0
web2  UP       33.3%   16.7%    0.0%   1261      12 ms  0.1.0
web3  UP       33.3%    0.0%    0.0%    840      13 ms  0.1.0
`);

test('one node is dead', reads, oneDead, 80, `\
web: degraded, all 2520 slots covered (seen from web1, up 3 min 5 s)

node  state  share  slots  heartbeat  version  problem
web1  UP     50.0%   1260       self  0.1.0
web2  DEAD    0.0%      0      4.2 s  0.1.0    no heartbeat for 4.2 s
web3  UP     50.0%   1260      13 ms  0.1.0

web2 is DEAD: no heartbeat for 4.2 s
  next: on web2: farmctl status
`);

test('one node waits with a reason', reads, oneWaiting, 80, `\
web: degraded, all 2520 slots covered (seen from web1, up 3 min 5 s)

node  state  share  slots  heartbeat  version  problem
web1  UP     50.0%   1260       self  0.1.0
web2  UP     50.0%   1260      12 ms  0.1.0    retains 137 connections in 420 s…
web3  WAIT    0.0%      0      13 ms  0.1.0    its rules differ from ours (fing…

web3 is WAIT: its rules differ from ours (fingerprint 0123456789abcdef)
  next: on web3: farmctl status
`);

test('a daemon that just boots', reads, booting, 80, `\
web: down, 0 of 2520 slots covered (seen from web1, up 120 ms)

node  state    share  slots  heartbeat  version  problem
web1  WAIT      0.0%      0       self  0.1.0    hears out its peers
web2  UNKNOWN   0.0%      0      never           never heard
web3  UNKNOWN   0.0%      0      never           never heard

web1 (this node) is WAIT: hears out its peers
  next: farmctl events -f

no node serves any slot
  next: farmctl events -f
`);

test('a network is lost for one node and loses heartbeats of another', reads, oneNetworkLost, 80, `\
web: degraded, all 2520 slots covered (seen from web1, up 3 min 5 s)

node  state  share  slots  heartbeat  version
web1  UP     33.3%    840       self  0.1.0
web2  UP     33.3%    840      12 ms  0.1.0
web3  UP     33.3%    840      13 ms  0.1.0

network 1 (192.0.2.11): rtt at most 0.21 ms, jitter 0.03 ms (web2)
network 2 (198.51.100.11): web3 silent for 12 s, loss 3.2% (web2), rtt at most 0.4 ms, jitter 0.03 ms (web2)

network 2 (198.51.100.11 here) is lost: web3 silent for 12 s
  next: on web3: ip -s link; farmctl status
`);

test('a check is down: when that was found and why', reads, checkDown, 80, `\
web: degraded, all 2520 slots covered (seen from web1, up 3 min 5 s)

node  state  share  slots  heartbeat  version  problem
web1  WAIT    0.0%      0       self  0.1.0    check db is down: timeout: no an…
web2  UP     50.0%   1260      12 ms  0.1.0
web3  UP     50.0%   1260      13 ms  0.1.0

on web1:
service  state          for  runs
web      running  3 h 5 min  nginx.service
api      running  3 min 5 s  /usr/bin/api --listen 8080

check  state        for     last 10  looks at                      reason
page   up     3 min 5 s  ++++++++++  http http://127.0.0.1/health
api    up     3 min 5 s  ++++++++++  tcp 127.0.0.1:80
db     down        12 s  +++++++--t  tcp 10.0.0.5:5432             timeout: no…

last results of check db:
from (UTC)    to            result   times  took  reason
03:04:00.250  03:04:06.250  up           7  3 ms  status 200
03:04:07.250  03:04:08.250  down         2  3 ms  connection refused
03:04:09.250  03:04:09.250  timeout      1  3 ms  no answer within 1 s

web1 (this node) is WAIT: check db is down: timeout: no answer within 1 s
  next: farmctl checkers run --once db
`);

test('what was done without an operator is told, and how much of it is left', t => {
	t.true(renderStatus(serviceDead, {width: 80, colour: false}).includes(`
automatic actions: 1 of 3 in 1 d, then the node stops
time (UTC)           action   reason
2026-01-02 03:04:05  restart  ended by signal SIGKILL
`));
});

test('forty columns', reads, oneDead, 40, `\
web: degraded, all 2520 slots covered (seen from web1, up 3 min 5 s)

node  state  share  heartbeat  problem
web1  UP     50.0%       self
web2  DEAD    0.0%      4.2 s  no heart…
web3  UP     50.0%      13 ms

web2 is DEAD: no heartbeat for 4.2 s
  next: on web2: farmctl status
`);

for (const [name, status] of Object.entries(samples)) {
	for (const width of [40, 60, 80, 120]) {
		test(`the table fits ${width} columns: ${name}`, t => {
			const [, table] = renderStatus(status, {width, colour: false}).split('\n\n', 2);
			for (const line of table!.split('\n')) {
				t.true(displayWidth(line) <= width, line);
			}
		});
	}
}

test('colours change nothing but the colours', t => {
	for (const status of Object.values(samples)) {
		const coloured = renderStatus(status, {width: 80, colour: true});
		t.regex(coloured, /\u{1B}\[/u);
		t.is(coloured.replaceAll(/\u{1B}\[\d+m/gu, '').replaceAll(/ +$/gmu, ''), renderStatus(status, {width: 80, colour: false}));
	}
});

test('many problems are told in the table and cut below it', t => {
	const status = {...many(10), nodes: many(10).nodes.map(node => node.id === 1 ? node : {...node, state: 'DEAD' as const})};
	t.regex(renderStatus(status, {colour: false}), /\n\nand 4 more\n$/u);
});

test('a peer cannot steer the terminal', t => {
	const nodes = handingOver.nodes.map(node => ({...node, problem: '\u{1B}]0;mine\u{7}', version: '\u{1B}[2J'}));
	t.notRegex(renderStatus({...handingOver, nodes}, {width: 80, colour: false}), /[\u{1B}\u{7}]/u);
});

test('an event is one line', t => {
	t.is(renderEvent(oneDead.events[2]!, {colour: false}), '2026-01-02T03:04:01.000Z warning node-dead: web2 is dead: not heard for 300 ms');
});

test('colour only on a terminal and never with NO_COLOR', t => {
	t.true(isColoured({isTTY: true}, {TERM: 'xterm'}));
	t.true(isColoured({isTTY: true}, {TERM: 'xterm', NO_COLOR: ''}));
	t.false(isColoured({isTTY: true}, {TERM: 'xterm', NO_COLOR: '1'}));
	t.false(isColoured({isTTY: true}, {TERM: 'dumb'}));
	t.false(isColoured({}, {TERM: 'xterm'}));
});
