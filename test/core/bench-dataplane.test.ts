import test from 'ava';
import {renderHaproxyConfig} from '../bench/data-plane/farm-sides.js';
import type {Cost} from '../bench/data-plane/packet-cost.js';
import {foreignRows, loadRows, movedRows, ownedRows} from '../bench/data-plane/rows.js';

const cost = (medianNs: number): Cost => ({medianNs, lowNs: medianNs, bursts: 1, putOff: 0});

const foreign = (nft: number): unknown => foreignRows({bare: cost(1000), nft: cost(nft), iptables: cost(1500), cluster: cost(1500), modulo: cost(2000)})[0];

test('a foreign packet is held to what it adds to a bare drop', t => {
	t.like(foreign(1200), {ratio: 0.4, promise: {isKept: true}});
	t.like(foreign(1201), {promise: {isKept: false}});
	t.like(foreign(1250), {ratio: 0.5, promise: {isKept: false}});
});

test('an owned packet is held to the whole of the plain path', t => {
	const row = (nft: number): unknown => ownedRows({plain: cost(2000), nft: cost(nft), iptables: cost(3000), cluster: cost(3000), modulo: cost(3000)})[0];
	t.like(row(2100), {ratio: 1.05, promise: {isKept: true}});
	t.like(row(2101), {promise: {isKept: false}});
});

test('every way is held against one node reached directly', t => {
	const rows = loadRows(new Map([['direct', {connections: 100, requests: 1000}], ['nft', {connections: 90, requests: 500}], ['haproxy', {connections: 50, requests: 250}]]));
	t.deepEqual(rows.map(({ratio}) => ratio), [0.9, 0.5, 0.5, 0.25]);
});

test('a client of a survivor that moves breaks the promise', t => {
	const kept = (slots: number): boolean | undefined => movedRows([{nodesCount: 3, slots, modulo: 0.17}], 10)[0]!.promise?.isKept;
	t.deepEqual([kept(0), kept(0.001)], [true, false]);
});

test('haproxy is told every server', t => {
	t.regex(renderHaproxyConfig('10.77.0.100', ['10.77.0.11', '10.77.0.12']), /bind 10\.77\.0\.100:8080\n\tbalance source\n\tserver web1 10\.77\.0\.11:80\n\tserver web2 10\.77\.0\.12:80\n/);
});
