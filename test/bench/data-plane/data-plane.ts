/**
What the way of a packet costs: in the kernel for a packet of another node's client and of one's own, through a farm in connections and requests a second, and
in clients that are moved when a node fails; beside those that distribute like this or stand in front.
*/

import {whyNoNamespace} from '../../kernel/support/namespace.js';
import type {Part} from '../result.js';
import {measureLoads} from './farm-load.js';
import {whyNoHaproxy} from './farm-sides.js';
import {measureMoves} from './moves.js';
import {costsOfForeign, costsOfOwned} from './packet-cost.js';
import {foreignRows, loadRows, movedRows, ownedRows} from './rows.js';
import {whyNoIptables} from './sides.js';

const sizes = [3, 32] as const;
const clientsCount = 10_000;

export const dataPlane: Part = {
	title: 'data plane',
	whyNot: () => whyNoNamespace() ?? whyNoIptables() ?? whyNoHaproxy(),
	async run({isShort}) {
		const bursts = isShort ? 300 : 4000;
		const foreign = await costsOfForeign(['bare', 'nft', 'iptables', 'cluster', 'modulo'], bursts);
		const owned = await costsOfOwned(['plain', 'nft', 'iptables', 'cluster', 'modulo'], bursts);
		const loads = await measureLoads(['nft', 'iptables', 'cluster', 'modulo', 'haproxy'], {rounds: isShort ? 2 : 9, ms: isShort ? 500 : 1000});
		return [...foreignRows(foreign), ...ownedRows(owned), ...loadRows(loads), ...movedRows(measureMoves(sizes, clientsCount), clientsCount)];
	},
};
