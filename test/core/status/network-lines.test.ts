import test from 'ava';
import {healthOf} from '../../../src/core/status/health.js';
import {networkLines, worstNetworkLine} from '../../../src/core/status/network-lines.js';
import type {Status} from '../../../src/core/status/status.js';
import {healthy, network, oneNetworkLost} from './samples.js';

const withNetworks = (of: (id: number) => Array<ReturnType<typeof network>>, over: Partial<Status> = {}): Status => ({
	...healthy, ...over, nodes: healthy.nodes.map(node => ({...node, networks: of(node.id)})),
});
const texts = (status: Status): string[] => networkLines(status).map(({text}) => text);

test('one network that is well has no line; with loss above one percent it has', t => {
	t.deepEqual(texts(healthy), []);
	t.deepEqual(texts(withNetworks(id => [network(id, 1, id === 2 ? {lossPercent: 1} : {})])), []);
	const lossy = withNetworks(id => [network(id, 1, id === 2 ? {lossPercent: 1.1} : {})]);
	t.deepEqual(texts(lossy), ['network 1 (192.0.2.11): loss 1.1% (web2), rtt at most 0.21 ms, jitter 0.03 ms (web2)']);
	t.is(healthOf(lossy).health, 'healthy');
});

test('nothing measured yet', t => {
	const unknown = {lossPercent: null, rttMs: null, jitterMs: null, lastHeardMs: null};
	t.deepEqual(texts(withNetworks(id => [network(id, 1, unknown), network(id, 2, unknown)])), [
		'network 1 (192.0.2.11): no node heard yet', 'network 2 (198.51.100.11): no node heard yet',
	]);
});

test('no peer is heard on a network: this node is the one to look at', t => {
	const lost = withNetworks(id => [network(id, 1), network(id, 2, id === 1 ? {} : {isLost: true, lossPercent: 100, lastHeardMs: id === 2 ? 900 : null})]);
	t.is(texts(lost)[1], 'network 2 (198.51.100.11): all nodes silent for 900 ms');
	t.deepEqual(healthOf(lost).reasons, [{code: 'network', message: 'network 2 (198.51.100.11 here) is lost: all nodes silent for 900 ms', next: 'ip -s link'}]);
	t.is(healthOf(lost).health, 'degraded');
});

test('a network is not to blame for a node that sends nothing', t => {
	const nodes = oneNetworkLost.nodes.map(node => node.id === 3 ? {...node, state: 'DEAD' as const} : node);
	t.deepEqual(healthOf({...oneNetworkLost, nodes}).reasons.map(({code}) => code), ['node']);
	t.false(texts({...oneNetworkLost, nodes}).some(text => text.includes('web3')));
});

test('the worst network: one that lost a peer, then the one with the most loss, then the slowest', t => {
	t.is(worstNetworkLine(healthy), undefined);
	t.is(worstNetworkLine(oneNetworkLost)!.network, 2);
	t.is(worstNetworkLine(withNetworks(id => [network(id, 1, {lossPercent: 9}), network(id, 2, id === 3 ? {isLost: true} : {})]))!.network, 2);
	t.is(worstNetworkLine(withNetworks(id => [network(id, 1, {lossPercent: 0.4}), network(id, 2, {rttMs: 8})]))!.network, 1);
	t.is(worstNetworkLine(withNetworks(id => [network(id, 1), network(id, 2, {rttMs: 8})]))!.network, 2);
});
