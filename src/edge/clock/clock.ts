/** The clocks. The core gets monotonic milliseconds; wall time exists only for print and for the incarnation. */

import {performance} from 'node:perf_hooks';
import {monoMs, type MonoMs} from '../../core/model/time.js';

export type Clock = {
	/** CLOCK_MONOTONIC, whole milliseconds. */
	now: () => MonoMs;
	/** CLOCK_MONOTONIC with its fraction, for deadlines that must not be rounded. */
	nowFine: () => number;
	wall: () => Date;
};

export const systemClock: Clock = {
	now: () => monoMs(performance.now()),
	nowFine: () => performance.now(),
	wall: () => new Date(),
};
