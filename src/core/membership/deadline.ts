import {monoMs, type MonoMs} from '../model/time.js';
import type {MembershipState} from './state.js';

/** When the next `tick` is due, always later than the last step; one `tick` at that time is enough, earlier ones do no harm. */
export function nextDeadline(state: MembershipState): MonoMs {
	return monoMs(state.steppedAt + state.config.timing.intervalMs);
}
