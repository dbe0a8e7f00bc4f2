/**
The place of an id in a slot's order as one number: its rank, 1 to 2520, and behind it what decides between ids of one rank: even slots prefer the lower
id, odd ones the higher. The lower key is preferred; all keys of a slot differ.
*/

/** The largest node id. */
export const nodeIdMax = 64;

const keysPerRank = nodeIdMax + 1;

/** The keys at `id × 2520 + slot`; id 0 is unused. */
export type Keys = Uint32Array;

export const keyOf = (slot: number, id: number, rank: number): number => (rank * keysPerRank) + (slot % 2 === 0 ? id : nodeIdMax - id);

export const rankOfKey = (key: number): number => Math.floor(key / keysPerRank);
