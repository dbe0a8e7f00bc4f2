/** The order of preference that every slot has over node ids 1 to 64, whoever serves. */
import {slotsCount} from '../model/slot-set.js';
import {exactIdMax} from './exact-orders.js';
import {dealExactRanks} from './exact-ranks.js';
import {addFurtherIds} from './further-ranks.js';
import {keyOf, nodeIdMax, type Keys} from './key.js';

let exact: Keys | undefined;
let all: Keys | undefined;

/** The keys of ids 1 to `idMax` and perhaps more. Built when first asked for: once for ids up to 10, and once more, for longer, for all. */
export function keysUpTo(idMax: number): Keys {
	exact ??= buildExact();
	if (idMax <= exactIdMax) {
		return exact;
	}

	all ??= buildAll(exact);
	return all;
}

function buildExact(): Keys {
	const keys = new Uint32Array((exactIdMax + 1) * slotsCount);
	dealExactRanks((slot, id, rank) => {
		keys[(id * slotsCount) + slot] = keyOf(slot, id, rank);
	});
	return keys;
}

function buildAll(start: Keys): Keys {
	const keys = new Uint32Array((nodeIdMax + 1) * slotsCount);
	keys.set(start);
	addFurtherIds(keys);
	return keys;
}
