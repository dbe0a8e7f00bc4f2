/** Names of chains and sets. An address becomes part of a name with its colons as hyphens, which no canonical address has. */

import type {AddressFamily, Affinity, Vip} from '../model/farm.js';
import {defaultGroupName} from '../model/group.js';
import {liveSets, type Ruleset} from './model.js';

const inName = (address: string): string => address.replaceAll(':', '-');

export const vipChain = (vip: Vip): string => `vip-${inName(vip.address)}`;

export const connectionChain = (vip: Vip): string => `connection-${inName(vip.address)}`;

/** What belongs to the default group has no more than its own name. */
const ofGroup = (name: string, group: string): string => group === defaultGroupName ? name : `${name}-${group}`;

/** The chain that hashes a packet by the affinity and goes on by its slot in the group. */
export const shareChain = (affinity: Affinity, family: AddressFamily, group: string): string => ofGroup(`${affinity}${family}`, group);

/** The chain that decides on a packet of a connection that this node does not know. */
export const unknownChain = (affinity: Affinity, family: AddressFamily, group: string): string => ofGroup(`unknown-${affinity}${family}`, group);

/** The sets of a group: where each slot goes, and which slots may be reset. */
export type SlotSets = {readonly slots: string; readonly resettable: string};

export const slotSetsOf = (group: string): SlotSets => ({slots: ofGroup(liveSets.slots, group), resettable: ofGroup(liveSets.resettable, group)});

/** Those of each group that the ruleset knows, in their order. */
export const slotSetsIn = ({tables}: Ruleset): SlotSets[] => tables.flatMap(({sets}) => sets)
	.filter(({name}) => name === liveSets.slots || name.startsWith(`${liveSets.slots}-`))
	.map(({name}) => ({slots: name, resettable: `${liveSets.resettable}${name.slice(liveSets.slots.length)}`}));

/** Whether what is in the set of this name changes all the time. */
export const isLiveSet = (name: string): boolean => Object.hasOwn(liveSets, name) || [liveSets.slots, liveSets.resettable].some(live => name.startsWith(`${live}-`));

export const vipsMap = (family: AddressFamily): string => `vips${family}`;

export const connectionsMap = (family: AddressFamily): string => `connections${family}`;

/** Of the back end iptables: the lease alone, ahead of its chains. */
export const leaseChain = 'lease';

export const leaseSet = (family: AddressFamily): 'lease4' | 'lease6' => family === 4 ? 'lease4' : 'lease6';
