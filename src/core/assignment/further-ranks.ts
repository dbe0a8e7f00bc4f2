/**
Ranks of ids 11 to 64, one id after the other, without touching those before: a farm of ids 1 to n is even to a slot or two for every n, and any other
choice of ids as even as the spread of ranks allows.

An id has every rank once. Each slot takes, of a few ranks that are left, the one that is rarest so far beside the ranks that the earlier ids have in the slot.
Then some slots exchange ranks until the id is first, among the ids so far, in 2520 ÷ n slots, taken evenly from those that were first before.
*/
import {slotsCount} from '../model/slot-set.js';
import {exactIdMax} from './exact-orders.js';
import {
	keyOf,
	nodeIdMax,
	rankOfKey,
	type Keys,
} from './key.js';
import {sequence, shuffle, swap} from './sequence.js';

const candidatesMax = 4;
/** Ranks are told apart by these many parts of equal size when two ids are compared. */
const partsCount = 8;

/** One is enough for nearly every id. */
const passesMax = 4;

const partOf = (rank: number): number => Math.floor((rank - 1) * partsCount / slotsCount);

/** The ids so far. */
type Earlier = {
	idMax: number;
	/** Who is first in each slot, and with which key. */
	readonly owners: Uint8Array;
	readonly least: Uint32Array;
	/** The part of the rank, at `slot × 64 + id - 1`. */
	readonly parts: Uint8Array;
};

/** Fills in the keys of ids 11 to 64. */
export function addFurtherIds(keys: Keys): void {
	const earlier: Earlier = {
		idMax: 0,
		owners: new Uint8Array(slotsCount),
		least: new Uint32Array(slotsCount).fill((2 ** 32) - 1),
		parts: new Uint8Array(slotsCount * nodeIdMax),
	};
	for (let id = 1; id <= nodeIdMax; id++) {
		if (id > exactIdMax) {
			for (const [slot, rank] of nextRanks(earlier).entries()) {
				keys[(id * slotsCount) + slot] = keyOf(slot, id, rank);
			}
		}

		learn(earlier, keys, id);
	}
}

function learn(earlier: Earlier, keys: Keys, id: number): void {
	earlier.idMax = id;
	for (let slot = 0; slot < slotsCount; slot++) {
		const key = keys[(id * slotsCount) + slot]!;
		earlier.parts[(slot * nodeIdMax) + id - 1] = partOf(rankOfKey(key));
		if (!(key < earlier.least[slot]!)) {
			continue;
		}

		earlier.least[slot] = key;
		earlier.owners[slot] = id;
	}
}

/** The ranks of the next id in each slot. */
function nextRanks(earlier: Earlier): Uint16Array {
	const random = sequence(earlier.idMax);
	const ranks = shuffle(Uint16Array.from({length: slotsCount}, (_, index) => index + 1), random);
	spread(ranks, earlier);
	evenOut(ranks, earlier, random);
	return ranks;
}

/** Orders the ranks so that each meets the others' ranks evenly. */
function spread(ranks: Uint16Array, {idMax, parts}: Earlier): void {
	const met = new Uint16Array(idMax * partsCount * partsCount);
	const rows = new Uint16Array(idMax);
	for (let slot = 0; slot < slotsCount; slot++) {
		for (let index = 0; index < idMax; index++) {
			rows[index] = ((index * partsCount) + parts[(slot * nodeIdMax) + index]!) * partsCount;
		}

		swap(ranks, slot, rarest(ranks, slot, rows, met));
		const part = partOf(ranks[slot]!);
		for (let index = 0; index < idMax; index++) {
			met[rows[index]! + part]!++;
		}
	}
}

function rarest(ranks: Uint16Array, from: number, rows: Uint16Array, met: Uint16Array): number {
	let best = from;
	let least = Infinity;
	for (let index = from; index < Math.min(from + candidatesMax, slotsCount); index++) {
		const meetings = meetingsOf(partOf(ranks[index]!), rows, met);
		if (!(meetings < least)) {
			continue;
		}

		least = meetings;
		best = index;
	}

	return best;
}

