import test from 'ava';
import fc from 'fast-check';
import type {Status} from '../../src/core/status/status.js';
import {lineWidth} from '../../src/tui/line.js';
import {emptyModel, fail, press, receive, type TopModel} from '../../src/tui/top-model.js';
import {topView, type Screen} from '../../src/tui/top-view.js';
import {applied, booting, checkDown, checkNoted, healthy, many, oneDead, oneNetworkLost, samples, serviceDead} from '../core/status/samples.js';

const modelOf = (status: Status): TopModel => receive(emptyModel, status, 1000);

const draw = (model: TopModel, nowMs: number, screen: Screen): string => {
	const {header, body, events, footer} = topView(model, nowMs, screen);
	return [...header, ...body, ...events, ...footer].map(line => line.map(({text}) => text).join('').trimEnd()).join('\n');
};

test('a node is dead, 100 columns', t => {
	t.is(draw(modelOf(oneDead), 1000, {columns: 100, rows: 29}), `\
web degraded  all 2520 slots covered  seen from web1, up 3 min 5 s
accepted –  filtered –  connections 12  detection 300 ms  lease 212 ms
web2 is DEAD: no heartbeat for 4.2 s  next: on web2: farmctl status

node  state                                          share  slots  heartbeat  problem
web1  UP     ███████████████████···················  50.0%   1260       self
web2  DEAD   ······································   0.0%      0      4.2 s  no heartbeat for 4.2 s
web3  UP     ███████████████████···················  50.0%   1260      13 ms
last events (UTC)
03:01:00 web1 joins the farm
03:01:01 web1, web2 and web3 serve
03:04:01 web2 is dead: not heard for 300 ms

q quit  ? help`);
});

test('a node is dead, 40 columns and 12 rows', t => {
	t.is(draw(modelOf(oneDead), 1000, {columns: 40, rows: 12}), `\
web degraded  all 2520 slots covered
accepted –  filtered –  connections 12
web2 is DEAD: no heartbeat for 4.2 s

node  state          share  problem
web1  UP     ███···  50.0%
web2  DEAD   ······   0.0%  no heartbea…
web3  UP     ███···  50.0%
last events (UTC)
03:04:01 web2 is dead: not heard for 30…

q quit  ? help`);
});

test('a network is lost, 80 columns: the worst network has a line', t => {
	t.is(draw(modelOf(oneNetworkLost), 1000, {columns: 80, rows: 24}).split('\n').slice(0, 5).join('\n'), `\
web degraded  all 2520 slots covered  seen from web1, up 3 min 5 s
accepted –  filtered –  connections 12  detection 300 ms  lease 212 ms
network 2 (198.51.100.11): web3 silent for 12 s, loss 3.2% (web2), rtt at most…
network 2 (198.51.100.11 here) is lost: web3 silent for 12 s
`);
});

test('an application has a line', t => {
	const lineOf = (status: Status): string => draw(modelOf(status), 1000, {columns: 100, rows: 24}).split('\n', 3)[2]!;
	t.is(lineOf(applied), 'services 2 of 2 run  checks 2 of 2 up  c shows them');
	t.is(lineOf(checkDown), 'services 2 of 2 run  checks 2 of 3 up: db down for 12 s  c shows them');
	t.is(lineOf(serviceDead), 'services 1 of 2 run: api starting  checks 2 of 2 up  c shows them');
});

const choosing = (status: Status, ...moves: ReadonlyArray<'up' | 'down'>): TopModel => {
	const {scrollMax} = topView(press(modelOf(status), 'checks', 0), 1000, {columns: 80, rows: 23});
	return moves.reduce((model, move) => press(model, move, scrollMax), press(modelOf(status), 'checks', 0));
};

test('the screen of the application, 80 columns: the first that is down is chosen and its last results shown', t => {
	t.is(draw(choosing(checkNoted), 1000, {columns: 80, rows: 23}), `\
web degraded  all 2520 slots covered  seen from web1, up 3 min 5 s
services 2 of 2 run  checks 3 of 5 up: db down for 12 s  c goes back
check db on web1 is down for 12 s: timeout: no answer within 1 s

   check     state           for     last 10  reason  (3 of 5)
   page      up        3 min 5 s  ++++++++++
   api       up        3 min 5 s  ++++++++++
>  db        down           12 s  +++++++--t  timeout: no answer within 1 s
   page-tls  up        3 min 5 s  ++++++++++  the certificate ends in 9 d

last results of db, tcp 10.0.0.5:5432
03:04:00.250  up       3 ms  status 200
03:04:01.250  up       3 ms  status 200
03:04:02.250  up       3 ms  status 200
03:04:03.250  up       3 ms  status 200
03:04:04.250  up       3 ms  status 200
03:04:05.250  up       3 ms  status 200
03:04:06.250  up       3 ms  status 200
03:04:07.250  down     3 ms  connection refused
03:04:08.250  down     3 ms  connection refused
03:04:09.250  timeout  3 ms  no answer within 1 s

q quit  ? help`);
});

test('the screen of the application, 120 columns: services too', t => {
	const screen = draw(choosing(checkNoted), 1000, {columns: 120, rows: 39});
	t.regex(screen, /\nservice {2}state .*\nweb {6}running .*\napi .*\n\n {3}check .*\n {3}page .*\n {3}api .*\n> {2}db /u);
});

