/**
What the switches of a lab lose: frames by the cables they come from and go to, as rules of nftables' bridge family in the namespace of the LAN.
Each rule's comment is the whole fault, so that the kernel's ruleset is the only record of it.
*/

import {heartbeatPortDefault} from '../config/keys.js';
import type {LabHost, Topology} from './topology.js';

export const lossKinds = ['mute', 'deaf', 'cut-heartbeats', 'cut-uplink'] as const;

export type LossKind = typeof lossKinds[number];

export type Loss = {
	readonly kind: LossKind;
	readonly node: string;
	/** The other end; without it, all the others. */
	readonly peer?: string | undefined;
	/** Of the frames, by chance. */
	readonly percent: number;
	/** Counted from 1; without it, all networks. */
	readonly network?: number | undefined;
};

export const lossTable = 'lab-faults';

const all = '*';

/** A ruleset for `nft -f` that takes the place of all earlier losses. */
export function renderLosses(topology: Topology, losses: readonly Loss[]): string {
	const rules = losses.flatMap(loss => ways(topology, loss).map(({from, to}) =>
		`\t\tiifname ${portSet(from, loss)} oifname ${portSet(to, loss)} ${condition(loss)}drop comment "${comment(loss)}"`));
	const table = [`table bridge ${lossTable} {`, '\tchain forward {', '\t\ttype filter hook forward priority filter; policy accept;', ...rules, '\t}', '}'];
	return [`add table bridge ${lossTable}`, `delete table bridge ${lossTable}`, ...losses.length === 0 ? [] : table, ''].join('\n');
}

/** The losses in force, from what `nft -j list ruleset bridge` prints. */
export function parseLosses(json: string): Loss[] {
	const {nftables = []} = JSON.parse(json === '' ? '{}' : json) as {nftables?: ReadonlyArray<{rule?: {table?: string; comment?: string}}>};
	const comments = nftables.flatMap(({rule}) => rule?.table === lossTable ? rule.comment ?? [] : []);
	return [...new Set(comments)].flatMap(text => parseComment(text) ?? []);
}

/** The loss as the node suffers it, in words for people; nothing when it concerns others. */
export function describeLoss({kind, node, peer, percent, network}: Loss, name: string): string | undefined {
	if (name !== node && !(name === peer && kind === 'cut-heartbeats')) {
		return undefined;
	}

	const other = name === node ? peer : node;
	const words: Readonly<Record<LossKind, readonly [verb: string, preposition: string]>> = {
		mute: ['mute', 'to'], deaf: ['deaf', 'to'], 'cut-heartbeats': ['heartbeats cut', 'with'], 'cut-uplink': ['uplink cut', ''],
	};
	const [verb, preposition] = words[kind];
	return [
		verb,
		...other === undefined ? [] : [preposition, other],
		...percent === 100 ? [] : [`by ${percent} %`],
		...network === undefined ? [] : [`on network ${network}`],
	].join(' ');
}

type Way = {readonly from: readonly LabHost[]; readonly to: readonly LabHost[]};

function ways({nodes, client}: Topology, {kind, node, peer}: Loss): Way[] {
	const own = nodes.filter(({name}) => name === node);
	const others = [...nodes, client].filter(({name}) => peer === undefined ? name !== node : name === peer);
	const out = {from: own, to: others};
	const back = {from: others, to: own};
	switch (kind) {
		case 'mute': {
			return [out];
		}

		case 'deaf': {
			return [back];
		}

		case 'cut-heartbeats':
		case 'cut-uplink': {
			return [out, back];
		}
	}
}

function portSet(hosts: readonly LabHost[], {network}: Loss): string {
	const cables = hosts.flatMap(({cables}) => network === undefined ? cables : cables.slice(network - 1, network));
	return `{ ${cables.map(({port}) => `"${port}"`).join(', ')} }`;
}

const condition = ({kind, percent}: Loss): string => [
	kind === 'cut-uplink' ? '' : `udp dport ${heartbeatPortDefault} `,
	percent === 100 ? '' : `numgen random mod 100 < ${percent} `,
].join('');

const comment = ({kind, node, peer, percent, network}: Loss): string => [kind, node, peer ?? all, percent, network ?? all].join(' ');

function parseComment(text: string): Loss | undefined {
	const [kind, node, peer, percent, network] = text.split(' ', 5);
	const known = lossKinds.find(one => one === kind);
	return known === undefined || node === undefined ? undefined : {
		kind: known,
		node,
		peer: peer === all ? undefined : peer,
		percent: Number(percent),
		network: network === all ? undefined : Number(network),
	};
}
