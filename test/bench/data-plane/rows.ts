/** What the data plane's measurements say, as rows of the table. */

import type {Row} from '../result.js';
import type {LoadName, Rates} from './farm-load.js';
import type {MovedShare} from './moves.js';
import type {Cost, Costs} from './packet-cost.js';
import {sideNames, type SideName} from './sides.js';

/** Of what `xt_cluster` adds to a packet of another node's client, over dropping it where it comes in. */
export const foreignRatioMax = 0.4;

/** Of the path of a packet through conntrack alone. */
export const ownedRatioMax = 1.05;

const inNs = (ns: number): string => `${(ns / 1000).toFixed(2)} µs`;
const added = (cost: Cost, bare: Cost): number => cost.medianNs - bare.medianNs;

type Foreign = Exclude<SideName, 'plain'>;

/** Each farmctl side is held against rivals, over the bare side. */
export function foreignRows(costs: Costs<Foreign>): Row[] {
	const {bare} = costs;
	const row = (name: Foreign, rival: Foreign, promise?: Row['promise']): Row => ({
		what: `a packet of another node's client: ${sideNames[name]}`,
		measured: `${inNs(added(costs[name], bare))} above a drop where it comes in (${inNs(bare.medianNs)}, sending included)`,
		against: `${sideNames[rival]}: ${inNs(added(costs[rival], bare))}`,
		ratio: added(costs[name], bare) / added(costs[rival], bare),
		...promise !== undefined && {promise},
	});
	const ratio = added(costs.nft, bare) / added(costs.cluster, bare);
	return [
		row('nft', 'cluster', {text: `≤ ${foreignRatioMax}×`, isKept: ratio <= foreignRatioMax}),
		row('nft', 'modulo'),
		row('iptables', 'cluster'),
	];
}

/** Each side is held against the plain one. */
export function ownedRows(costs: Costs<Exclude<SideName, 'bare'>>): Row[] {
	const {plain} = costs;
	return (['nft', 'iptables', 'cluster', 'modulo'] as const).map(name => ({
		what: `a packet of a connection of this node: ${sideNames[name]}`,
		measured: `${inNs(costs[name].medianNs)}, to the socket`,
		against: `${sideNames.plain}: ${inNs(plain.medianNs)}`,
		ratio: costs[name].medianNs / plain.medianNs,
		...name === 'nft' && {promise: {text: `≤ ${ownedRatioMax}×`, isKept: costs[name].medianNs <= ownedRatioMax * plain.medianNs}},
	}));
}

const loadNames: Readonly<Record<LoadName, string>> = {
	direct: 'one of the nodes directly', nft: 'farmctl, nft', iptables: 'farmctl, iptables', cluster: '`xt_cluster`', modulo: 'nft `jhash mod 3` behind conntrack', haproxy: 'HAProxy, TCP mode, in front',
};

const loadTexts = {connections: 'connections a second', requests: 'requests a second on kept connections'} as const;

/** `rates` has the direct way, which all others are held against. */
export const loadRows = (rates: ReadonlyMap<LoadName, Rates>): Row[] => (['connections', 'requests'] as const).flatMap(load => [...rates].filter(([name]) => name !== 'direct').map(([name, found]): Row => {
	const direct = rates.get('direct')![load];
	return {
		what: `${loadTexts[load]}, 3 nodes on one machine: ${loadNames[name]}`,
		measured: String(Math.round(found[load])),
		against: `${loadNames.direct}: ${Math.round(direct)}`,
		ratio: found[load] / direct,
	};
}));

const inPercent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

export const movedRows = (shares: readonly MovedShare[], clientsCount: number): Row[] => shares.map(({nodesCount, slots, modulo}) => ({
	what: `one of ${nodesCount} nodes fails: clients of the others that move, of ${clientsCount}`,
	measured: inPercent(slots),
	against: `hash modulo live nodes: ${inPercent(modulo)}`,
	promise: {text: 'none', isKept: slots === 0},
}));
