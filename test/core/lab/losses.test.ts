import test from 'ava';
import {describeLoss, lossTable, parseLosses, renderLosses, type Loss} from '../../../src/core/lab/losses.js';
import {topologyOf} from '../../../src/core/lab/topology.js';

const topology = topologyOf({
	name: 'lab', nodesCount: 3, networksCount: 2, mode: 'unicast', detectionMs: 300,
});

const rulesOf = (loss: Loss): string[] => renderLosses(topology, [loss]).split('\n').filter(line => line.includes('drop')).map(line => line.trim());

const web1 = '{ "to-web1", "to-web1-2" }';
const web2 = '{ "to-web2", "to-web2-2" }';
const others = '{ "to-web2", "to-web2-2", "to-web3", "to-web3-2", "to-client" }';

const cases: ReadonlyArray<{readonly loss: Loss; readonly rules: readonly string[]; readonly told: Readonly<Record<string, string>>}> = [
	{
		loss: {kind: 'mute', node: 'web1', peer: undefined, percent: 100, network: undefined},
		rules: [`iifname ${web1} oifname ${others} udp dport 4803 drop comment "mute web1 * 100 *"`],
		told: {web1: 'mute'},
	},
	{
		loss: {kind: 'deaf', node: 'web1', peer: 'web2', percent: 20, network: undefined},
		rules: [`iifname ${web2} oifname ${web1} udp dport 4803 numgen random mod 100 < 20 drop comment "deaf web1 web2 20 *"`],
		told: {web1: 'deaf to web2 by 20 %'},
	},
	{
		loss: {kind: 'cut-heartbeats', node: 'web1', peer: 'web2', percent: 100, network: 2},
		rules: [
			'iifname { "to-web1-2" } oifname { "to-web2-2" } udp dport 4803 drop comment "cut-heartbeats web1 web2 100 2"',
			'iifname { "to-web2-2" } oifname { "to-web1-2" } udp dport 4803 drop comment "cut-heartbeats web1 web2 100 2"',
		],
		told: {web1: 'heartbeats cut with web2 on network 2', web2: 'heartbeats cut with web1 on network 2'},
	},
	{
		loss: {kind: 'cut-uplink', node: 'web1', peer: undefined, percent: 100, network: undefined},
		rules: [
			`iifname ${web1} oifname ${others} drop comment "cut-uplink web1 * 100 *"`,
			`iifname ${others} oifname ${web1} drop comment "cut-uplink web1 * 100 *"`,
		],
		told: {web1: 'uplink cut'},
	},
];

for (const {loss, rules, told} of cases) {
	test(`${Object.values(told)[0]}: its rules, and who is told`, t => {
		t.deepEqual(rulesOf(loss), rules);
		for (const name of ['web1', 'web2', 'web3']) {
			t.is(describeLoss(loss, name), told[name], `of ${name}`);
		}
	});
}

test('what is rendered is read back from the comments, a fault of two rules once', t => {
	const losses = cases.map(({loss}) => loss);
	const comments = [...renderLosses(topology, losses).matchAll(/comment "([^"]*)"/g)].map(match => match[1]!);
	t.is(comments.length, 6);
	const listed = {nftables: [{metainfo: {}}, ...comments.map(comment => ({rule: {table: lossTable, comment}})), {rule: {table: 'other', comment: comments[0]}}]};
	t.deepEqual(parseLosses(JSON.stringify(listed)), losses);
});

test('no losses leave no table, and what others write into one is none', t => {
	t.is(renderLosses(topology, []), `add table bridge ${lossTable}\ndelete table bridge ${lossTable}\n`);
	t.deepEqual(parseLosses(''), []);
	t.deepEqual(parseLosses(JSON.stringify({nftables: [{rule: {table: lossTable, comment: 'hello'}}, {rule: {table: lossTable}}]})), []);
});
