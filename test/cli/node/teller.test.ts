import test from 'ava';
import {createBarTeller, createLineTeller} from '../../../src/cli/node/teller.js';
import type {NodeReport} from '../../../src/core/control/node-orders.js';

const report: NodeReport = {
	node: 'web2', state: 'DRAINING', wanted: 'rest', slots: 0, retainedSlots: 100, connections: 40, cutInMs: 125_000,
	clients: [{address: '203.0.113.7', connections: 30}, {address: '2001:db8::1', connections: 10}], weights: {default: {weight: 1, isConfigured: true}},
};

/** What stands on a screen of these sizes after all that was written to it. */
function screenOf(columns: number, rows: number) {
	const lines: string[] = [''];
	let at = 0;
	return {
		columns,
		rows,
		lines,
		write(text: string) {
			for (const [piece, up, other] of text.matchAll(/\u{1B}\[(\d+)A|(\u{1B}\[[JK]|\r)|\n|[^\u{1B}\r\n]+/gu)) {
				if (up !== undefined) {
					at = Math.max(0, at - Number(up));
				} else if (piece === '\u{1B}[J') {
					lines.splice(at);
					lines[at] = '';
				} else if (piece === '\n') {
					at++;
					lines[at] ??= '';
				} else if (other === undefined) {
					lines[at] = piece;
				}
			}
		},
	};
}

test('each node has a bar and its clients, drawn again in place, and nothing is left of longer ones', t => {
	const screen = screenOf(100, 24);
	const teller = createBarTeller(screen, ['web2', 'gateway']);
	teller.tell(report);
	teller.tell({...report, node: 'gateway', connections: null, clients: []});
	t.deepEqual(screen.lines, [
		'web2     DRAINING  ····················  40 of 40 connections left, cut in 2 min 5 s',
		'         most: 203.0.113.7 30, 2001:db8::1 10',
		'gateway  DRAINING  ····················  counts its connections',
		'',
	]);
	teller.tell({...report, connections: 10, clients: [{address: '2001:db8::1', connections: 10}]});
	t.is(screen.lines[0], 'web2     DRAINING  ███████████████·····  10 of 40 connections left, cut in 2 min 5 s');
	teller.tell({...report, state: 'STOP', connections: 0, clients: [], slots: 0});
	teller.tell({...report, node: 'gateway', slots: 840, state: 'UP', clients: []});
	t.deepEqual(screen.lines, [
		'web2     STOP      ████████████████████  serves nothing any more',
		'gateway  UP        ····················  hands 840 slots over',
		'',
	]);
});

test('no line is wider than the screen, nor are there more than it has rows', t => {
	const screen = screenOf(40, 4);
	const names = ['a', 'b', 'c', 'd', 'e'];
	const teller = createBarTeller(screen, names);
	for (const node of names) {
		teller.tell({...report, node});
		t.true(screen.lines.every(line => line.length < 40), screen.lines.join('\n'));
		t.true(screen.lines.length <= 4);
	}
});

test('a line of JSON is told when something is new, and the time that passes is not', t => {
	const lines: string[] = [];
	const teller = createLineTeller(line => {
		lines.push(line);
	});
	teller.tell(report);
	teller.tell({...report, cutInMs: 124_000});
	teller.tell({...report, connections: 39});
	t.deepEqual(lines.map(line => (JSON.parse(line) as NodeReport).connections), [40, 39]);
	t.like(JSON.parse(lines[0]!), {event: 'progress', cutInMs: 125_000});
});
