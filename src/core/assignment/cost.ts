/** What a rank stands for where weights differ. */
import {slotsCount} from '../model/slot-set.js';

/**
The cost of rank 1 to 2520: the expected value of the rank-th smallest of 2520 exponential variables, 1/2520 + 1/2519 + … (Rényi 1953), in fixed point
of 39 bits. Whole numbers only, as a logarithm may differ in its last bit between machines. The largest, times a weight of 1000, is below 2^53.
*/
export const costs: Float64Array = (() => {
	const table = new Float64Array(slotsCount + 1);
	for (let rank = 1; rank <= slotsCount; rank++) {
		table[rank] = table[rank - 1]! + Math.floor((2 ** 39) / (slotsCount - rank + 1));
	}

	return table;
})();
