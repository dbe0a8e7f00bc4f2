/**
The distribution filter as data: what `desiredRuleset` computes, `renderRuleset` prints, `linearize` turns into the kernel's own expressions, the
nft back end observes, and `diffRulesets` compares. The words are nft's. Plain JSON: values are lists of bytes in the order of the packet, or of
this machine where the kernel keeps them so (`ct state`).

With the back end `iptables` some of the tables are those of iptables and ip6tables: of the families `ip` and `ip6`, with the names iptables gives them,
and of them only the chains that are the farm's, and in `PREROUTING` its one jump. Their rules are statements `iptables`.

What changes all the time, the slots and the leases, is no part of it: those sets are declared here with `elements: 'live'`, iptables' chains of slots
without rules.
*/

/** Those of the farm's own tables in nftables, and for iptables and ip6tables `ip` and `ip6`. */
export type TableFamily = 'inet' | 'arp' | 'netdev' | 'ip' | 'ip6';

export type Bytes = readonly number[];

/** What a rule can look at; `fields.ts` says where each stands in a packet. */
export type FieldName =
	| 'meta iifname' | 'meta oifname' | 'meta nfproto' | 'meta l4proto' | 'meta pkttype'
	| 'ct state'
	| 'ether daddr'
	| 'arp operation' | 'arp saddr ether' | 'arp saddr ip' | 'arp daddr ip'
	| 'ip saddr' | 'ip daddr' | 'ip6 saddr' | 'ip6 daddr'
	| 'th sport' | 'th dport' | 'tcp flags' | 'tcp sequence' | 'icmp type'
	| 'nd target' | 'nd option' | 'nd address';

export type Verdict =
	| {readonly kind: 'accept'}
	| {readonly kind: 'drop'}
	| {readonly kind: 'goto'; readonly chain: string};

/** One register of a hash key: a field, or the part of it that the mask leaves. */
export type KeyPart = {readonly field: FieldName; readonly mask?: Bytes};

export type Statement =
	| {readonly kind: 'match'; readonly field: FieldName; readonly mask?: Bytes; readonly is: 'equal' | 'different'; readonly value: Bytes}
	/** Both ends included. */
	| {readonly kind: 'range'; readonly field: FieldName; readonly from: Bytes; readonly to: Bytes}
	| {readonly kind: 'member'; readonly field: FieldName; readonly set: string; readonly is: 'in' | 'absent'}
	/** Goes where the map says; goes on with the next rule when it says nothing. */
	| {readonly kind: 'dispatch'; readonly field: FieldName; readonly map: string}
	/** The slot of the packet: `reciprocal_scale(jhash(key, seed), modulus)`, looked up in a map of verdicts or in a set. */
	| {readonly kind: 'hash'; readonly key: readonly KeyPart[]; readonly modulus: number; readonly seed: number; readonly into: 'map' | 'set'; readonly name: string}
	/** Overwrites the field in the packet, checksums included. */
	| {readonly kind: 'write'; readonly field: FieldName; readonly value: Bytes}
	| {readonly kind: 'count'; readonly counter: string}
	| {readonly kind: 'verdict'; readonly verdict: Verdict}
	/** A whole rule as iptables-save prints it, without its chain. */
	| {readonly kind: 'iptables'; readonly text: string}
	/** Something in the kernel that farmctl never wrote. */
	| {readonly kind: 'unknown'; readonly text: string};

export type FilterRule = readonly Statement[];

export type ChainHook = {
	readonly hook: 'ingress' | 'prerouting' | 'input' | 'output';
	readonly priority: number;
	/** Of an ingress hook: the interface. */
	readonly device?: string;
};

export type Chain = {
	readonly name: string;
	/** Absent for a chain that is only gone to. */
	readonly hook?: ChainHook;
	readonly rules: readonly FilterRule[];
};

export type SetKey = 'ipv4_addr' | 'ipv6_addr' | 'slot' | 'nf_proto';

export type SetElement = {readonly key: Bytes; readonly verdict?: Verdict};

export type NamedSet = {
	readonly name: string;
	readonly key: SetKey;
	/** Whether each element carries a verdict: nft's map. */
	readonly isMap: boolean;
	/** Whether elements may end by themselves. */
	readonly hasTimeout: boolean;
	/** Most elements it may hold; the kernel picks a faster structure when it knows. */
	readonly size?: number;
	readonly elements: 'live' | readonly SetElement[];
};

export type Table = {
	readonly family: TableFamily;
	readonly name: string;
	readonly counters: readonly string[];
	readonly sets: readonly NamedSet[];
	readonly chains: readonly Chain[];
};

export type Ruleset = {readonly tables: readonly Table[]};

/** This node's own address on the network of each VIP, by the VIP's address; where there is none, the cluster MAC stands in. */
export type OwnAddresses = Readonly<Record<string, string | undefined>>;

/** Names of the live sets: `observe` leaves out what is in them. Slots of further groups have sets of their own (`names.ts`). */
export const liveSets = {lease4: 'lease4', lease6: 'lease6', slots: 'slots', resettable: 'resettable', leaving: 'leaving', arriving: 'arriving'} as const;

/**
Gates: maps that send both families to `owned`, or nobody anywhere. A slot about to change hands is put behind one before, so that one transaction of two
elements moves them all. `leaving` stands open until it is passed, `arriving` shut.
*/
export const gates = ['leaving', 'arriving'] as const;

export type Gate = typeof gates[number];

/** Names of the counters; `FilterCounters` in the filter's port explains each. */
export const counterNames = ['foreign', 'leaseless', 'unnamed', 'accepted', 'unknown'] as const;

export type CounterName = typeof counterNames[number];

/** Name of the tables of a farm, the same in every family. */
export const tableName = (farmName: string): string => `farmctl-${farmName}`;
