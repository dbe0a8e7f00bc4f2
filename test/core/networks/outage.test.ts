import test from 'ava';
import type {FarmEvent} from '../../../src/core/model/event.js';
import {judgeNetworks, lossToldEveryMs, namesShownMax, type PeerPaths} from '../../../src/core/networks/outage.js';
import {emptyPath, heardHeartbeat} from '../../../src/core/networks/path.js';
import {detectionMs, intervalMs} from './arrival.js';

const addresses = ['192.0.2.11', '198.51.100.11'];

/** Peers that are heard each interval on the networks that `isHeard` says, and looked at as often; what is told, with its time. */
function watch(untilMs: number, isHeard: (network: number, now: number) => boolean, {names = ['web2'], pauseMs = 0} = {}) {
	let peers: readonly PeerPaths[] = names.map((name, index) => ({
		node: {
			name, id: index + 2, weight: 1, addresses: addresses.map(address => `${address.slice(0, -2)}${12 + index}`),
		}, paths: addresses.map(() => emptyPath),
	}));
	const told: Array<readonly [at: number, event: FarmEvent]> = [];
	for (let now = 0; now <= untilMs; now += intervalMs) {
		peers = peers.map(({node, paths}) => ({
			node, paths: paths.map((path, network) => isHeard(network, now)
				? heardHeartbeat(path, {
					incarnation: 1, sequence: now / intervalMs, isGroup: false, detectionMs, now,
				})
				: path),
		}));
		const judged = judgeNetworks(peers, {addresses, detectionMs, now: now + pauseMs});
		peers = judged.peers;
		told.push(...judged.events.map(event => [now, event] as const));
	}

	return {told: told.map(([at, {name, fields}]) => `${at} ${name} ${fields!.network}`), events: told.map(([, event]) => event), peers};
}

test('nothing is told while both are heard, and none is lost while nobody is heard', t => {
	t.deepEqual(watch(5000, () => true).told, []);
	t.deepEqual(watch(5000, (_network, now) => now < 2000).told, []);
	t.deepEqual(watch(5000, () => false).told, []);
});

test('one network fails and returns', t => {
	const {told, events} = watch(5000, (network, now) => network === 0 || now < 2000 || now >= 4000);
	t.deepEqual(told, ['2250 network-lost 2', '4300 network-back 2']);
	t.is(events[0]!.message, 'network 2 (198.51.100.11): web2 (198.51.100.12) not heard there, but on another network; see: ip -s link');
	t.deepEqual(events[0]!.fields, {network: 2, address: '198.51.100.11', nodes: 'web2'});
	t.is(events[1]!.message, 'network 2 (198.51.100.11): web2 (198.51.100.12) heard there again');
});

test('the one fails after the other is back', t => {
	t.deepEqual(
		watch(9000, (network, now) => !(network === 0 && now >= 2000 && now < 4000) && !(network === 1 && now >= 5000 && now < 7000)).told,
		['2250 network-lost 1', '4300 network-back 1', '5250 network-lost 2', '7300 network-back 2'],
	);
});

test('a network that never carried a heartbeat is lost once the other has for the detection time', t => {
	t.deepEqual(watch(2000, (network, now) => network === 0 && now >= 1000).told, ['1300 network-lost 2']);
});

test('a peer that returns on one network a moment before the other has lost none', t => {
	t.deepEqual(watch(3000, (network, now) => now < 500 || now >= 2000 + (network * 100)).told, []);
});

test('a pause of this node loses none: nobody was heard', t => {
	t.deepEqual(watch(1000, () => true, {pauseMs: 5000}).told, []);
});

test('flapping is told once in a while', t => {
	const {told} = watch(3 * lossToldEveryMs, (network, now) => network === 0 || now % 2000 < 1000);
	t.is(told.filter(line => line.includes('network-lost')).length, 3);
	t.is(told.filter(line => line.includes('network-back')).length, 3);
});

test('still lost when it may be told again: told then', t => {
	const {told} = watch(15_000, (network, now) => network === 0 || now < 1000 || (now >= 2000 && now < 3000));
	t.deepEqual(told, ['1250 network-lost 2', '2300 network-back 2', '11250 network-lost 2']);
});

test('all peers that a network loses are one event', t => {
	const names = Array.from({length: 63}, (_, index) => `web${index + 2}`);
	const {events} = watch(3000, (network, now) => network === 0 || now < 1000, {names});
	t.is(events.length, 1);
	t.regex(events[0]!.message, new RegExp(String.raw`web2 .*, web4 \(198\.51\.100\.14\) and ${63 - namesShownMax} more not heard`, 'u'));
	t.is(String(events[0]!.fields!.nodes).split(', ').length, 63);
});
