/** One answer for all who ask within a moment, so that programs that ask without end cannot keep the daemon from its heartbeats. */

import type {MonoMs} from '../core/model/time.js';
import type {Clock} from '../edge/clock/clock.js';

/** Reads anew when the last reading began longer ago than this; one that failed is not shared any more. */
export function shared<Answer>(read: () => Promise<Answer>, clock: Pick<Clock, 'now'>, ageMsMax: number): () => Promise<Answer> {
	let last: {readonly at: MonoMs; readonly answer: Promise<Answer>} | undefined;
	return async () => {
		if (last !== undefined && clock.now() - last.at <= ageMsMax) {
			return last.answer;
		}

		const reading = {at: clock.now(), answer: read()};
		last = reading;
		try {
			return await reading.answer;
		} catch (error) {
			last = last === reading ? undefined : last;
			throw error;
		}
	};
}
