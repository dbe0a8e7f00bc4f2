/** Names of chains and sets. An address becomes part of a name with its colons as hyphens, which no canonical address has. */

import type {AddressFamily, Affinity, Vip} from '../model/farm.js';

const inName = (address: string): string => address.replaceAll(':', '-');

export const vipChain = (vip: Vip): string => `vip-${inName(vip.address)}`;

export const connectionChain = (vip: Vip): string => `connection-${inName(vip.address)}`;

/** The chain that hashes a packet by the affinity and goes on by its slot. */
export const shareChain = (affinity: Affinity, family: AddressFamily): string => `${affinity}${family}`;

/** The chain that decides on a packet of a connection that this node does not know. */
export const unknownChain = (affinity: Affinity, family: AddressFamily): string => `unknown-${affinity}${family}`;

export const vipsMap = (family: AddressFamily): string => `vips${family}`;

export const connectionsMap = (family: AddressFamily): string => `connections${family}`;

export const leaseSet = (family: AddressFamily): 'lease4' | 'lease6' => family === 4 ? 'lease4' : 'lease6';
