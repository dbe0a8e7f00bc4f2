/**
What a node's share of the clients follows from, as short hashes: small enough that all of a farm's items fit one datagram, and enough to see which of
mine a peer lacks. Two items may meet in one hash; so each round looks at another place of the hash, and what was overlooked is found in the next.
*/

import {fnv1a64} from '../hash/fnv.js';
import {itemLine, type OwnershipItem} from '../config/ownership.js';

/** Hexadecimal digits of a hash that travel: three bytes. */
export const shortHashDigits = 6;

/** Three bytes can be taken at so many places of a hash of eight. */
export const placesCount = 6;

/** An item and its whole hash, which is computed once. */
export type HashedItem = OwnershipItem & {readonly hash: string};

/** In the order of `ownershipItems`. */
export type Inventory = {readonly place: number; readonly hashes: readonly string[]};

export const hashItems = (items: readonly OwnershipItem[]): HashedItem[] => items.map(item => ({...item, hash: fnv1a64(itemLine(item))}));

/** The hashes of the items at this place, a whole number from 0. */
export const inventoryOf = (items: readonly HashedItem[], place: number): Inventory =>
	({place: place % placesCount, hashes: items.map(({hash}) => shortHash(hash, place % placesCount))});

/** My items that are not in the peer's inventory. */
export function missingFrom(items: readonly HashedItem[], {place, hashes}: Inventory): HashedItem[] {
	const known = new Set(hashes);
	return items.filter(({hash}) => !known.has(shortHash(hash, place)));
}

/** How many of the peer's items are not among mine. */
export function unknownCount(items: readonly HashedItem[], {place, hashes}: Inventory): number {
	const known = new Set(items.map(({hash}) => shortHash(hash, place)));
	return hashes.filter(hash => !known.has(hash)).length;
}

const shortHash = (hash: string, place: number): string => hash.slice(2 * place, (2 * place) + shortHashDigits);