function meetingsOf(part: number, rows: Uint16Array, met: Uint16Array): number {
	let meetings = 0;
	for (let index = 0; index < rows.length; index++) { // eslint-disable-line unicorn/no-for-loop, @typescript-eslint/prefer-for-of -- the innermost loop, several times faster so
		meetings += met[rows[index]! + part]!;
	}

	return meetings;
}

/** Whether the next id is first in the slot if it has the rank there. */
const isFirstWith = (rank: number, slot: number, {idMax, least}: Earlier): boolean => keyOf(slot, idMax + 1, rank) < least[slot]!;

/** Exchanges ranks between slots until each owner so far gives up what it has above its even share of one more id. */
function evenOut(ranks: Uint16Array, earlier: Earlier, random: (below: number) => number): void {
	const missing = missingFrom(ranks, earlier);
	const visits = shuffle(Uint16Array.from({length: slotsCount}, (_, slot) => slot), random);
	for (let pass = 0; pass < passesMax && missing.some(count => count !== 0); pass++) {
		visit(visits, ranks, earlier, missing);
	}
}

function visit(visits: Uint16Array, ranks: Uint16Array, earlier: Earlier, missing: Int32Array): void {
	for (const slot of visits) {
		const owner = earlier.owners[slot]!;
		const isFirst = isFirstWith(ranks[slot]!, slot, earlier);
		if (isFirst ? missing[owner]! < 0 : missing[owner]! > 0) {
			const other = partnerOf(slot, visits, ranks, earlier, missing);
			if (other !== undefined) {
				exchange(slot, other, ranks, earlier, missing);
			}
		}
	}
}

/** For each owner so far, in how many more of its slots the new id should be first; negative where it is in too many. */
function missingFrom(ranks: Uint16Array, earlier: Earlier): Int32Array {
	const {idMax, owners} = earlier;
	const missing = new Int32Array(idMax + 1);
	for (let slot = 0; slot < slotsCount; slot++) {
		missing[owners[slot]!]! += isFirstWith(ranks[slot]!, slot, earlier) ? 0 : 1;
	}

	const share = Math.floor(slotsCount / (idMax + 1));
	const remainder = slotsCount - (share * (idMax + 1));
	for (let id = 1; id <= idMax; id++) {
		missing[id]! -= share + ((id + idMax) % (idMax + 1) < remainder ? 1 : 0);
	}

	return missing;
}

/** A slot that can exchange ranks with this one, whose state flips, and does not itself become worse. */
function partnerOf(slot: number, visits: Uint16Array, ranks: Uint16Array, earlier: Earlier, missing: Int32Array): number | undefined {
	const {owners} = earlier;
	const isFirst = isFirstWith(ranks[slot]!, slot, earlier);
	return visits.find(other => {
		const isOtherIsFirst = isFirstWith(ranks[other]!, other, earlier);
		const isOtherBecomesFirst = isFirstWith(ranks[slot]!, other, earlier);
		const need = missing[owners[other]!]!;
		return isFirstWith(ranks[other]!, slot, earlier) !== isFirst
			&& owners[other] !== owners[slot]
			&& (isOtherIsFirst === isOtherBecomesFirst || (isOtherBecomesFirst ? need > 0 : need < 0));
	});
}

function exchange(one: number, other: number, ranks: Uint16Array, earlier: Earlier, missing: Int32Array): void {
	for (const [slot, rank] of [[one, ranks[other]!], [other, ranks[one]!]] as const) {
		const was = isFirstWith(ranks[slot]!, slot, earlier) ? 1 : 0;
		const becomes = isFirstWith(rank, slot, earlier) ? 1 : 0;
		missing[earlier.owners[slot]!]! += was - becomes;
	}

	swap(ranks, one, other);
}