test('a small screen keeps some checks and the newest results', t => {
	const screen = draw(choosing(checkNoted), 1000, {columns: 60, rows: 14});
	t.regex(screen, /> {2}db .*\n.*\n\nlast results of db.*\n.*\n.*no answer within 1 s\n/u);
});

test('a check without results, and an application without anything', t => {
	const last = choosing(checkNoted, 'down', 'down', 'down');
	t.is(last.selected, 4);
	t.regex(draw(last, 1000, {columns: 80, rows: 23}), /> {2}queue .*\n\nlast results of queue.*\nnone: it is disabled/u);
	t.regex(draw(choosing(healthy), 1000, {columns: 80, rows: 23}), /no services and no checks are configured/u);
});

test('the same key goes back to the nodes, where they were', t => {
	const model = press(choosing(checkNoted, 'up'), 'checks', 0);
	t.like(model, {isApplicationShown: false, scroll: 0, selected: 1});
	t.regex(draw(model, 1000, {columns: 80, rows: 23}), /\nweb2 /u);
});

test('a daemon that just boots', t => {
	t.regex(draw(modelOf(booting), 1000, {columns: 80, rows: 24}), /^web down {2}0 of 2520 slots covered .*\n.*lease none\nweb1 \(this node\) is WAIT: hears out its peers/u);
});

test('a daemon that went away: nothing old is shown as certain', t => {
	const screen = draw(fail(modelOf(healthy), 'no daemon answers'), 4999, {columns: 80, rows: 24});
	t.regex(screen, /^web was healthy .*\ndaemon not answering, last seen 3 s ago\n/u);
	t.notRegex(screen, /lease|accepted/u);
	const {body, header} = topView(fail(modelOf(healthy), 'gone'), 4999, {columns: 80, rows: 24});
	t.false([...body, header[0]!].flat().some(({tone}) => tone === 'good'));
});

test('a daemon that hangs is told before its request fails', t => {
	t.regex(draw(modelOf(healthy), 3500, {columns: 80, rows: 24}), /last seen 2 s ago/u);
	t.notRegex(draw(modelOf(healthy), 2900, {columns: 80, rows: 24}), /last seen/u);
});

test('an answer ends the complaint', t => {
	const model = receive(fail(modelOf(healthy), 'gone'), {...healthy, uptimeMs: 190_000}, 9000);
	t.regex(draw(model, 9000, {columns: 80, rows: 24}), /^web healthy /u);
});

test('rates come from two snapshots', t => {
	const later: Status = {...healthy, uptimeMs: healthy.uptimeMs + 500, filter: {backEnd: 'nft', counters: {...healthy.filter.counters!, acceptedPackets: 7500, foreignPackets: 17_000}}};
	t.regex(draw(receive(modelOf(healthy), later, 1500), 1500, {columns: 80, rows: 24}), /accepted 13\.0k\/s {2}filtered 30\.0k\/s/u);
});

test('more nodes than rows: scrolled and counted', t => {
	const screen = {columns: 80, rows: 12};
	const model = modelOf(many(10));
	t.regex(draw(model, 1000, screen), /\nweb1 .*\n0 above, [5-9] below\n/su);
	const {scrollMax} = topView(model, 1000, screen);
	const [end, past] = [scrollMax, scrollMax + 3].map(times => {
		let scrolled = model;
		for (let time = 0; time < times; time++) {
			scrolled = press(scrolled, 'down', scrollMax);
		}

		return scrolled;
	});
	t.regex(draw(end!, 1000, screen), /\nweb10 .*\n[5-9] above, 0 below\n/su);
	t.is(past!.scroll, scrollMax);
	t.is(press(past!, 'up', scrollMax).scroll, scrollMax - 1);
});

test('help replaces the nodes and names every key', t => {
	const model = press(modelOf(healthy), 'help', 0);
	const screen = draw(model, 1000, {columns: 80, rows: 24});
	t.regex(screen, /q {6}quit/u);
	t.notRegex(screen, /web2/u);
	t.is(draw(press(model, 'help', 0), 1000, {columns: 80, rows: 24}), draw(modelOf(healthy), 1000, {columns: 80, rows: 24}));
});

test('a held picture stays, and goes on with the newest', t => {
	const held = receive(press(modelOf(healthy), 'pause', 0), oneDead, 2000);
	t.regex(draw(held, 2000, {columns: 80, rows: 24}), /^web healthy .*held, space goes on$/su);
	t.regex(draw(receive(press(held, 'pause', 0), oneDead, 2500), 2500, {columns: 80, rows: 24}), /^web degraded /u);
});

test('no screen is too small and no line too long', t => {
	fc.assert(fc.property(
		fc.constantFrom(...Object.values(samples), many(64)),
		fc.record({columns: fc.integer({min: 1, max: 130}), rows: fc.integer({min: 1, max: 50})}),
		fc.record({
			isHelpShown: fc.boolean(), isApplicationShown: fc.boolean(), scroll: fc.nat(70), selected: fc.nat(70),
		}),
		fc.boolean(),
		(status, screen, wishes, hasFailed) => {
			const model = {...modelOf(status), ...wishes, ...(hasFailed && {failure: 'gone'})};
			const {header, body, events, footer} = topView(model, 5000, screen);
			const lines = [...header, ...body, ...events, ...footer];
			return lines.length <= screen.rows && lines.every(line => lineWidth(line) <= screen.columns);
		},
	), {numRuns: 500});
	t.pass();
});
