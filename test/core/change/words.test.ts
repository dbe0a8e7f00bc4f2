import test from 'ava';
import {differencesBetween, renderDifference} from '../../../src/core/change/differences.js';
import {predict} from '../../../src/core/change/prediction.js';
import {renderPlan} from '../../../src/core/change/render-plan.js';
import {restartReasons} from '../../../src/core/change/restart-reasons.js';
import {ownershipFingerprint} from '../../../src/core/config/ownership.js';
import {deriveTiming} from '../../../src/core/config/timing.js';
import {noApplication} from '../../../src/core/model/application.js';
import type {Farm} from '../../../src/core/model/farm.js';
import {slotsCount} from '../../../src/core/model/slot-set.js';
import {farmWith, ruleFor, vip4, vips} from '../../kernel/support/machine.js';
import {plainGroup} from '../../../src/core/model/group.js';
import {otherVip, twoNodes} from './farms.js';

/** With the weights of its nodes. */
const withNodes = (farm: Farm, nodes: Farm['nodes']): Farm => ({...farm, nodes, groups: [plainGroup('default', nodes)]});

const farm = withNodes(farmWith({vips: [vip4], rules: [ruleFor(vips[4], 'tcp', [80], 'client'), ruleFor(vips[4], 'udp', [53], 'client')]}), twoNodes);
const serving = twoNodes.map(({id}) => ({id, weights: [1]}));
const web3 = {name: 'web3', id: 3, addresses: ['192.0.2.13'], weight: 1};
const linesOf = (after: Farm): string[] => differencesBetween(farm, after).map(difference => renderDifference(difference));

const moves = (after: Farm, members: typeof serving): number => predict(farm, after, members).slotsMoved[0]!.slots;

test('each thing that comes, goes or changes is one line', t => {
	t.deepEqual(linesOf(farm), []);
	t.deepEqual(linesOf({...farm, nodes: twoNodes.toReversed(), rules: farm.rules.toReversed()}), []);
	t.deepEqual(linesOf({
		...withNodes(farm, [{...twoNodes[0]!, weight: 3}, web3]),
		heartbeat: {...farm.heartbeat, timing: deriveTiming({detection: farm.heartbeat.timing.detectionMs * 2})},
		vips: [{...vip4, mode: 'multicast'}, otherVip],
		rules: [ruleFor(vips[4], 'tcp', [80], 'connection'), ruleFor(otherVip.address, 'tcp', [443], 'client')],
	}).filter(line => !/interval|lease|silence|detection-max/.test(line)), [
		'~ node web1 weight: 1 -> 3',
		'- node web2: id 2, addresses 192.0.2.12, weight 1',
		'+ node web3: id 3, addresses 192.0.2.13, weight 1',
		'~ heartbeat detection: 300ms -> 600ms',
		'~ VIP 192.0.2.100 mode: unicast -> multicast',
		`+ VIP 192.0.2.101: prefix /24, interface eth0, mode unicast, mac ${otherVip.mac}`,
		'~ rule tcp 192.0.2.100 from port 80 affinity: client -> connection',
		'- rule udp 192.0.2.100 from port 53: ports 53, affinity client, group default',
		'+ rule tcp 192.0.2.101 from port 443: ports 443, affinity client, group default',
	]);
});

test('what an application has is told key by key', t => {
	const service = {name: 'web', run: {kind: 'unit', unit: 'nginx.service'} as const, startTimeoutMs: 60_000, stopTimeoutMs: 60_000};
	const app = {...service, name: 'app', run: {kind: 'command', command: ['/usr/bin/app', 'a b'], folder: '/', environment: {}} as const};
	const check = {
		name: 'port', probe: {type: 'tcp', address: '127.0.0.1', port: 80}, intervalMs: 2000, jitterMs: 200, timeoutMs: 1000, rise: 2, fall: 3, initial: 'unknown', action: 'restart', handler: undefined, when: 'up',
	} as const;
	const before: Farm = {...farm, application: {...noApplication, services: [service, app], checks: [check]}};
	const lines = (application: Partial<Farm['application']>): string[] =>
		differencesBetween(before, {...before, application: {...before.application, ...application}}).map(difference => renderDifference(difference));
	t.deepEqual(lines({}), []);
	t.deepEqual(lines({
		services: [{...app, startTimeoutMs: 5000}, {...service, run: {kind: 'unit', unit: 'httpd.service'}}],
		checks: [{...check, intervalMs: 5000, probe: {...check.probe, port: 8080}}, {...check, name: 'line', probe: {type: 'interface', interface: 'eth0'}}],
		hooks: {commands: {'on-state': ['/bin/tell']}, timeoutMs: 30_000}, keepAtLeast: 2, probe: {address: '0.0.0.0', port: 8080},
	}), [
		'~ service web unit: nginx.service -> httpd.service',
		'~ service app start-timeout: 1m -> 5s',
		'~ order of services: web, app -> app, web',
		'~ check port port: 80 -> 8080',
		'~ check port interval: 2s -> 5s',
		'+ check line: type interface, interface eth0, interval 2s, jitter 200ms, timeout 1s, rise 2, fall 3, initial unknown, action restart, when up',
		'~ hooks: {timeout: 30s} -> {on-state: [/bin/tell], timeout: 30s}',
		'~ keep-at-least: 1 -> 2',
		'~ probe: none -> {listen: "0.0.0.0:8080"}',
	]);
	const planned = (application: Partial<Farm['application']>): string => {
		const after = {...before, application: {...before.application, ...application}};
		return renderPlan({
			farm: 'web', node: 'web1', differences: differencesBetween(before, after), prediction: predict(before, after, serving), refusals: [], away: [],
		});
	};

	t.true(planned({services: [{...app, run: {...app.run, folder: '/tmp'}}]}).includes('after it has handed its share over where others serve: web, app\n'));
	t.false(planned({services: [{...service, stopTimeoutMs: 1}, app], keepAtLeast: 2}).includes('handed'));
	t.deepEqual(lines({services: [app]}), ['- service web: unit nginx.service, start-timeout 1m, stop-timeout 1m']);
	t.is(ownershipFingerprint({...before, application: noApplication}), ownershipFingerprint(before), 'what a node runs decides nothing of who serves a client');
	t.deepEqual(restartReasons(before, {...before, application: noApplication}, 1), []);
});

