/** How a list of clients falls on the nodes: for each way of hashing that the asked rules use, the clients of each node beside its share of the slots. */

import {parseAddress} from '../model/address.js';
import type {AddressFamily, Affinity, Rule} from '../model/farm.js';
import {slotsCount} from '../model/slot-set.js';
import type {Knowledge} from './knowledge.js';
import {ownersNow} from './owners-now.js';
import type {Endpoint} from './question.js';
import {createSlotFinder} from './slot-of.js';

export const distributionSchemaName = 'farmctl/explain-clients/1';

export type NodeShare = {
	/** Null: clients whose slots nobody owns. */
	readonly node: string | null;
	readonly clients: number;
	/** Of the clients counted, 0 to 1. */
	readonly share: number;
	/** Of the slots, 0 to 1. */
	readonly expected: number;
};

export type Distribution = {
	readonly family: AddressFamily;
	readonly affinity: Affinity;
	readonly group: string;
	/** The rules that hash so. */
	readonly rules: ReadonlyArray<Pick<Rule, 'vip' | 'protocol' | 'ports'>>;
	/** Clients that were counted. */
	readonly clients: number;
	/** Left out: the affinity is `connection`, and they have no port. */
	readonly withoutPort: number;
	readonly nodes: readonly NodeShare[];
	/** How much more than its share of the slots the most loaded node has: 1.1 is a tenth more. Null where nothing can be said. */
	readonly skew: number | null;
};

export type DistributionReport = {
	readonly schema: typeof distributionSchemaName;
	readonly source: 'daemon' | 'configuration';
	readonly farm: string;
	readonly node?: string;
	readonly at?: string;
	/** In the list. */
	readonly clients: number;
	/** Of a family that none of the asked VIPs has. */
	readonly unreachable: number;
	readonly distributions: readonly Distribution[];
};

/** The distribution over the rules that `vip` asks for; over all without it. */
export function distribute(clients: readonly Endpoint[], vip: Endpoint | undefined, knowledge: Knowledge): DistributionReport {
	const {farm} = knowledge;
	const rules = farm.rules.filter(rule => vip === undefined || (rule.vip === vip.address && (vip.port === undefined || rule.ports.some(({from, to}) => vip.port! >= from && vip.port! <= to))));
	const ways = Map.groupBy(rules, rule => `${familyOf(rule.vip)} ${rule.affinity} ${rule.group}`);
	const families = new Set(rules.map(rule => familyOf(rule.vip)));
	const byFamily = Map.groupBy(clients, ({address}) => familyOf(address));
	return {
		schema: distributionSchemaName,
		source: knowledge.source,
		farm: farm.name,
		clients: clients.length,
		unreachable: clients.length - [...families].reduce((sum, family) => sum + (byFamily.get(family)?.length ?? 0), 0),
		distributions: [...ways.values()].map(group => distributeBy(group, byFamily.get(familyOf(group[0]!.vip)) ?? [], knowledge)),
	};
}

const familyOf = (address: string): AddressFamily => parseAddress(address)?.family ?? 4;

function distributeBy(rules: readonly Rule[], clients: readonly Endpoint[], knowledge: Knowledge): Distribution {
	const [{vip, protocol, ports, affinity, group}] = rules as [Rule];
	const find = createSlotFinder(knowledge.farm);
	const {ownerOf, slotsOf} = ownersNow(knowledge, knowledge.farm.groups.findIndex(({name}) => name === group));
	const counts = new Map<string | null, number>();
	let withoutPort = 0;
	for (const {address, port} of clients) {
		const found = find({client: address, clientPort: port, vip, protocol, vipPort: ports[0]!.from});
		if ('reason' in found) {
			withoutPort++;
		} else {
			const owner = ownerOf(found.slot);
			counts.set(owner, (counts.get(owner) ?? 0) + 1);
		}
	}

	const counted = clients.length - withoutPort;
	const nodes = sharesOf([...knowledge.nodes.map(({name}) => name), null], {counts, counted, slotsOf});
	const loads = nodes.filter(({expected}) => expected > 0).map(({share, expected}) => share / expected);
	return {
		family: familyOf(vip),
		affinity,
		group,
		rules: rules.map(rule => ({vip: rule.vip, protocol: rule.protocol, ports: rule.ports})),
		clients: counted,
		withoutPort,
		nodes,
		skew: counted === 0 || loads.length === 0 ? null : Math.max(...loads),
	};
}

type Counted = {readonly counts: ReadonlyMap<string | null, number>; readonly counted: number; readonly slotsOf: (node: string | null) => number};

/** A row for each configured node, and one for nobody where that has clients or slots. */
const sharesOf = (names: ReadonlyArray<string | null>, {counts, counted, slotsOf}: Counted): NodeShare[] => names
	.map(node => ({
		node, clients: counts.get(node) ?? 0, share: counted === 0 ? 0 : (counts.get(node) ?? 0) / counted, expected: slotsOf(node) / slotsCount,
	}))
	.filter(({node, clients, expected}) => node !== null || clients > 0 || expected > 0);
