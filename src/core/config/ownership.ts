/**
All that decides which node owns a client, besides the view: nodes whose texts differ would disagree, so each tells the hash of this text in its
heartbeats and waits where a peer's is another. Interfaces may be named differently on each node and are not part of it; the time to finish and
the timing decide when, not who.
*/

import type {Farm, PortRange, Rule} from '../model/farm.js';
import {slotsCount} from '../model/slot-set.js';

export type OwnershipPart = {readonly name: string; readonly text: string};

const hashName = 'jhash';
const backEnd = 'nft';

/** Named, so that a difference can be told by name. The order of VIPs and rules in the file makes none. */
export const ownershipParts = (farm: Farm): OwnershipPart[] => [
	{name: 'hash', text: hashName},
	{name: 'seed', text: String(farm.seed)},
	{name: 'slots', text: String(slotsCount)},
	{name: 'back end', text: backEnd},
	{name: 'VIPs', text: farm.vips.map(({address, prefixLength, mode, mac}) => `${address}/${prefixLength} ${mode} ${mac}`).toSorted().join(', ')},
	{name: 'rules', text: farm.rules.map(rule => ruleText(rule)).toSorted().join(', ')},
];

/** One line a part; what the fingerprint is made of. */
export const ownershipText = (farm: Farm): string => ownershipParts(farm).map(({name, text}) => `${name}: ${text}\n`).join('');

const ruleText = ({vip, protocol, ports, affinity}: Rule): string => `${vip} ${protocol} ${ports.map(range => portText(range)).join('+')} ${affinity}`;

const portText = ({from, to}: PortRange): string => from === to ? String(from) : `${from}-${to}`;
