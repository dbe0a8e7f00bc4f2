/**
All that decides which node owns a client, besides the view: nodes whose items differ would disagree, so each tells the hash of them in its heartbeats
and waits where a peer's is another. Interfaces may be named differently on each node and are not part of it; the times to finish and to retain and the timing decide
when, not who.
*/

import {fnv1a64} from '../hash/fnv.js';
import type {Farm, PortRange, Rule, Vip} from '../model/farm.js';
import {defaultGroupName, groupsMax, type Group} from '../model/group.js';
import {slotsCount} from '../model/slot-set.js';
import {rulesMax, vipsMax} from './keys.js';

/** Grows when a version of farmctl orders the nodes of a slot, or reads one of the items, in another way than the version before it. */
export const ownershipFormat = 1;

/** Of which a farm has exactly one, in the order in which a difference is looked for. The back end stands for its hash too: jhash or HMARK. */
export const singleParts = ['format', 'back end', 'seed', 'slots'] as const;

/** Of which it has any number, looked at after those. */
export const listParts = ['VIP', 'group', 'rule'] as const;

export const ownershipItemsMax = singleParts.length + vipsMax + groupsMax + rulesMax;

/** `part` is one of those above, or what another version of farmctl calls a part of its own. */
export type OwnershipItem = {readonly part: string; readonly text: string};

/**
Named, so that a difference can be told by name. The order of VIPs and rules in the file makes none, that of groups does: by their
place in it their slots are told apart. Weights are no item, since nodes announce them.
*/
export const ownershipItems = (farm: Farm): OwnershipItem[] => {
	const singles: Readonly<Record<typeof singleParts[number], string>> = {
		format: String(ownershipFormat), 'back end': farm.backend, seed: String(farm.seed), slots: String(slotsCount),
	};
	return [
		...singleParts.map(part => ({part, text: singles[part]})),
		...farm.vips.map(vip => vipText(vip)).toSorted().map(text => ({part: 'VIP', text})),
		...farm.groups.flatMap((group, position) => groupText(group, position)).map(text => ({part: 'group', text})),
		...farm.rules.map(rule => ruleText(rule)).toSorted().map(text => ({part: 'rule', text})),
	];
};

/** One line that says which item it is. */
export const itemLine = ({part, text}: OwnershipItem): string => `${part}: ${text}`;

/** Stands for all items: 16 hexadecimal digits, the same on nodes that distribute clients alike. */
export const ownershipFingerprint = (farm: Farm): string => fnv1a64(ownershipItems(farm).map(item => `${itemLine(item)}\n`).join(''));

const vipText = ({address, prefixLength, mode, mac}: Vip): string => `${address}/${prefixLength} ${mode} ${mac}`;

/** A group that is not there and a default group that says nothing of its own are the same. */
function groupText({name, order}: Group, position: number): string[] {
	const priority = order.length === 0 ? '' : ` by priority of the ids ${order.join(', ')}`;
	return name === defaultGroupName && priority === '' ? [] : [`${name}, number ${position + 1}${priority}`];
}

const ruleText = ({vip, protocol, ports, affinity, group}: Rule): string =>
	`${vip} ${protocol} ${ports.map(range => portText(range)).join('+')} ${affinity}${group === defaultGroupName ? '' : ` of group ${group}`}`;

const portText = ({from, to}: PortRange): string => from === to ? String(from) : `${from}-${to}`;
