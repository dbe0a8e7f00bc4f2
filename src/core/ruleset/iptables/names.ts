/**
Names of the farm's chains in iptables' tables, which every other user of iptables shares: `farmctl/FARM/...`. No farm's name has a slash, so none is the
beginning of another's. A name that iptables has no room for is replaced by its hash, behind two slashes.
*/

import type {Affinity} from '../../model/farm.js';
import type {Gate} from '../model.js';
import {fnv1a64} from '../../hash/fnv.js';

/** What iptables takes: XT_EXTENSION_MAXNAMELEN, less the NUL. */
export const chainNameLengthMax = 28;

/** Of the part behind the farm's, the longest of which is `u0-connect`. */
const partLengthMax = 10;

const own = 'farmctl/';

const farmLengthMax = chainNameLengthMax - own.length - partLengthMax - 1;

const hashDigits = 8;

/** What the names of all chains of the farm begin with. */
export const chainPrefix = (farmName: string): string => farmName.length <= farmLengthMax ? `${own}${farmName}/` : `${own}/${fnv1a64(farmName).slice(0, hashDigits)}/`;

/** Where the farm's one jump stands, in both tables. */
export const hookedChain = 'PREROUTING';

/** Where it goes to in each table; the first two parts of the whole. */
export const entryChains = {raw: 'stage1', mangle: 'stage2'} as const;

export type IptablesTableName = keyof typeof entryChains;

export const tableNames: readonly IptablesTableName[] = ['raw', 'mangle'];

const shortAffinity: Readonly<Record<Affinity, string>> = {client: 'client', connection: 'connect', network: 'network'};

/** `position` of the VIP in the farm's list. */
export const vipPart = (position: number): string => `vip${position}`;

export const connectionPart = (position: number): string => `conn${position}`;

/** Hashes by the affinity, for slots of this group. */
export const sharePart = (affinity: Affinity, group: number): string => `s${group}-${shortAffinity[affinity]}`;

/** The same for packets of connections that this node does not know. */
export const unknownPart = (affinity: Affinity, group: number): string => `u${group}-${shortAffinity[affinity]}`;

/** The chains whose rules are the slots: they are written with the slots, and no part of the ruleset. */
export const slotsPart = (group: number): string => `slots${group}`;

export const resettablePart = (group: number): string => `reset${group}`;

/** The list of xt_recent in which the VIPs stand while the gate is open. */
export const gateList = (farmName: string, gate: Gate): string => `farmctl-${farmName}-${gate}`;

/** Whether a chain of the farm, by its name without the prefix, holds slots. */
export const isLivePart = (part: string): boolean => /^(?:slots|reset)\d$/u.test(part);
