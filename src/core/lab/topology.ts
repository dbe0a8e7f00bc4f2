/**
The lab as data: every namespace, address and name follows from a few options, so that any verb can tell what belongs to a lab.

	 web1          web2          web3         client
	+------+      +------+      +------+     +--------+
	| eth0 |      | eth0 |      | eth0 |     |  eth0  |    each its own network namespace
	+--|---+      +--|---+      +--|---+     +---|----+
	 to-web1       to-web2       to-web3     to-client
	+-------------------- br0 -----------------------+
	|                      lan                       |    one more
	+------------------------------------------------+

With more networks each node has as many cables: `eth1` at the port `to-web1-2` of the bridge `br1`, and so on. Those carry heartbeats alone.
*/

import type {BackEnd, VipMode} from '../model/farm.js';

export const nodesCountDefault = 3;
export const nodesCountMin = 2;
export const nodesCountMax = 10;
/** Each with a cable of its own for every node; the VIPs and the client are in the first. */
export const networksCountMax = 3;
export const networksCountDefault = 1;
export const detectionMsDefault = 300;
/** How long a node of the lab that stops still serves its established connections. */
export const finishMs = 4000;
export const clientAddressesV4 = 44;
export const clientAddressesV6 = 4;
export const servedPort = 80;
/** UDP, and TCP for no one: RFC 862. */
export const echoPort = 7;

/** No dash, so that the namespaces of one lab are never taken for another's. */
export const labNamePattern = /^[a-z][a-z\d]{0,15}$/;

export type LabOptions = {
	readonly name: string;
	readonly nodesCount: number;
	readonly networksCount: number;
	readonly mode: VipMode;
	readonly detectionMs: number;
	/** nft where it is not said. */
	readonly backend?: BackEnd;
	/** Further keys of the configuration: services, checks and what belongs to them. The lab starts no servers of its own then. */
	readonly application?: string;
};

/** A host's way into one of the networks. */
export type Cable = {
	/** The bridge's end, in the namespace of the LAN. */
	readonly port: string;
	readonly bridge: string;
	/** The host's end. */
	readonly interface: string;
	/** With prefix lengths. */
	readonly addresses: readonly string[];
};

export type LabHost = {
	readonly name: string;
	readonly namespace: string;
	/** One a network; the first leads to where the VIPs are. */
	readonly cables: readonly [Cable, ...Cable[]];
	/** Of all cables, with prefix lengths; the first is the host's main address. */
	readonly addresses: readonly string[];
};

export type Topology = {
	readonly options: LabOptions;
	readonly lan: {readonly name: string; readonly namespace: string; readonly bridges: readonly string[]};
	readonly nodes: readonly LabHost[];
	readonly client: LabHost;
	/** With prefix lengths, IPv4 first. */
	readonly vips: readonly string[];
};

const v4Bits = 16;
const v6Bits = 64;
const v4 = (third: number, fourth: number, network = 1): string => `10.${76 + network}.${third}.${fourth}/${v4Bits}`;
const v6 = (tail: string): string => `fd00:77::${tail}/${v6Bits}`;

/** The namespaces of a lab, and of no other, begin with this. */
export const namespacePrefix = (labName: string): string => `farmctl-${labName}-`;

/** Everything that the lab of these options consists of. */
export function topologyOf(options: LabOptions): Topology {
	const prefix = namespacePrefix(options.name);
	const host = (name: string, addresses: readonly string[], ...further: ReadonlyArray<readonly string[]>): LabHost => ({
		name,
		namespace: `${prefix}${name}`,
		cables: [cable(name, 1, addresses), ...further.map((own, index) => cable(name, index + 2, own))],
		addresses: [addresses, ...further].flat(),
	});
	const furtherNetworks = count(options.networksCount).slice(1);
	return {
		options,
		lan: {name: 'lan', namespace: `${prefix}lan`, bridges: count(options.networksCount).map(network => bridgeOf(network))},
		nodes: count(options.nodesCount).map(id => host(`web${id}`, [v4(0, 10 + id), v6(`${10 + id}`)], ...furtherNetworks.map(network => [v4(0, 10 + id, network)]))),
		client: host('client', [
			...count(clientAddressesV4).map(index => v4(1, index)),
			...count(clientAddressesV6).map(index => v6(`1:${index}`)),
		]),
		vips: [v4(0, 100), v6('100')],
	};
}

const count = (length: number): number[] => Array.from({length}, (_, index) => index + 1);

const bridgeOf = (network: number): string => `br${network - 1}`;

const cable = (hostName: string, network: number, addresses: readonly string[]): Cable => ({
	port: network === 1 ? `to-${hostName}` : `to-${hostName}-${network}`, bridge: bridgeOf(network), interface: `eth${network - 1}`, addresses,
});

/** The address without its prefix length. */
export const bareAddress = (address: string): string => address.split('/', 1)[0]!;

/** The hosts that a person can name: the nodes, the client, the LAN. */
export const namespacesOf = ({nodes, client, lan}: Topology): ReadonlyArray<{readonly name: string; readonly namespace: string}> =>
	[...nodes, client, lan];