test('a node that is added takes its share, and only that moves', t => {
	const prediction = predict(farm, withNodes(farm, [...twoNodes, web3]), serving);
	t.deepEqual(prediction.slotsMoved, [{group: 'default', slots: slotsCount / 3}]);
	t.false(prediction.needsMiddle);
	t.deepEqual(prediction.shares, ['web1', 'web2', 'web3'].map((node, index) => ({group: 'default', node, before: index < 2 ? 1 / 2 : undefined, after: 1 / 3})));
	t.is(prediction.disruption, 1 / 3);
	t.deepEqual(prediction.effects.map(({kind, part}) => [kind, part]), [['stays', 1 / 3], ['moves', 1 / 3]]);
});

test('a node that is removed gives up what it has; one that does not serve moves nothing', t => {
	t.is(moves(withNodes(farm, [twoNodes[0]!]), serving), slotsCount / 2);
	t.is(moves(withNodes(farm, [twoNodes[0]!]), [serving[0]!]), 0);
});

test('a weight that a node runs with stays where the configured one does not change', t => {
	const running = [{id: 1, weights: [3]}, {id: 2, weights: [1]}];
	t.is(moves(farm, running), 0);
	t.true(moves(withNodes(farm, [{...twoNodes[0]!, weight: 2}, twoNodes[1]!]), running) > 0);
});

test('clients of another affinity are dealt anew, half of them to their own node by chance', t => {
	const {needsMiddle, effects, disruption, slotsMoved} = predict(farm, {...farm, rules: farm.rules.map(rule => ({...rule, affinity: 'connection' as const}))}, serving);
	t.true(needsMiddle);
	t.deepEqual(slotsMoved, [{group: 'default', slots: 0}]);
	t.is(disruption, 1 / 2);
	t.deepEqual(effects.map(({kind}) => kind), ['stays', 'moves']);
});

test('what goes away is told', t => {
	const gone = predict(farm, {...farm, vips: [otherVip], rules: [ruleFor(otherVip.address, 'tcp', [80], 'client')]}, serving);
	t.deepEqual(gone.effects.map(({what, kind}) => [what, kind]), [['VIP 192.0.2.100', 'ends']]);
	t.is(gone.disruption, 1);
	const moved = predict(farm, {...farm, vips: [{...vip4, mac: '0a:00:00:00:00:99'}]}, serving);
	t.deepEqual([moved.effects.map(({kind}) => kind), moved.disruption], [['pauses'], 0]);
});

test('what needs a restart is told in a sentence each', t => {
	t.deepEqual(restartReasons(farm, {...farm, vips: [otherVip], rules: [], quorum: 'majority', finishMs: 1, keyFile: '/other'}, 1), []);
	t.deepEqual(restartReasons(farm, {...farm, name: 'other', backend: 'iptables', seed: 1}, 1), [
		'the farm\'s name cannot change while the daemon runs', 'the back end cannot change while the daemon runs', 'the seed cannot change while the daemon runs',
	]);
	t.deepEqual(restartReasons(farm, {...farm, nodes: [web3]}, 1), ['the configuration has no node with the id 1 of this one: drain and stop this node first']);
	t.deepEqual(restartReasons(farm, {...farm, nodes: [{...twoNodes[0]!, id: 9}]}, 1), ['this node\'s id cannot change while the daemon runs']);
	const wider = {...twoNodes[0]!, addresses: ['192.0.2.11', '198.51.100.1']};
	t.deepEqual(restartReasons(farm, {...farm, nodes: [wider, twoNodes[1]!]}, 1), ['the number of heartbeat networks cannot change while the daemon runs']);
});

test('a group that comes, its priority and its weights are told; a rule that goes to it is dealt anew', t => {
	const after: Farm = {...farm, groups: [...farm.groups, {name: 'admin', weights: {1: 1, 2: 5}, order: [2, 1]}], rules: farm.rules.map(rule => ({...rule, group: 'admin'}))};
	t.deepEqual(linesOf(after).slice(0, 2), ['+ group admin: weights web2 5, priority web2, web1', '~ rule tcp 192.0.2.100 from port 80 group: default -> admin']);
	const {needsMiddle, disruption, shares} = predict(farm, after, serving);
	t.true(needsMiddle);
	t.is(disruption, 1 / 2);
	t.deepEqual(shares.filter(({group}) => group === 'admin'), [
		{group: 'admin', node: 'web1', before: undefined, after: undefined}, {group: 'admin', node: 'web2', before: undefined, after: 1},
	]);
});
