/** Heartbeats that arrive, for the tests of the networks. */

import {emptyPath, heardHeartbeat, type Path} from '../../../src/core/networks/path.js';

export const detectionMs = 300;
export const intervalMs = 50;

/** The path after heartbeats with these sequence numbers, one an interval, beginning an interval after `from`. */
export const hearing = (sequences: readonly number[], {path = emptyPath, from = 0, incarnation = 1, isGroup = false} = {}): Path =>
	sequences.reduce((heard, sequence, index) => heardHeartbeat(heard, {
		incarnation, sequence, isGroup, detectionMs, now: from + ((index + 1) * intervalMs),
	}), path);

export const upTo = (last: number, from = 1): number[] => Array.from({length: last - from + 1}, (_, index) => from + index);
